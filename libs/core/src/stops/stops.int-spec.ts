import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { SteadyClient } from '../database/index.js';
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

describe('stopping from the terminal', () => {
  it('names the installation or a library by its handle, stands in the audit log, and is seen by staff', async () => {
    const administration = new StopAdministration(owner);
    await administration.stop('everywhere', { what: 'all', why: 'the disk is full', by: 'root on big-box' });
    expect(await stopsOf(librarian, ashford.id)).toEqual([{ what: 'all', words: 'Stopped by root on big-box: the disk is full.', library: null }]);
    await administration.stop({ handle: 'library-2' }, { what: 'listening', why: 'the server moves', by: 'root on big-box' });
    expect((await administration.list()).map(({ handle, what }) => [handle, what])).toEqual([[null, 'all'], ['library-2', 'listening']]);
    expect(await administration.resume({ handle: 'library-2' })).toBe(true);
    expect(await administration.resume({ handle: 'library-2' })).toBe(false);
    expect(await administration.resume('everywhere')).toBe(true);
    expect(await scene.query(`select l.name, a.action from audit a join library l on l.id = a.library_id where a.actor_id is null order by a.at, l.name`)).toEqual([
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
