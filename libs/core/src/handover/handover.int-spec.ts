import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Abilities, Ref } from '@earshot/plugin-sdk';
import pg from 'pg';
import { replyDesk } from '../../../../test/support/reply-desk.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { AlreadyClaimed, Changed, type ConversationRow, NotAtThisLibrary, TriageDesk, WrongState } from '../conversations/index.js';
import { Database, newId } from '../database/index.js';
import type { UserError } from '../graphql/index.js';
import { heedRefusals } from '../privacy/index.js';
import { type Sender, Senders } from '../replies/index.js';
import { Notices } from '../notices/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { CannotTakeThread, NotHandedOver, ReplyOnItsWay } from './handover.errors.js';
import { HandoverService } from './handover.service.js';
import { MayTake } from './may-take.js';

class Town extends Senders {
  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('nothing is sent here'));
    return { abilities: async (_: Ref | undefined): Promise<Abilities> => ({ reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: [] }), send: refuse, find: refuse };
  }
}

let database: Database;
let scene: Scene;
let [county, ashford, millbrook, quarry, abroad]: [SceneLibrary, SceneLibrary, SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, bea, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let handover: HandoverService;
let jobs: JobsAtHand;
let heard: Awaited<ReturnType<Scene['heard']>>;

const person = (id: string): Actor => ({ id, kind: 'person' });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 2 } });
  county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook, quarry] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county }), await scene.library({ name: 'Quarry', parent: county })];
  abroad = await scene.library({ name: 'Abroad' });
  [ada, bea, ben, observer] = [person(await scene.person(ashford)), person(await scene.person(ashford)), person(await scene.person(millbrook)), person(await scene.person(ashford, 'observer'))];
  jobs = new JobsAtHand();
  handover = new HandoverService(new TriageDesk(database, new Permissions(), new Audit()), new MayTake(database), new Notices(jobs));
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  heard = await scene.heard(ashford);
});

const target = (): { conversationId: string } => ({ conversationId: heard.conversation });
const row = (result: ConversationRow | UserError): ConversationRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const give = (to: SceneLibrary, note = 'They live on your side of the river.', by = ada) => handover.toLibrary(by, { ...target(), toLibraryId: to.id, note });
const back = (conversation: string, note?: string, by = ben) => handover.giveBack(by, { conversationId: conversation, note });
const at = async (library: SceneLibrary): Promise<{ id: string; [column: string]: unknown }> => (await scene.query<{ id: string }>('select * from conversation where library_id = $1 and thread_id = $2 and merged_into is null', [library.id, heard.thread]))[0] as { id: string };
const timeline = (library: SceneLibrary): Promise<{ kind: string; actor_id: string | null; detail: Record<string, unknown> }[]> =>
  scene.query('select t.kind, t.actor_id, t.detail from timeline t join conversation c on c.id = t.conversation_id where c.library_id = $1 and c.thread_id = $2 order by t.at, t.id', [library.id, heard.thread]);
const notes = async (library: SceneLibrary): Promise<string[]> => (await scene.query<{ body: string }>('select n.body from note n join conversation c on c.id = n.conversation_id where c.library_id = $1 and c.thread_id = $2 order by n.created_at', [library.id, heard.thread])).map(({ body }) => body);
const claim = async (): Promise<string | undefined> => (await scene.query<{ library_id: string }>('select library_id from thread_claim where thread_id = $1', [heard.thread]))[0]?.library_id;
const claimFor = (library: SceneLibrary, by: Actor, answered = false): Promise<unknown> => scene.query('insert into thread_claim(thread_id, library_id, claimed_by, answered_at) values ($1, $2, $3, case when $4 then now() end)', [heard.thread, library.id, by.id, answered]);
const hearings = (library: SceneLibrary): Promise<{ cause: string; routed_by: unknown }[]> => scene.query('select h.cause, h.routed_by from hearing h join conversation c on c.id = h.conversation_id where c.library_id = $1 and c.thread_id = $2', [library.id, heard.thread]);
const replyIn = async (state: string): Promise<string> => {
  const [id, approved] = [newId(), !['draft', 'in_review'].includes(state)];
  await scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
     values ($1, $2, $3, $4, $5, $6, 'By the window.', $7, $8, $9::uuid, case when $9::uuid is not null then 'person' end, case when $9::uuid is not null then 'By the window.' end, now(), now() + interval '1 day')`,
    [id, ashford.id, heard.conversation, await scene.account(ashford), heard.post, newId(), state, ada.id, approved ? ada.id : null]);
  return id;
};

describe('to a colleague', () => {
  const to = (who: Actor, told: object = {}) => handover.toColleague(ada, { ...target(), toPersonId: who.id, note: 'She knows the club.', ...told });

  it('is told to them, once, and not to whoever takes it themselves', async () => {
    jobs.waiting.length = 0;
    const noteId = newId();
    for (const _ of [1, 2]) row(await to(bea, { noteId }) as ConversationRow | UserError);
    row(await to(ada) as ConversationRow | UserError);
    expect(jobs.waiting.map(({ data, options }) => [data, options.libraryId])).toEqual([[{ what: 'handed-over', key: `handed-over:${heard.conversation}:${noteId}`, conversationId: heard.conversation, by: ada.id, to: bea.id }, ashford.id]]);
  });

  it('it is assigned, with the note, as one entry of the timeline', async () => {
    expect(row(await to(bea))).toMatchObject({ assigneeId: bea.id, version: 2 });
    const [note] = await scene.query<{ id: string }>('select id from note where conversation_id = $1', [heard.conversation]);
    expect(await timeline(ashford)).toEqual([{ kind: 'handed-over', actor_id: ada.id, detail: { from: null, to: bea.id, note: note?.id } }]);
    expect(await notes(ashford)).toEqual(['She knows the club.']);
    expect(await scene.query('select action, detail from audit where subject_id = $1', [heard.conversation])).toEqual([{ action: 'conversation.handed-over', detail: { from: null, to: bea.id, note: note?.id } }]);
  });

  it('is done once where it is sent twice', async () => {
    const noteId = newId();
    await to(bea, { noteId });
    const again = await to(bea, { noteId });
    expect([row(again).version, await notes(ashford)]).toEqual([2, ['She knows the club.']]);
  });

  it('is refused for somebody who cannot have it, for a conversation that is over, and without a note', async () => {
    expect(await to(observer)).toBeInstanceOf(NotAtThisLibrary);
    expect(await to(ben)).toBeInstanceOf(NotAtThisLibrary);
    await scene.query('update actor set deactivated_at = now() where id = $1', [bea.id]);
    expect(await to(bea)).toBeInstanceOf(NotAtThisLibrary);
    await scene.query('update actor set deactivated_at = null where id = $1', [bea.id]);
    await expect(to(bea, { note: '  ' })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'note' });
    expect(await to(bea, { ifVersion: 7 })).toEqual(new Changed(1));
    await scene.query(`update conversation set state = 'closed' where id = $1`, [heard.conversation]);
    expect(await to(bea)).toBeInstanceOf(WrongState);
    expect(await timeline(ashford)).toEqual([]);
    expect(await notes(ashford)).toEqual([]);
  });
});

describe('to another library', () => {
  it('the claim moves, the thread is heard there because it was handed over, and waits there', async () => {
    await claimFor(ashford, ada);
    await scene.query('update conversation set assignee_id = $2, waiting_since = $3 where id = $1', [heard.conversation, ada.id, new Date('2026-03-01T12:00:00Z')]);
    expect(row(await give(millbrook))).toMatchObject({ id: heard.conversation, state: 'open', assigneeId: null, waitingOn: 'colleague', waitingSince: null });
    expect(await claim()).toBe(millbrook.id);
    expect(await at(millbrook)).toMatchObject({ state: 'open', waiting_on: 'us', waiting_since: new Date('2026-03-01T12:00:00Z'), top_post_id: heard.post, assignee_id: null });
    expect(await hearings(millbrook)).toEqual([{ cause: 'handed-over', routed_by: { library: ashford.id, heard: 'thread' } }]);
    expect(await database.as(ben.id, (tx) => tx.query('select id from heard_post where library_id = $1 and thread_id = $2', [millbrook.id, heard.thread]))).toEqual([{ id: heard.post }]);
  });

  it('takes it for them where nobody had it, and where they had it already', async () => {
    await give(millbrook);
    expect(await claim()).toBe(millbrook.id);
    heard = await scene.heard(ashford);
    const theirs = await scene.conversation(millbrook, heard.thread, { top_post_id: heard.post, state: 'closed', hidden_at: new Date(), until: new Date(Date.now() + 86_400_000) });
    await claimFor(millbrook, ben);
    row(await give(millbrook));
    expect(await at(millbrook)).toMatchObject({ id: theirs, state: 'open', hidden_at: null, until: null, waiting_on: 'us' });
  });

  it('they get a copy of this note, and nothing else of what we made of it, nor who of us it was', async () => {
    await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, 'A note of ours')`, [newId(), ashford.id, heard.conversation, ada.id]);
    await scene.query(`insert into tag(conversation_id, library_id, name, added_by) values ($1, $2, 'ours', $3)`, [heard.conversation, ashford.id, ada.id]);
    await scene.query(`update conversation set reasons = $2 where id = $1`, [heard.conversation, JSON.stringify([{ kind: 'place', library: ashford.id, place: 'Ashford', by: 'text' }, { kind: 'search', search: newId(), name: 'our search' }, { kind: 'unanswered' }])]);
    await replyIn('draft');
    row(await give(millbrook));
    expect(await notes(ashford)).toEqual(['A note of ours', 'They live on your side of the river.']);
    expect(await notes(millbrook)).toEqual(['They live on your side of the river.']);
    const theirs = await at(millbrook);
    expect(theirs['reasons']).toEqual([{ kind: 'unanswered' }]);
    for (const table of ['tag', 'reply', 'outcome', 'finding_mark']) expect([table, await scene.query(`select 1 from ${table} where conversation_id = $1`, [theirs.id])]).toEqual([table, []]);
    expect(await timeline(millbrook)).toEqual([{ kind: 'handed-over', actor_id: null, detail: { from: ashford.id, note: expect.any(String) } }]);
    expect(JSON.stringify(await scene.query('select to_jsonb(n) as note from note n where conversation_id = $1', [theirs.id]))).not.toContain(ada.id);
    expect(JSON.stringify(await scene.query('select to_jsonb(t) as claim from thread_claim t where thread_id = $1', [heard.thread]))).not.toContain(ada.id);
  });

  it('both libraries are told', async () => {
    const listening = new pg.Client(database.connection('app'));
    await listening.connect();
    await listening.query('listen earshot_hint');
    const told = new Promise<string>((resolve) => listening.on('notification', ({ payload }) => resolve(payload ?? '')));
    const ours = row(await give(millbrook));
    const theirs = await at(millbrook);
    expect(JSON.parse(await told)).toEqual([{ kind: 'conversation', id: theirs.id, library: millbrook.id, version: theirs['version'] }, { kind: 'conversation', id: ours.id, library: ashford.id, version: ours.version }]);
    await listening.end();
  });

  it('what we approved and has not left is a draft again', async () => {
    const [approved, draft] = [await replyIn('approved'), await replyIn('draft')];
    row(await give(millbrook));
    expect(await scene.query('select id, state, approved_by from reply where id = any($1::uuid[]) order by id', [[approved, draft]])).toEqual([{ id: approved, state: 'draft', approved_by: null }, { id: draft, state: 'draft', approved_by: null }]);
    expect(await timeline(ashford)).toContainEqual({ kind: 'approval-voided', actor_id: ada.id, detail: { reply: approved, because: 'handed-over' } });
  });

  it.each(['sending', 'unknown'])('is refused while a reply is %s, and nothing is changed', async (state) => {
    const id = await replyIn(state);
    await claimFor(ashford, ada);
    expect(await give(millbrook)).toEqual(new ReplyOnItsWay(id));
    expect([await claim(), await at(millbrook), await notes(ashford), await timeline(ashford)]).toEqual([ashford.id, undefined, [], []]);
  });

  it('is refused where another library has the thread, and where ours answered it', async () => {
    await scene.conversation(quarry, heard.thread);
    await claimFor(quarry, ada);
    expect(await give(millbrook)).toBeInstanceOf(AlreadyClaimed);
    await scene.query('delete from thread_claim where thread_id = $1', [heard.thread]);
    await claimFor(ashford, ada, true);
    expect(await give(millbrook)).toEqual(new WrongState('answered', 'who answered a thread keeps it.'));
    expect([await claim(), await at(millbrook), await notes(ashford)]).toEqual([ashford.id, undefined, []]);
  });

  it('is refused to our own, to one of another tree as if it were not there, to observers, and for what one does not see', async () => {
    expect(await give(ashford)).toBeInstanceOf(CannotTakeThread);
    for (const library of [abroad, { ...abroad, id: newId() }]) await expect(give(library)).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'There is no such library.' });
    await expect(give(millbrook, 'x', observer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(give(millbrook, 'x', { ...ada, kind: 'token', scopes: ['read', 'draft'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(give(millbrook, 'x', ben)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await scene.query('update conversation set hidden_at = now() where id = $1', [heard.conversation]);
    expect(await give(millbrook)).toBeInstanceOf(WrongState);
    expect(await at(millbrook)).toBeUndefined();
  });

  it('an approval at the same moment comes before, and is void, or too late: never does a reply of ours leave for a thread that is theirs', async () => {
    const replies = replyDesk(database, new Town());
    await claimFor(ashford, ada);
    const id = await replyIn('in_review');
    const giving = new pg.Client(database.connection('app'));
    await giving.connect();
    await giving.query(`begin; select set_config('earshot.actor', '${ada.id}', true)`);
    await giving.query(`select * from hand_over_thread($1, $2, gen_random_uuid(), gen_random_uuid(), 'x', 'thread', 'handed-over')`, [heard.conversation, millbrook.id]);
    const approving = replies.approve(ada, id, 1);
    for (;;) if ((await scene.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).length > 0) break;
    await giving.query('commit');
    await giving.end();
    expect(await approving).toMatchObject({ code: 'ALREADY_CLAIMED', libraryId: millbrook.id });
    expect(await scene.query('select state from reply where id = $1', [id])).toEqual([{ state: 'in_review' }]);
  });

  it('of two libraries that it is given to at once one gets it', async () => {
    const results = await Promise.all([give(millbrook), give(quarry)]);
    expect(results.filter((result) => result instanceof AlreadyClaimed)).toHaveLength(1);
    expect([millbrook.id, quarry.id]).toContain(await claim());
    expect(await notes(ashford)).toHaveLength(1);
  });
});

describe('what the other library may hear', () => {
  const refuses = (purpose: string): Promise<unknown> => scene.query('update profile set refusals = $2 where id = $1', [heard.author, JSON.stringify([{ purpose, sign: '#nobot in bio' }])]);

  it('is nothing while it has stopped listening', async () => {
    await scene.query(`insert into stop(id, library_id, what, by_name, why) values ($1, $2, 'listening', 'Chief', 'the summer')`, [newId(), millbrook.id]);
    expect(await give(millbrook)).toBeInstanceOf(CannotTakeThread);
    await scene.query('update stop set resumed_at = now() where library_id = $1', [millbrook.id]);
    row(await give(millbrook));
  });

  it.each(['Millbrook', 'Larch County'])('is nothing of whoever is on the list of %s, which is not told', async (of) => {
    const list = newId();
    await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, reason) values ($1, $2, 'hear', 'profile', $3, 'asked-us')`, [list, of === 'Millbrook' ? millbrook.id : county.id, heard.author]);
    const refused = await give(millbrook);
    expect(refused).toEqual(new CannotTakeThread(millbrook.id));
    await scene.query('update do_not_list set lifted_at = now() where id = $1', [list]);
    row(await give(millbrook));
  });

  it('is nothing of whoever asks not to be stored, or wrote for those whom they addressed', async () => {
    await refuses('keep');
    await scene.query(`update hearing set cause = 'addressed' where conversation_id = $1`, [heard.conversation]);
    expect(await give(millbrook)).toBeInstanceOf(CannotTakeThread);
    await scene.query(`update profile set refusals = '[]' where id = $1`, [heard.author]);
    for (const audience of ['unlisted', 'addressed']) {
      await scene.query('update post set audience = $2 where id = $1', [heard.post, audience]);
      expect(await give(millbrook)).toBeInstanceOf(CannotTakeThread);
    }
    expect(await at(millbrook)).toBeUndefined();
  });

  it('is no more by being handed over: what a search found stays refusable as that, when only they have it', async () => {
    await scene.query(`update hearing set cause = 'search' where conversation_id = $1`, [heard.conversation]);
    row(await give(millbrook));
    expect(await hearings(millbrook)).toEqual([{ cause: 'handed-over', routed_by: { library: ashford.id, heard: 'search' } }]);
    await scene.query('delete from conversation where id = $1', [heard.conversation]);
    await refuses('search');
    await scene.query('update profile set heeded = false where id = $1', [heard.author]);
    while ((await heedRefusals(database, new Map())) > 0);
    expect(await scene.query('select gone_why, text from post where id = $1', [heard.post])).toEqual([{ gone_why: 'refused', text: null }]);
  });

  it('is all that it hears by itself already', async () => {
    await refuses('keep');
    await scene.conversation(millbrook, heard.thread, { top_post_id: heard.post });
    row(await give(millbrook));
  });

  it('is nothing of a post that is gone', async () => {
    await scene.query(`update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, [heard.post]);
    expect(await give(millbrook)).toBeInstanceOf(CannotTakeThread);
  });
});

describe('giving back', () => {
  it('puts the thread, and the claim, where it came from, with a note', async () => {
    await claimFor(ashford, ada);
    row(await give(millbrook));
    const theirs = await at(millbrook);
    await scene.query('update conversation set assignee_id = $2 where id = $1', [theirs.id, ben.id]);
    expect(row(await back(theirs.id, 'They moved to you last year.'))).toMatchObject({ id: theirs.id, assigneeId: null, waitingOn: 'colleague', waitingSince: null });
    expect(await claim()).toBe(ashford.id);
    expect(await at(ashford)).toMatchObject({ id: heard.conversation, state: 'open', waiting_on: 'us', waiting_since: expect.any(Date) });
    expect(await notes(ashford)).toEqual(['They live on your side of the river.', 'They moved to you last year.']);
    expect((await timeline(ashford)).map(({ kind, detail }) => [kind, detail['from'] ?? detail['to']])).toEqual([['handed-over', millbrook.id], ['given-back', millbrook.id]]);
    expect((await timeline(millbrook)).map(({ kind, detail }) => [kind, detail['from'] ?? detail['to']])).toEqual([['handed-over', ashford.id], ['given-back', ashford.id]]);
  });

  it('needs no note', async () => {
    row(await give(millbrook));
    row(await back((await at(millbrook)).id));
    expect(await notes(ashford)).toHaveLength(1);
    expect((await timeline(ashford)).at(-1)?.detail).toEqual({ from: millbrook.id });
  });

  it('works also where their conversation was let go meanwhile', async () => {
    row(await give(millbrook));
    await scene.query('delete from conversation where id = $1', [heard.conversation]);
    row(await back((await at(millbrook)).id));
    expect(await at(ashford)).toMatchObject({ state: 'open', top_post_id: heard.post });
  });

  it('is refused for what nobody handed over, and for what was answered', async () => {
    expect(await back(heard.conversation, 'x', ada)).toBeInstanceOf(NotHandedOver);
    row(await give(millbrook));
    await scene.query('update thread_claim set answered_at = now() where thread_id = $1', [heard.thread]);
    expect(await back((await at(millbrook)).id)).toEqual(new WrongState('answered', 'who answered a thread keeps it.'));
  });
});
