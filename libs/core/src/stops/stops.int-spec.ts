import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { SteadyClient, newId } from '../database/index.js';
import { SignIn } from '../staff/index.js';
import { StopAdministration, StopsApiModule } from './index.js';

let api: ApiApp;
let scene: Scene;
let owner: SteadyClient;
let county: SceneLibrary, ashford: SceneLibrary, elsewhere: SceneLibrary;
let chief: Record<string, string>, head: Record<string, string>, librarian: Record<string, string>, foreigner: Record<string, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StopsApiModule] });
  scene = await Scene.open(test);
  owner = new SteadyClient(test.owner);
  await owner.connect();
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  elsewhere = await scene.library({ name: 'Elsewhere' });
  const as = async (actor: string): Promise<Record<string, string>> => ({ cookie: `earshot=${(await api.app.get(SignIn).openSession(actor)).secret}`, 'x-earshot': '1' });
  chief = await as(await scene.person(county, 'administrator', { name: 'Cora Chief' }));
  head = await as(await scene.person(ashford, 'administrator', { name: 'Ann Lee' }));
  librarian = await as(await scene.person(ashford, 'librarian'));
  foreigner = await as(await scene.person(elsewhere, 'administrator'));
});
afterEach(() => scene.query('delete from stop'));
afterAll(async () => {
  await owner.end();
  await scene.close();
  await api.close();
});

const stop = 'mutation($id: ID!, $what: StopKind!, $why: String!) { stopLibrary(libraryId: $id, what: $what, why: $why) { stops { what why byName words library { name } } } }';
const resume = 'mutation($id: ID!) { resumeLibrary(libraryId: $id) { stops { what } } }';
const stops = 'query($id: ID!) { library(id: $id) { stops { what words library { name } } } }';
const stopsOf = async (as: Record<string, string>, id: string): Promise<unknown> => ((await api.ask(as, stops, { id })).data as { library: { stops: unknown } | null }).library?.stops;

describe('stopping', () => {
  it('is told to everybody at the library and below, with who and why, until it is resumed', async () => {
    expect(await api.ask(head, stop, { id: ashford.id, what: 'listening', why: ' the server moves ' })).toMatchObject({
      data: { stopLibrary: { stops: [{ what: 'listening', why: 'the server moves', byName: 'Ann Lee', words: 'Listening was stopped by Ann Lee: the server moves.', library: { name: 'Ashford' } }] } },
    });
    expect(await stopsOf(librarian, ashford.id)).toHaveLength(1);
    expect(await stopsOf(chief, county.id)).toEqual([]);
    expect(await api.ask(head, resume, { id: ashford.id })).toMatchObject({ data: { resumeLibrary: { stops: [] } } });
    expect(await scene.query(`select action, detail from audit where library_id = $1 order by at`, [ashford.id])).toEqual([{ action: 'library.stopped', detail: { what: 'listening' } }, { action: 'library.resumed', detail: {} }]);
  });

  it('above holds below, and who resumes below takes nothing of it back', async () => {
    await api.ask(chief, stop, { id: county.id, what: 'all', why: 'the budget' });
    await api.ask(head, stop, { id: ashford.id, what: 'listening', why: 'the server moves' });
    expect(await stopsOf(librarian, ashford.id)).toEqual([
      { what: 'all', words: 'Stopped by Cora Chief: the budget.', library: { name: 'County' } }, { what: 'listening', words: 'Listening was stopped by Ann Lee: the server moves.', library: { name: 'Ashford' } },
    ]);
    expect(await api.ask(head, resume, { id: ashford.id })).toMatchObject({ data: { resumeLibrary: { stops: [{ what: 'all' }] } } });
  });

  it('again takes the place of what was stopped there', async () => {
    for (const what of ['listening', 'all', 'listening']) await api.ask(head, stop, { id: ashford.id, what, why: 'the server moves' });
    expect(await stopsOf(head, ashford.id)).toMatchObject([{ what: 'listening' }]);
    expect(await scene.query('select count(*)::int as all, count(resumed_at)::int as resumed from stop')).toEqual([{ all: 3, resumed: 2 }]);
  });

  it('at once by several leaves one of them', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => api.ask(n % 2 === 0 ? head : chief, stop, { id: ashford.id, what: 'all', why: `reason ${n}` })));
    expect(answers.map(codeOf)).toEqual(answers.map(() => undefined));
    expect(await scene.query('select count(*)::int as all, count(resumed_at)::int as resumed from stop')).toEqual([{ all: 8, resumed: 7 }]);
  });

  it('and resuming are for administrators there, and need a reason of one line', async () => {
    const wish = { id: ashford.id, what: 'all', why: 'x' };
    expect([codeOf(await api.ask(librarian, stop, wish)), codeOf(await api.ask(foreigner, stop, wish)), codeOf(await api.ask(head, stop, { ...wish, id: county.id }))]).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND']);
    expect([codeOf(await api.ask(librarian, resume, { id: ashford.id })), codeOf(await api.ask(foreigner, resume, { id: ashford.id }))]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    for (const why of ['  ', 'one\ntwo', 'x'.repeat(301)]) expect(codeOf(await api.ask(head, stop, { ...wish, why }))).toBe('BAD_INPUT');
    expect(await scene.query('select 1 from stop')).toEqual([]);
  });

  it('is not written or taken back past the rules, straight in SQL', async () => {
    const [row] = await scene.query<{ actor_id: string }>(`select actor_id from person where name = 'Ann Lee'`);
    const actor = row?.actor_id ?? '';
    const insert = (library: string | null): Promise<unknown> => api.database.as(actor, (tx) => tx.query(`insert into stop(id, library_id, what, why, stopped_by, by_name) values (gen_random_uuid(), $1, 'all', 'x', $2, 'x')`, [library, actor]));
    for (const library of [null, county.id, elsewhere.id]) await expect(insert(library)).rejects.toThrow('row-level security');
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), $1, 'all', 'x', 'x'), (gen_random_uuid(), null, 'all', 'x', 'x')`, [county.id]);
    expect(await api.database.as(actor, (tx) => tx.query('update stop set resumed_at = now() returning id'))).toEqual([]);
    await expect(api.database.as(actor, (tx) => tx.query(`update stop set why = 'y'`))).rejects.toThrow('permission denied');
  });
});

describe('stopping to send', () => {
  const replyAt = async (library: SceneLibrary, state = 'approved'): Promise<{ readonly id: string; readonly conversation: string }> => {
    const [heard, account, by] = [await scene.heard(library), await scene.account(library), await scene.person(library)];
    const id = newId();
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at, tries)
       values ($1, $2, $3, $4, $5, $6, 'By the window.', $7, $8, $8, 'person', 'By the window.', now(), now() + interval '1 day', 2)`, [id, library.id, heard.conversation, account, heard.post, newId(), state, by]);
    return { id, conversation: heard.conversation };
  };
  const stateOf = async ({ id }: { readonly id: string }): Promise<string | undefined> => (await scene.query<{ state: string }>('select state from reply where id = $1', [id]))[0]?.state;

  it.each(['sending', 'all'])('makes drafts of what was approved, there and below, says so, and lets what is on its way be finished (%s)', async (what) => {
    const [queued, onItsWay, beside, above] = [await replyAt(ashford), await replyAt(ashford, 'sending'), await replyAt(elsewhere), await replyAt(county)];
    await api.ask(head, stop, { id: ashford.id, what, why: 'the wrong account' });
    expect([await stateOf(queued), await stateOf(onItsWay), await stateOf(beside), await stateOf(above)]).toEqual(['draft', 'sending', 'approved', 'approved']);
    expect(await scene.query('select approved_by, approved_text, due_at, tries, version from reply where id = $1', [queued.id])).toEqual([{ approved_by: null, approved_text: null, due_at: null, tries: 0, version: 2 }]);
    expect(await scene.query('select t.kind, t.detail, p.name from timeline t join person p on p.actor_id = t.actor_id where t.conversation_id = $1', [queued.conversation])).toEqual([{ kind: 'approval-voided', detail: { reply: queued.id, because: 'stopped' }, name: 'Ann Lee' }]);
    expect(await scene.query('select action, detail from audit where subject_id = $1', [queued.id])).toEqual([{ action: 'reply.draft', detail: { version: 2 } }]);
    await api.ask(head, resume, { id: ashford.id });
    expect(await stateOf(queued)).toBe('draft');
    await api.ask(chief, stop, { id: county.id, what, why: 'the budget' });
    expect(await stateOf(above)).toBe('draft');
  });

  it('is said in words, and is no stop of listening, which takes nothing back', async () => {
    const queued = await replyAt(ashford);
    await api.ask(head, stop, { id: ashford.id, what: 'listening', why: 'the server moves' });
    expect(await stateOf(queued)).toBe('approved');
    await api.ask(head, stop, { id: ashford.id, what: 'sending', why: 'the wrong account' });
    expect(await stopsOf(librarian, ashford.id)).toEqual([{ what: 'sending', words: 'Sending was stopped by Ann Lee: the wrong account.', library: { name: 'Ashford' } }]);
    const held = async (wanted: string) => (await scene.query('select 1 from stopped_libraries($1) s where s = $2', [wanted, ashford.id])).length;
    expect([await held('listening'), await held('sending'), await held('all')]).toEqual([0, 1, 0]);
    expect(await scene.query(`select stop_words($1, now() - interval '1 hour', now()) as words`, [ashford.id])).toEqual([{ words: null }]);
  });

  it('from the terminal takes back everything, of all libraries, however much it is', async () => {
    const queued = [await replyAt(county), await replyAt(elsewhere)];
    for (let n = 0; n < 60; n++) queued.push(await replyAt(ashford));
    await new StopAdministration(owner).stop('everywhere', { what: 'sending', why: 'the disk was rolled back', by: 'root on big-box' });
    expect(await scene.query(`select distinct state from reply where id = any($1::uuid[])`, [queued.map(({ id }) => id)])).toEqual([{ state: 'draft' }]);
  });
});

describe('stopping from the terminal', () => {
  it('names the installation or a library by its handle, stands in the audit log, and is seen by staff', async () => {
    const [administration, began] = [new StopAdministration(owner), new Date()];
    await administration.stop('everywhere', { what: 'all', why: 'the disk is full', by: 'root on big-box' });
    expect(await stopsOf(librarian, ashford.id)).toEqual([{ what: 'all', words: 'Stopped by root on big-box: the disk is full.', library: null }]);
    await administration.stop({ handle: 'library-2' }, { what: 'listening', why: 'the server moves', by: 'root on big-box' });
    expect((await administration.list()).map(({ handle, what }) => [handle, what])).toEqual([[null, 'all'], ['library-2', 'listening']]);
    expect(await administration.resume({ handle: 'library-2' })).toBe(true);
    expect(await administration.resume({ handle: 'library-2' })).toBe(false);
    expect(await administration.resume('everywhere')).toBe(true);
    expect(await scene.query(`select l.name, a.action from audit a join library l on l.id = a.library_id where a.actor_id is null and a.subject_kind = 'library' and a.at >= $1 order by a.at, l.name`, [began])).toEqual([
      { name: 'County', action: 'library.stopped' }, { name: 'Elsewhere', action: 'library.stopped' }, { name: 'Ashford', action: 'library.stopped' }, { name: 'Ashford', action: 'library.resumed' },
      { name: 'County', action: 'library.resumed' }, { name: 'Elsewhere', action: 'library.resumed' },
    ]);
  });

  it('says what is wrong', async () => {
    const administration = new StopAdministration(owner);
    await expect(administration.stop({ handle: 'nowhere' }, { what: 'all', why: 'x', by: 'x' })).rejects.toMatchObject({ name: 'PlatformError', code: 'NOT_FOUND' });
    await expect(administration.stop('everywhere', { what: 'all', why: '', by: 'x' })).rejects.toMatchObject({ name: 'PlatformError', code: 'BAD_INPUT' });
  });
});
