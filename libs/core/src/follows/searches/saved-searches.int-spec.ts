import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import { FollowChanges } from '../follow-changes.js';
import { FollowDesk } from '../follow-desk.js';
import { TargetResolver, type FollowableTarget } from '../target-resolver.js';
import { changedRules } from '../live-rules.js';
import { SearchNameTaken, SearchNotOffered, SearchNotUnderstood } from './saved-search.errors.js';
import type { SavedSearchRow } from './saved-search.row.js';
import { SavedSearchesService, type SearchResult, type SearchTold } from './saved-searches.service.js';

class Changes extends FollowChanges {
  readonly told: (readonly string[])[] = [];
  changed(accountIds: readonly string[]): void {
    this.told.push(accountIds);
  }
}
/** A network that looks for one word at a time, and for nothing while it is down. */
class Town extends TargetResolver {
  asked: string[] = [];
  profiles(): Promise<[]> {
    return Promise.resolve([]);
  }
  networks(): Promise<string[]> {
    return Promise.resolve(['practice']);
  }
  resolve(_account: string, text: string): Promise<readonly FollowableTarget[]> {
    this.asked.push(text);
    if (text === 'down') return Promise.reject(new RemoteError('unreachable', 'The town does not answer.'));
    return Promise.resolve(text.includes(' ') ? [] : [{ kind: 'profile', network: 'practice', key: text, label: text }, { kind: 'search', network: 'practice', key: `q=${text}`, label: text }]);
  }
}

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let [account, list, timeline]: [string, string, string] = [] as never;
let [changes, town]: [Changes, Town] = [] as never;
let searches: SavedSearchesService;
let jobs: JobsAtHand;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  const person = async (at: SceneLibrary, role: 'administrator' | 'librarian' | 'observer'): Promise<Actor> => ({ id: await scene.person(at, role), kind: 'person' });
  [chief, ada, ben, observer] = [await person(county, 'administrator'), await person(ashford, 'librarian'), await person(millbrook, 'librarian'), await person(ashford, 'observer')];
  account = await scene.account(county);
  list = await scene.list(ashford);
  timeline = await scene.follow(ashford, list, account, { kind: 'timeline', key: 'town' });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(() => {
  [changes, town, jobs] = [new Changes(), new Town(), new JobsAtHand()];
  searches = new SavedSearchesService(new FollowDesk(database, new Permissions(), new Audit(), changes), town, jobs);
});

let made = 0;
const told = (facts: Partial<SearchTold> = {}): SearchTold => ({ name: `Search ${++made}`, text: 'wine cellar', does: 'raise', reason: 'asked for often', category: 'topic', ...facts });
const row = (result: SearchResult): SavedSearchRow => {
  if (result instanceof SearchNotUnderstood || result instanceof SearchNameTaken || result instanceof SearchNotOffered) throw new Error(result.message);
  return result;
};
const polls = () => scene.query<{ id: string; key: string; live: boolean }>(`select id, key, removed_at is null as live from follow where kind = 'search' order by id`);

describe('a saved search', () => {
  it('keeps what was written, and is undone and done again', async () => {
    const search = row(await searches.create(ada, ashford.id, told({ name: ' Cellars ', text: 'Wine  OR Bier' })));
    expect(search).toMatchObject({ name: 'Cellars', text: 'Wine  OR Bier', does: 'raise', libraryId: ashford.id, createdBy: ada.id, removedAt: null, undoable: true, listIds: [], followIds: [] });
    expect(row(await searches.change(ada, search.id, { text: 'beer', category: 'event' }))).toMatchObject({ text: 'beer', category: 'event', name: 'Cellars' });
    expect(row(await searches.undo(ada, search.id))).toMatchObject({ text: 'Wine  OR Bier', category: 'topic' });
    expect(row(await searches.undo(ada, search.id))).toMatchObject({ text: 'beer', category: 'event' });
    expect(row(await searches.remove(ada, search.id)).removedAt).not.toBeNull();
    await expect(searches.change(ada, search.id, { text: 'wine' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(row(await searches.undo(ada, search.id))).toMatchObject({ text: 'beer', removedAt: null });
    expect(await scene.query('select action from audit where subject_id = $1 order by id', [search.id])).toEqual(
      ['created', 'changed', 'undone', 'undone', 'removed', 'undone'].map((what) => ({ action: `saved-search.${what}` })));
    expect(changes.told).toHaveLength(6);
  });
  it('has what it raised weighed again once it ends, comes back, or raises no more', async () => {
    const search = row(await searches.create(ada, ashford.id, told()));
    jobs.waiting.splice(0);
    const weighed = (): unknown[] => jobs.waiting.splice(0).map(({ kind, data }) => [kind.name, data]);
    const again = [['follows.search-changed', { searchId: search.id }]];
    await searches.change(ada, search.id, { text: 'beer', name: 'Other' });
    expect(weighed()).toEqual([]);
    await searches.remove(ada, search.id);
    expect(weighed()).toEqual(again);
    await searches.remove(ada, search.id);
    expect(weighed()).toEqual([]);
    await searches.undo(ada, search.id);
    expect(weighed()).toEqual(again);
    await searches.change(ada, search.id, { does: 'narrow', listIds: [await scene.list(ashford)] });
    expect(weighed()).toEqual(again);
    await searches.remove(ada, search.id);
    expect(weighed()).toEqual([]);
  });
  it('is unmade by undoing its making', async () => {
    const search = row(await searches.create(ada, ashford.id, told()));
    expect(row(await searches.undo(ada, search.id)).removedAt).not.toBeNull();
    expect(row(await searches.undo(ada, search.id)).removedAt).toBeNull();
  });
  it('reaches matching as soon as it is stored, and leaves it when it ends', async () => {
    const { until } = await database.listening((tx) => changedRules(tx));
    const search = row(await searches.create(ada, ashford.id, told({ text: 'loom', does: 'narrow', listIds: [list], followIds: [timeline] })));
    const first = await database.listening((tx) => changedRules(tx, until));
    // Beside it may come what changed before: a transaction that is still open anywhere in the cluster holds back from where the next is told.
    expect(first.searches).toContainEqual({ rule: { id: search.id, libraryId: ashford.id, name: search.name, raises: false }, text: 'loom', live: true });
    expect([first.narrowings.get(list), first.narrowings.get(timeline)]).toEqual([[search.id], [search.id]]);
    await searches.remove(ada, search.id);
    const second = await database.listening((tx) => changedRules(tx, first.until));
    expect(second.searches.find(({ rule }) => rule.id === search.id)).toMatchObject({ live: false });
    expect(second.narrowings.size).toBe(0);
  });
  it('has a name of its own, also when it comes back', async () => {
    const first = row(await searches.create(ada, ashford.id, told({ name: 'Wine' })));
    expect(await searches.create(ada, ashford.id, told({ name: 'wine' }))).toEqual(new SearchNameTaken(first.id));
    await searches.remove(ada, first.id);
    const second = row(await searches.create(ada, ashford.id, told({ name: 'wine' })));
    expect(await searches.undo(ada, first.id)).toEqual(new SearchNameTaken(second.id));
    expect(row(await searches.change(ada, second.id, { name: 'WINE' })).name).toBe('WINE');
    const atOnce = await Promise.all([1, 2, 3].map(() => searches.create(ada, ashford.id, told({ name: 'At once' }))));
    expect(atOnce.filter((each) => each instanceof SearchNameTaken)).toHaveLength(2);
  });
  it('of the consortium is written by the consortium alone', async () => {
    const search = row(await searches.create(chief, county.id, told()));
    await expect(searches.change(ada, search.id, { text: 'beer' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(searches.create(ada, county.id, told())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(searches.create(observer, ashford.id, told())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const own = row(await searches.create(ada, ashford.id, told()));
    await expect(searches.remove(ben, own.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  it('is refused with its place where it is none, before anybody is asked', async () => {
    const result = await searches.create(ada, ashford.id, told({ text: 'wine OR', does: 'poll', accountId: account, listId: list }));
    expect(result).toMatchObject({ code: 'SEARCH_NOT_UNDERSTOOD', fault: 'unexpected', offset: 7, line: 1, column: 8 });
    expect(town.asked).toEqual([]);
  });
  it.each([
    [{ name: ' ' }, 'name'], [{ reason: '' }, 'reason'], [{ category: 'cats' }, 'category'], [{ does: 'open' }, 'does'], [{ does: 'narrow' }, 'listIds'], [{ does: 'narrow', followIds: ['x'] }, 'followIds'],
    [{ does: 'poll' }, 'accountId'],
  ])('refuses %p', async (wrong, field) => {
    await expect(searches.create(ada, ashford.id, told(wrong))).rejects.toMatchObject({ code: 'BAD_INPUT', field });
  });
  it('narrows what its own library follows, and nothing else', async () => {
    const theirs = await scene.list(county);
    await expect(searches.create(ada, ashford.id, told({ does: 'narrow', listIds: [theirs] }))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'listIds' });
    await expect(searches.create(ada, ashford.id, told({ does: 'narrow', followIds: [newId()] }))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'followIds' });
    const search = row(await searches.create(ada, ashford.id, told({ does: 'narrow', listIds: [list, list] })));
    expect(search.listIds).toEqual([list]);
    expect(row(await searches.change(ada, search.id, { does: 'raise' })).listIds).toEqual([]);
    expect(row(await searches.undo(ada, search.id)).listIds).toEqual([list]);
  });
});

describe('a search that a network is asked for', () => {
  it('is a follow of its own, narrowed by the search, and goes with it', async () => {
    const search = row(await searches.create(ada, ashford.id, told({ text: 'wine', does: 'poll', accountId: account, listId: list })));
    expect(await polls()).toEqual([{ id: search.pollId, key: 'q=wine', live: true }]);
    expect((await database.listening((tx) => changedRules(tx))).narrowings.get(search.pollId ?? '')).toEqual([search.id]);
    expect(search.followIds).toEqual([]);
    expect(changes.told).toContainEqual([account]);

    const changed = row(await searches.change(ada, search.id, { text: 'beer' }));
    expect(await polls()).toEqual([{ id: search.pollId, key: 'q=wine', live: false }, { id: changed.pollId, key: 'q=beer', live: true }]);
    await searches.change(ada, search.id, { name: 'Renamed' });
    expect(town.asked).toEqual(['wine', 'beer']);

    await searches.remove(ada, search.id);
    expect((await polls()).filter(({ live }) => live)).toEqual([]);
    const again = row(await searches.undo(ada, search.id));
    expect((await polls()).filter(({ live }) => live)).toEqual([{ id: again.pollId, key: 'q=beer', live: true }]);
    expect(row(await searches.change(ada, search.id, { does: 'raise' })).pollId).toBeNull();
    expect((await polls()).filter(({ live }) => live)).toEqual([]);
  });
  it('is asked for once where two want the same, and until the last of them ends', async () => {
    const [one, two] = [row(await searches.create(ada, ashford.id, told({ text: 'rum', does: 'poll', accountId: account, listId: list }))), row(await searches.create(ada, ashford.id, told({ text: 'rum', does: 'poll', accountId: account, listId: list })))];
    expect(two.pollId).toBe(one.pollId);
    const live = async (): Promise<boolean | undefined> => (await polls()).find(({ id }) => id === one.pollId)?.live;
    await searches.remove(ada, one.id);
    expect(await live()).toBe(true);
    await searches.remove(ada, two.id);
    expect(await live()).toBe(false);
  });
  it('is not made where the network does not look for it', async () => {
    const count = async (): Promise<unknown> => scene.query('select count(*) from saved_search');
    const before = await count();
    expect(await searches.create(ada, ashford.id, told({ text: 'wine cellar', does: 'poll', accountId: account, listId: list }))).toEqual(new SearchNotOffered());
    expect(await searches.create(ada, ashford.id, told({ text: 'down', does: 'poll', accountId: account, listId: list }))).toEqual(new SearchNotOffered('The town does not answer.'));
    await expect(searches.create(ada, ashford.id, told({ text: 'wine', does: 'poll', accountId: await scene.account(millbrook), listId: list }))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'accountId' });
    await expect(searches.create(ada, ashford.id, told({ text: 'wine', does: 'poll', accountId: account, listId: await scene.list(county) }))).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'listId' });
    expect(await count()).toEqual(before);
  });
});
