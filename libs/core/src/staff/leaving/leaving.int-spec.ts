import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { connectOwner, createTestDatabase, type TestDatabase } from '../../../../../test/support/test-database.js';
import { newId } from '../../database/index.js';
import { StaffApiModule } from '../api/index.js';
import { SignIn, StaffAdministration } from '../index.js';

type Headers = Record<string, string>;

let test: TestDatabase;
let api: ApiApp;
let scene: Scene;
let owner: pg.Client;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, head, heir, observer]: [string, string, string, string] = [] as never;
let [asChief, asHead]: [Headers, Headers] = [] as never;
let account: string;
/** Who leaves: another one in each test. */
let leaver: string;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule] });
  scene = await Scene.open(test);
  owner = await connectOwner(test);
  county = await scene.library({ name: 'County' });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county })];
  [chief, head] = [await scene.person(county, 'administrator', { name: 'Chief' }), await scene.person(ashford, 'administrator', { name: 'Head' })];
  [heir, observer] = [await scene.person(ashford, 'librarian', { name: 'Heir' }), await scene.person(ashford, 'observer')];
  account = await scene.account(county);
  const as = async (id: string): Promise<Headers> => ({ cookie: `earshot=${(await api.app.get(SignIn).openSession(id)).secret}`, 'x-earshot': '1' });
  [asChief, asHead] = [await as(chief), await as(head)];
});
afterAll(async () => {
  await owner.end();
  await scene.close();
  await api.close();
});
beforeEach(async () => {
  leaver = await scene.person(ashford, 'librarian', { name: 'Leaver' });
});

const theirsAt = async (at: SceneLibrary, told: Record<string, unknown> = {}): Promise<string> => (await scene.heard(at, { conversation: { assignee_id: leaver, ...told } })).conversation;
const replyAt = async (at: SceneLibrary, state: string, by = leaver): Promise<{ id: string; conversation: string }> => {
  const [heard, id, approved] = [await scene.heard(at), newId(), !['draft', 'in_review'].includes(state)];
  await scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at, sent_at, sent_ref)
     values ($1, $2, $3, $4, $5, $6, 'By the window.', $7, $8, $9::uuid, case when $9::uuid is not null then 'person' end, case when $9::uuid is not null then 'By the window.' end, now(), now() + interval '3 days',
       case when $7 = 'sent' then now() end, case when $7 = 'sent' then '{}'::jsonb end)`,
    [id, at.id, heard.conversation, account, heard.post, newId(), state, by, approved ? by : null]);
  return { id, conversation: heard.conversation };
};
const assigneeOf = async (id: string): Promise<string | null | undefined> => (await scene.query<{ assignee_id: string | null }>('select assignee_id from conversation where id = $1', [id]))[0]?.assignee_id;
const replyOf = async (id: string): Promise<Record<string, unknown>> => (await scene.query('select state, approved_by, due_at from reply where id = $1', [id]))[0] ?? {};
const timelineOf = (id: string): Promise<unknown[]> => scene.query('select kind, actor_id, detail from timeline where conversation_id = $1 order by at, id', [id]);
const deactivate = (as: Headers, to: string | null = null, person = leaver) =>
  api.ask(as, 'mutation($p: ID!, $t: ID) { deactivatePerson(personId: $p, toPersonId: $t) { __typename ... on UserError { code message } } }', { p: person, t: to });
const workOf = async (as: Headers, libraryId: string | null = null, person = leaver) => {
  const answer = await api.ask(as, 'query($p: ID!, $l: ID) { workOf(personId: $p, libraryId: $l) { openConversations drafts approvals } }', { p: person, l: libraryId });
  return answer.data?.['workOf'] ?? codeOf(answer);
};
const handOn = async (as: Headers, to: string | null, libraryId = ashford.id, from = leaver) => {
  const answer = await api.ask(as, 'mutation($f: ID!, $t: ID, $l: ID!) { handOnWork(fromPersonId: $f, toPersonId: $t, libraryId: $l) { __typename ... on WorkHandedOn { conversations } ... on UserError { code } } }', { f: from, t: to, l: libraryId });
  return answer.data?.['handOnWork'] ?? codeOf(answer);
};

describe('the work of whoever leaves', () => {
  it('is counted beforehand', async () => {
    for (const state of ['open', 'answered', 'closed']) await theirsAt(ashford, { state });
    for (const state of ['draft', 'in_review', 'approved', 'approved', 'sent', 'unknown', 'withdrawn']) await replyAt(ashford, state);
    await scene.role(leaver, millbrook, 'librarian');
    await theirsAt(millbrook);
    expect(await workOf(asChief)).toEqual({ openConversations: 3, drafts: 2, approvals: 2 });
    expect(await workOf(asChief, county.id)).toEqual({ openConversations: 3, drafts: 2, approvals: 2 });
    expect(await workOf(asHead, ashford.id)).toEqual({ openConversations: 2, drafts: 2, approvals: 2 });
    expect([await workOf(asHead), await workOf(asHead, millbrook.id), await workOf(asHead, null, newId())]).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND']);
  });

  it('is nobody’s afterwards, as far as it is open, with an entry for each, and is read again', async () => {
    const [open, answered, closed, others] = [await theirsAt(ashford), await theirsAt(ashford, { state: 'answered' }), await theirsAt(ashford, { state: 'closed' }), await theirsAt(ashford, { assignee_id: heir })];
    const listening = new pg.Client(api.database.connection('app'));
    await listening.connect();
    await listening.query('listen earshot_hint');
    const told = new Promise<string>((resolve) => listening.on('notification', ({ payload }) => resolve(payload ?? '')));
    expect(await deactivate(asHead)).toMatchObject({ data: { deactivatePerson: { __typename: 'Person' } } });
    expect([await assigneeOf(open), await assigneeOf(answered), await assigneeOf(closed), await assigneeOf(others)]).toEqual([null, null, leaver, heir]);
    expect(await timelineOf(open)).toEqual([{ kind: 'assigned', actor_id: head, detail: { from: leaver, to: null, because: 'left' } }]);
    expect(await scene.query('select action, actor_id, detail from audit where subject_id = $1', [open])).toEqual([{ action: 'conversation.assigned', actor_id: head, detail: { from: leaver, to: null, because: 'left' } }]);
    expect((JSON.parse(await told) as { id: string; version: number }[]).map(({ id, version }) => [id, version]).sort()).toEqual([[open, 2], [answered, 2]].sort());
    await listening.end();
  });

  it('is a named colleague’s, wherever that one may have it', async () => {
    await scene.role(leaver, millbrook, 'librarian');
    const [here, there] = [await theirsAt(ashford), await theirsAt(millbrook)];
    await deactivate(asChief, heir);
    expect([await assigneeOf(here), await assigneeOf(there)]).toEqual([heir, null]);
  });

  it('goes to nobody who can have nothing of it, and then they do not leave', async () => {
    const open = await theirsAt(ashford);
    const gone = await scene.person(ashford);
    await scene.query('update actor set deactivated_at = now() where id = $1', [gone]);
    for (const to of [observer, gone, leaver, newId()]) expect(await deactivate(asHead, to)).toMatchObject({ data: { deactivatePerson: { code: 'CANNOT_HAVE_WORK' } } });
    expect(await assigneeOf(open)).toBe(leaver);
    expect(await scene.query('select 1 from actor where id = $1 and deactivated_at is not null', [leaver])).toEqual([]);
  });

  it('needs another approver where they approved what has not left; drafts stay theirs, and so does what was sent', async () => {
    const [approved, draft, sent, unknown, others] = [await replyAt(ashford, 'approved'), await replyAt(ashford, 'draft'), await replyAt(ashford, 'sent'), await replyAt(ashford, 'unknown'), await replyAt(ashford, 'approved', heir)];
    await deactivate(asHead);
    expect(await replyOf(approved.id)).toEqual({ state: 'in_review', approved_by: null, due_at: null });
    expect(await timelineOf(approved.conversation)).toEqual([{ kind: 'approval-voided', actor_id: head, detail: { reply: approved.id, because: 'approver-left' } }]);
    expect(await scene.query('select drafted_by, state from reply where id = $1', [draft.id])).toEqual([{ drafted_by: leaver, state: 'draft' }]);
    expect([await replyOf(sent.id), await replyOf(unknown.id), await replyOf(others.id)]).toMatchObject([{ state: 'sent', approved_by: leaver }, { state: 'unknown', approved_by: leaver }, { state: 'approved', approved_by: heir }]);
  });

  it('needs another approver also at a library where their role ended before, of which the administrator sees nothing', async () => {
    const elsewhere = await replyAt(millbrook, 'approved');
    await deactivate(asHead);
    expect(await replyOf(elsewhere.id)).toMatchObject({ state: 'in_review', approved_by: null });
  });

  it('does not leave any more where it was on its way, and comes back unpublished', async () => {
    const underway = await replyAt(ashford, 'sending');
    await deactivate(asHead);
    expect(await replyOf(underway.id)).toMatchObject({ state: 'sending', approved_by: leaver });
    await api.database.working(ashford.system, (tx) => tx.query(`update reply set state = 'approved', due_at = now(), lease_until = null where id = $1`, [underway.id]));
    expect(await replyOf(underway.id)).toEqual({ state: 'in_review', approved_by: null, due_at: null });
    expect(await timelineOf(underway.conversation)).toEqual([{ kind: 'approval-voided', actor_id: null, detail: { reply: underway.id, because: 'approver-left' } }]);
  });

  it('takes in what they approve at this moment: an approval that comes later than the end of their access is refused', async () => {
    const [before, after] = [await replyAt(ashford, 'in_review'), await replyAt(ashford, 'in_review')];
    const approve = `update reply set state = 'approved', approved_by = $2, approved_kind = 'person', approved_text = text, approved_at = now(), due_at = now() + interval '1 hour' where id = $1`;
    await owner.query('begin');
    await owner.query(approve, [before.id, leaver]);
    const ending = deactivate(asHead);
    // It waits for the approval, which it must see.
    for (;;) if ((await scene.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'select 1 from actor%for update'`)).length > 0) break;
    await owner.query('commit');
    await ending;
    expect(await replyOf(before.id)).toMatchObject({ state: 'in_review', approved_by: null });
    await expect(owner.query(approve, [after.id, leaver])).rejects.toThrow('whoever was deactivated approves nothing');
  });

  it('is handed on from the terminal, too', async () => {
    const [open, approved] = [await theirsAt(ashford), await replyAt(ashford, 'approved')];
    const emailOf = async (id: string): Promise<string> => (await scene.query<{ email: string }>('select email from person where actor_id = $1', [id]))[0]?.email ?? '';
    const [email, to, not] = [await emailOf(leaver), await emailOf(heir), await emailOf(observer)];
    const administration = new StaffAdministration(owner);
    await expect(administration.deactivate(email, not)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'to' });
    await administration.deactivate(email, to);
    expect([await assigneeOf(open), await replyOf(approved.id)]).toEqual([heir, { state: 'in_review', approved_by: null, due_at: null }]);
    expect(await timelineOf(open)).toEqual([{ kind: 'assigned', actor_id: null, detail: { from: leaver, to: heir, because: 'left' } }]);
  });

  it('may be thousands', async () => {
    const thread = await scene.heard(ashford);
    await scene.query(
      `with t as (insert into thread(id) select gen_random_uuid() from generate_series(1, 5000) returning id)
       insert into conversation(id, library_id, thread_id, last_post_at, assignee_id, top_post_id) select gen_random_uuid(), $1, id, now(), $2, $3 from t`, [ashford.id, leaver, thread.post]);
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
       select gen_random_uuid(), c.library_id, c.id, $2, $3, gen_random_uuid(), 'x', 'approved', $1, $1, 'person', 'x', now(), now() + interval '1 day' from conversation c where c.assignee_id = $1 limit 1000`, [leaver, account, thread.post]);
    const began = performance.now();
    expect(await deactivate(asHead, heir)).toMatchObject({ data: { deactivatePerson: { __typename: 'Person' } } });
    // Of a statement the application waits 15 s.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await scene.query(`select count(*)::int as n from timeline where kind = 'assigned' and detail ->> 'from' = $1`, [leaver])).toEqual([{ n: 5_000 }]);
    expect(await workOf(asHead)).toEqual({ openConversations: 0, drafts: 1_000, approvals: 0 });
  }, 60_000);
});

describe('handing on', () => {
  it('moves the open conversations of a library and those below it, at any time, and nothing else', async () => {
    await scene.role(leaver, county, 'librarian');
    const [here, closed, beside, approved] = [await theirsAt(ashford), await theirsAt(ashford, { state: 'closed' }), await theirsAt(millbrook), await replyAt(ashford, 'approved')];
    expect(await handOn(asHead, heir)).toEqual({ __typename: 'WorkHandedOn', conversations: 1 });
    expect([await assigneeOf(here), await assigneeOf(closed), await assigneeOf(beside)]).toEqual([heir, leaver, leaver]);
    expect(await timelineOf(here)).toEqual([{ kind: 'assigned', actor_id: head, detail: { from: leaver, to: heir, because: 'handed-on' } }]);
    expect(await replyOf(approved.id)).toMatchObject({ state: 'approved', approved_by: leaver });
    expect(await handOn(asChief, null, county.id)).toEqual({ __typename: 'WorkHandedOn', conversations: 1 });
    expect(await assigneeOf(beside)).toBeNull();
  });

  it('is for administrators there, to whoever may have it', async () => {
    const open = await theirsAt(ashford);
    for (const to of [observer, leaver, newId()]) expect(await handOn(asHead, to)).toMatchObject({ code: 'CANNOT_HAVE_WORK' });
    expect(await handOn(asHead, heir, millbrook.id)).toBe('NOT_FOUND');
    expect(await handOn(asHead, heir, ashford.id, newId())).toBe('NOT_FOUND');
    const asHeir = { cookie: `earshot=${(await api.app.get(SignIn).openSession(heir)).secret}`, 'x-earshot': '1' };
    expect(await handOn(asHeir, heir)).toBe('FORBIDDEN');
    expect(await assigneeOf(open)).toBe(leaver);
  });
});
