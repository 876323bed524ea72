import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BoundListJobs, ListLook } from '@earshot/core/follows';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { moving, withLists } from './with-lists.js';

let scene: Scene;
let [town, elsewhere]: [SceneLibrary, SceneLibrary] = [] as never;
let app: WholeApp;
let [librarian, observer, stranger]: { readonly cookie: string }[] = [] as never;
let person: string;
let account: string;
let list: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  [town, elsewhere] = [await scene.library(), await scene.library()];
  person = await scene.person(town);
  app = await startWholeApp(test, [withLists]);
  [librarian, observer, stranger] = await Promise.all([sessionOf(scene, person), sessionOf(scene, await scene.person(town, 'observer')), sessionOf(scene, await scene.person(elsewhere))]);
  account = await scene.account(town, { plugin: 'with-lists', settings: '{}' });
});
afterAll(async () => {
  await app.close();
  await scene.close();
});
beforeEach(async () => {
  list = await scene.list(town);
  Object.assign(moving, { on: ['paper', 'council', 'choir'], fails: undefined });
});

type Told = Record<string, unknown>;
const ask = async (query: string, variables: object, as = librarian as { readonly cookie: string }): Promise<{ told: Told; code: unknown }> => {
  const answer = await app.ask(as, query, variables);
  return { told: Object.values(answer.data ?? {})[0] as Told, code: answer.errors?.[0]?.extensions['code'] };
};
const bind = (applies = 'waits', networkListId = 'moves', as = librarian) =>
  ask(`mutation($a: ID!, $n: String!, $l: ID!, $applies: BoundListApplies!) { bindList(accountId: $a, networkListId: $n, listId: $l, reason: "speaks for the town", category: organisation, applies: $applies) {
    __typename ... on BoundList { id state applies everyHours name } ... on UserError { code message } ... on ListBoundAlready { boundListId } } }`, { a: account, n: networkListId, l: list, applies }, as);
const bound = async (applies?: string): Promise<string> => (await bind(applies)).told['id'] as string;
const look = (boundId: string) => app.app.get(ListLook).run({ boundId, actorId: town.system });
const state = async (boundId: string): Promise<Told> =>
  (((await ask(`query($l: ID!) { boundLists(listId: $l) { edges { node { id state stateWords waiting { id state words came went leaving { edges { node { decisionId follow { key } } } }
    import { lines { edges { node { text outcome why } } } } } } } } }`, { l: list })).told['edges'] as { node: Told }[]).find(({ node }) => node['id'] === boundId)?.node ?? {});
const waiting = async (boundId: string): Promise<Told & { id: string }> => (await state(boundId))['waiting'] as Told & { id: string };
const decide = (how: 'apply' | 'decline' | 'undo', changeId: string, as = librarian) => ask(`mutation($c: ID!) { ${how}BoundListChange(changeId: $c) { id state came went } }`, { c: changeId }, as);
const followed = async (): Promise<string[]> => (await scene.query<{ key: string }>('select key from follow where list_id = $1 and removed_at is null order by key', [list])).map(({ key }) => key);
/** A list of which three are followed. */
const inStep = async (applies?: string): Promise<string> => {
  const id = await bound();
  await look(id);
  await decide('apply', (await waiting(id)).id);
  if (applies !== undefined) await ask('mutation($b: ID!, $a: BoundListApplies) { changeBoundList(boundListId: $b, applies: $a) { id } }', { b: id, a: applies });
  return id;
};

describe('a follow list that is kept in step with a list on a network', () => {
  it('shows who is on it, and follows nobody before somebody says so', async () => {
    expect((await bind()).told).toMatchObject({ __typename: 'BoundList', state: 'on', applies: 'waits', everyHours: 6, name: 'Our moves' });
    const [{ id }] = await scene.query<{ id: string }>('select id from bound_list where list_id = $1', [list]) as [{ id: string }];
    expect(await look(id)).toMatchObject({ how: 'changed' });
    const change = await waiting(id);
    expect(change).toMatchObject({ state: 'waiting', came: 3, went: 0, import: { lines: { edges: [{ node: { text: 'paper', outcome: 'will_add' } }, { node: { text: 'council' } }, { node: { text: 'choir' } }] } } });
    expect(await followed()).toEqual([]);
    expect((await decide('apply', change.id)).told).toMatchObject({ state: 'applied', came: 3 });
    expect((await decide('apply', change.id)).told).toMatchObject({ state: 'applied' });
    expect(await followed()).toEqual(['choir', 'council', 'paper']);
    // Its last seven days come with it.
    expect(await scene.query(`select until - since as span from follow_history h join follow f on f.id = h.follow_id where f.list_id = $1`, [list])).toHaveLength(3);
    expect(await scene.query(`select action, actor_id from audit where subject_id = $1 order by at, id`, [list])).toMatchObject([{ action: 'follow-list.bound', actor_id: person }, { action: 'follow-list.imported', actor_id: person }, { action: 'follow-list.kept-in-step', actor_id: person }]);
  });
  it('is looked at again: who came and who went wait together, and one keystroke does both', async () => {
    const id = await inStep();
    expect(await look(id)).toEqual({ how: 'same' });
    moving.on = ['council', 'choir', 'theatre'];
    await look(id);
    const change = await waiting(id);
    expect(change).toMatchObject({ came: 1, went: 1, leaving: { edges: [{ node: { decisionId: null, follow: { key: 'paper' } } }] }, import: { lines: { edges: [{ node: { text: 'theatre' } }] } } });
    // The same difference is not shown anew.
    expect(await look(id)).toEqual({ how: 'same' });
    expect((await waiting(id)).id).toBe(change.id);
    expect(await followed()).toEqual(['choir', 'council', 'paper']);
    await decide('apply', change.id);
    expect(await followed()).toEqual(['choir', 'council', 'theatre']);
    expect(await look(id)).toEqual({ how: 'same' });
  });
  it('shows what is so now, where it changed again before anybody looked', async () => {
    const id = await inStep();
    moving.on = [...moving.on, 'theatre'];
    await look(id);
    const first = await waiting(id);
    moving.on = [...moving.on, 'museum'];
    await look(id);
    expect(await waiting(id)).toMatchObject({ came: 2 });
    expect((await decide('apply', first.id)).code).toBe('CONFLICT');
    moving.on = ['paper', 'council', 'choir'];
    await look(id);
    expect(await waiting(id)).toBeNull();
  });
  it('can be undone, as a whole and one by one, and what was undone is not shown again', async () => {
    const id = await inStep();
    moving.on = ['choir', 'theatre'];
    await look(id);
    const change = await waiting(id);
    await decide('apply', change.id);
    expect(await followed()).toEqual(['choir', 'theatre']);
    const decisions = await scene.query<{ id: string; key: string }>('select g.decision_id as id, f.key from bound_leaving g join follow f on f.id = g.follow_id where g.change_id = $1 order by f.key', [change.id]);
    await ask('mutation($d: ID!) { undoFollowDecision(decisionId: $d) { id } }', { d: decisions[0]?.id });
    expect(await followed()).toEqual(['choir', 'council', 'theatre']);
    expect((await decide('undo', change.id)).told).toMatchObject({ state: 'undone' });
    expect((await decide('undo', change.id)).told).toMatchObject({ state: 'undone' });
    expect(await followed()).toEqual(['choir', 'council', 'paper']);
    expect(await look(id)).toEqual({ how: 'same' });
  });
  it('leaves it as it is where somebody says so, and does not ask about the same again', async () => {
    const id = await inStep();
    moving.on = ['council', 'choir', 'theatre'];
    await look(id);
    expect((await decide('decline', (await waiting(id)).id)).told).toMatchObject({ state: 'declined' });
    expect(await followed()).toEqual(['choir', 'council', 'paper']);
    expect(await look(id)).toEqual({ how: 'same' });
    // Whoever left meanwhile and comes back is somebody new.
    moving.on = ['council', 'choir'];
    await look(id);
    moving.on = ['council', 'choir', 'theatre'];
    await look(id);
    expect(await waiting(id)).toMatchObject({ came: 1, went: 0 });
  });
  it('follows nobody again whom somebody unfollowed here, and takes over who was followed already', async () => {
    await scene.follow(town, list, account, { network: 'fixture', key: 'paper' });
    const id = await bound();
    await look(id);
    expect(await waiting(id)).toMatchObject({ came: 2 });
    await decide('apply', (await waiting(id)).id);
    const [choir] = await scene.query<{ id: string }>(`select id from follow where list_id = $1 and key = 'choir'`, [list]);
    await ask('mutation($f: ID!) { removeFollows(followIds: [$f]) { id } }', { f: choir?.id });
    expect(await look(id)).toEqual({ how: 'same' });
    moving.on = ['council', 'choir'];
    await look(id);
    expect(await waiting(id)).toMatchObject({ came: 0, went: 1, import: null });
  });
  it('says who is refused and why, and waits for nobody because of them alone', async () => {
    const id = await inStep();
    const spam = await scene.profile({ network: 'fixture', remote_id: 'spam' });
    await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, reason, by_actor) values (gen_random_uuid(), $1, 'hear', 'profile', $2, 'spam', $3)`, [town.id, spam, person]);
    moving.on = [...moving.on, 'spam'];
    expect(await look(id)).toEqual({ how: 'same' });
    expect(await waiting(id)).toBeNull();
    const [last] = await scene.query('select c.state, l.text, l.outcome, l.why from bound_change c join follow_import_line l on l.import_id = c.import_id where c.bound_id = $1 order by c.found_at desc', [id]);
    expect(last).toEqual({ state: 'nothing', text: 'spam', outcome: 'refused', why: 'This person is on the list of whom the library does not hear.' });
  });

  it('applies it by itself where staff chose that', async () => {
    const id = await inStep('by_itself');
    moving.on = ['council', 'choir', 'theatre'];
    expect(await look(id)).toMatchObject({ how: 'changed', change: { state: 'applied', decidedBy: town.system } });
    expect(await followed()).toEqual(['choir', 'council', 'theatre']);
  });
  it('holds what looks like a mishap for a person, whatever was chosen', async () => {
    const id = await inStep('by_itself');
    moving.on = [];
    await look(id);
    expect(await waiting(id)).toMatchObject({ state: 'held', words: 'Nobody is on it any more.', went: 3 });
    expect(await followed()).toHaveLength(3);
    moving.on = ['paper', 'council', 'choir', 'theatre', 'museum'];
    await look(id);
    expect(await followed()).toHaveLength(5);
    moving.on = ['paper'];
    await look(id);
    const held = await waiting(id);
    expect(held).toMatchObject({ state: 'held', words: 'Of 5 who were followed by it, 1 are still on it.' });
    await decide('apply', held.id);
    expect(await followed()).toEqual(['paper']);
  });

  it.each(['rejected', 'auth', 'invalid-data'] as const)('stops, and says so, where the list cannot be read any more: %s', async (kind) => {
    const id = await inStep();
    moving.fails = kind;
    expect(await look(id)).toEqual({ how: 'stopped' });
    expect(await state(id)).toMatchObject({ state: 'stopped', stateWords: `The network says: ${kind}.` });
    expect(await look(id)).toEqual({ how: 'over' });
    expect(await followed()).toHaveLength(3);
    moving.fails = undefined;
    await ask('mutation($b: ID!) { lookAtBoundList(boundListId: $b) { state stateWords } }', { b: id });
    expect(await state(id)).toMatchObject({ state: 'on', stateWords: null });
    expect(await look(id)).toEqual({ how: 'same' });
  });
  it('tries again where its network cannot be reached, and stops after a day or so', async () => {
    const id = await inStep();
    moving.fails = 'unreachable';
    expect(await look(id)).toEqual({ how: 'later' });
    expect(await state(id)).toMatchObject({ state: 'on', stateWords: 'The network says: unreachable.' });
    await scene.query('update bound_list set failures = 35 where id = $1', [id]);
    expect(await look(id)).toEqual({ how: 'stopped' });
  });
  it('is kept in step no more once it is unbound, or its list ended', async () => {
    const id = await inStep();
    moving.on = [];
    await look(id);
    const { told } = await ask('mutation($b: ID!) { unbindList(boundListId: $b) { state } }', { b: id });
    expect(told).toEqual({ state: 'ended' });
    expect(await look(id)).toEqual({ how: 'over' });
    expect(await followed()).toHaveLength(3);
    const [first, other] = [await bound(), await scene.list(town)];
    await scene.query('update follow_list set removed_at = now() where id = $1', [list]);
    expect(await look(first)).toEqual({ how: 'over' });
    expect(await scene.query('select state from bound_list where id = $1', [first])).toEqual([{ state: 'ended' }]);
    list = other;
  });
  it('is bound once, to a list that is there, by a librarian of its library', async () => {
    const first = await bound();
    expect((await bind()).told).toMatchObject({ code: 'LIST_BOUND_ALREADY', boundListId: first });
    expect((await bind('waits', 'of nobody')).code).toBe('NOT_FOUND');
    expect((await bind('waits', 'moves', observer)).code).toBe('FORBIDDEN');
    expect((await bind('waits', 'moves', stranger)).code).toBe('NOT_FOUND');
    await look(first);
    const { id } = await waiting(first);
    expect((await decide('apply', id, stranger)).code).toBe('NOT_FOUND');
    expect((await decide('decline', id, observer)).code).toBe('FORBIDDEN');
  });
  it('is looked at when it is due, by an account that is on', async () => {
    const id = await inStep();
    const queued = (): Promise<{ boundId: string }[]> => scene.query(`select data->>'boundId' as "boundId" from pgboss.job where name = 'follows.look-at-list'`);
    await scene.query('delete from pgboss.job');
    await app.app.get(BoundListJobs).enqueueDue();
    expect(await scene.query(`select 1 from bound_list where id = $1 and look_at > now() + interval '5 hours'`, [id])).toHaveLength(1);
    const before = (await queued()).length;
    await scene.query('update bound_list set look_at = now() where id = $1', [id]);
    await app.app.get(BoundListJobs).enqueueDue();
    await app.app.get(BoundListJobs).enqueueDue();
    expect((await queued()).length).toBe(before + 1);
    await scene.query('delete from pgboss.job');
    await scene.query(`update account set state = 'off' where id = $1`, [account]);
    await app.app.get(BoundListJobs).enqueueDue();
    expect(await queued()).toEqual([]);
    await scene.query(`update account set state = 'on' where id = $1`, [account]);
  });
});
