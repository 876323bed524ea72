import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { FollowChanges } from './follow-changes.js';
import { FollowDesk } from './follow-desk.js';
import { FollowListsService } from './follow-lists.service.js';
import { ListNameTaken } from './follow.errors.js';
import type { FollowListRow } from './follow.row.js';
import { FollowsRepository, followOrder, listOrder } from './follows.repository.js';
import { FollowsService } from './follows.service.js';
import { changedRules } from './live-rules.js';
import { TargetResolver, type FollowableTarget } from './target-resolver.js';

class Changes extends FollowChanges {
  readonly told: (readonly string[])[] = [];
  changed(accountIds: readonly string[]): void {
    this.told.push(accountIds);
  }
}

/** "@name" is a profile, "@two" is two; "@down" cannot be reached; anything else is nothing. */
class Town extends TargetResolver {
  readonly asked: string[] = [];
  async resolve(_account: string, text: string): Promise<readonly FollowableTarget[]> {
    this.asked.push(text);
    if (text === '@down') throw new RemoteError('unreachable', 'The town does not answer.');
    if (text === '@bug') throw new TypeError('undefined is not a town');
    if (!text.startsWith('@') && !text.startsWith('https:')) return [];
    const target = (key: string): FollowableTarget => ({ kind: 'profile', network: 'practice', key, label: key });
    return text === '@two' ? [target('@two-a'), target('@two-b')] : [target(text.toLowerCase())];
  }
}

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let [changes, town]: [Changes, Town] = [] as never;
let [lists, follows, adding]: [FollowListsService, FollowsService, AddFollowsService] = [] as never;
const repository = new FollowsRepository();
const facts = { reason: 'chamber of commerce', category: 'business' };

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
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(() => {
  [changes, town] = [new Changes(), new Town()];
  const desk = new FollowDesk(database, new Permissions(), new Audit(), changes);
  [lists, follows, adding] = [new FollowListsService(desk), new FollowsService(desk), new AddFollowsService(desk, town)];
});

const reading = async <T>(actor: Actor, read: (reads: ReturnType<Database['reads']>) => Promise<T>): Promise<T> => {
  const reads = database.reads(actor.id);
  try {
    return await read(reads);
  } finally {
    await reads.close();
  }
};
let made = 0;
const newList = async (actor: Actor, at: SceneLibrary): Promise<FollowListRow> => {
  const list = await lists.create(actor, { libraryId: at.id, name: `List ${++made}` });
  if (list instanceof ListNameTaken) throw new Error('taken');
  return list;
};
const ofList = (actor: Actor, listId: string): Promise<string[]> =>
  reading(actor, async (reads) => (await repository.follows(reads, { listId }, followOrder.page({ first: 50 }))).map(({ label }) => label));

describe('follow lists', () => {
  it('have one name each, whatever its case, and leave it when they end', async () => {
    const list = await lists.create(ada, { libraryId: ashford.id, name: ' Clubs ', description: '' });
    expect(list).toMatchObject({ name: 'Clubs', description: null, libraryId: ashford.id, createdBy: ada.id });
    const id = (list as FollowListRow).id;
    expect(await lists.create(ada, { libraryId: ashford.id, name: 'clubs' })).toEqual(new ListNameTaken(id));
    const other = await newList(ada, ashford);
    expect(await lists.change(ada, { listId: other.id, name: 'CLUBS' })).toEqual(new ListNameTaken(id));
    expect(await lists.change(ada, { listId: id, name: 'CLUBS' })).toMatchObject({ name: 'CLUBS' });
    await lists.remove(ada, { listId: id });
    expect(await lists.change(ada, { listId: other.id, name: 'Clubs', description: 'All of them' })).toMatchObject({ name: 'Clubs', description: 'All of them' });
    await expect(lists.change(ada, { listId: id, name: 'Again' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of two at once with one name, one is made', async () => {
    const made = await Promise.all([1, 2, 3].map(() => lists.create(ada, { libraryId: ashford.id, name: 'At once' })));
    expect(made.filter((each) => each instanceof ListNameTaken)).toHaveLength(2);
  });

  it('of the consortium are read by all below and written by the consortium alone', async () => {
    const list = await newList(chief, county);
    const own = await newList(ada, ashford);
    const seenBy = (actor: Actor): Promise<string[]> => reading(actor, async (reads) => (await repository.lists(reads, {}, listOrder.page({ first: 50 }))).map(({ id }) => id));
    expect(await seenBy(ben)).toContain(list.id);
    expect(await seenBy(ben)).not.toContain(own.id);
    expect(await seenBy(chief)).toContain(own.id);
    await expect(adding.add(ben, { listId: list.id, accountId: account }, { text: '@paper' }, facts)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.remove(ben, { listId: list.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.remove(ben, { listId: own.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(lists.remove(observer, { listId: own.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.create({ ...ada, kind: 'token', scopes: ['read', 'triage'] }, { libraryId: ashford.id, name: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(town.asked).toEqual([]);
  });
});

describe('adding many', () => {
  const paste = ['@Paper', '', '  @radio ', '@paper', '@two', 'nobody', '@down'].join('\r\n');

  it('tells line by line what it will do, and does just that', async () => {
    const list = await newList(ada, ashford);
    const place = { listId: list.id, accountId: account };
    const preview = await adding.preview(ada, place, { text: paste });
    expect(preview.map(({ line, text, outcome }) => [line, text, outcome])).toEqual([
      [1, '@Paper', 'will-add'], [3, '@radio', 'will-add'], [4, '@paper', 'already-there'], [5, '@two', 'several'], [6, 'nobody', 'refused'], [7, '@down', 'refused'],
    ]);
    expect(preview.map(({ why }) => why)).toEqual([
      null, null, 'It is the same as line 1.', 'It names 2 things: write the one that you mean.', 'Nothing that could be followed goes by this name.', 'The town does not answer.',
    ]);
    expect(await ofList(ada, list.id)).toEqual([]);
    expect(changes.told).toEqual([]);

    const report = await adding.add(ada, place, { text: paste }, { ...facts, reviewOn: '2026-12-01', keepDays: 30 });
    expect(report.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'already-there', 'several', 'refused', 'refused']);
    expect(await ofList(ada, list.id)).toEqual(['@paper', '@radio']);
    expect(changes.told).toEqual([[account]]);
    const [follow] = await reading(ada, (reads) => repository.followsByIds(reads, [report[0]?.followId ?? '']));
    expect(follow).toMatchObject({ ...facts, reviewOn: '2026-12-01', keepDays: 30, addedBy: ada.id, kind: 'profile', network: 'practice', key: '@paper', libraryId: ashford.id });

    const again = await adding.add(ada, place, { text: '@paper' }, facts);
    expect(again).toEqual([expect.objectContaining({ outcome: 'already-there', followId: report[0]?.followId })]);
    expect(changes.told).toHaveLength(1);
  });

  it('adds all or nothing: the bug of a plugin undoes no half', async () => {
    const list = await newList(ada, ashford);
    await expect(adding.add(ada, { listId: list.id, accountId: account }, { text: '@paper\n@bug' }, facts)).rejects.toThrow('undefined is not a town');
    expect(await ofList(ada, list.id)).toEqual([]);
  });

  it('of two at once adds each thing once', async () => {
    const list = await newList(ada, ashford);
    const reports = await Promise.all([1, 2, 3].map(() => adding.add(ada, { listId: list.id, accountId: account }, { text: '@a\n@b' }, facts)));
    expect(reports.flat().filter(({ outcome }) => outcome === 'added')).toHaveLength(2);
    expect(await ofList(ada, list.id)).toEqual(['@a', '@b']);
  });

  it('takes the feeds of an OPML document by the names that it gives them', async () => {
    const list = await newList(ada, ashford);
    const opml = '<opml><body><outline title="The Courier" xmlUrl="https://courier.example/rss"/><outline xmlUrl="gone"/></body></opml>';
    const report = await adding.add(ada, { listId: list.id, accountId: account }, { opml }, facts);
    expect(report.map(({ line, outcome }) => [line, outcome])).toEqual([[1, 'added'], [2, 'refused']]);
    expect(await ofList(ada, list.id)).toEqual(['The Courier']);
  });

  it.each([
    [{ reason: ' ' }, 'reason'],
    [{ category: 'cats' }, 'category'],
    [{ reviewOn: '2026-02-30' }, 'reviewOn'],
    [{ keepDays: 0.5 }, 'keepDays'],
  ])('refuses %p before it asks anybody', async (wrong, field) => {
    const list = await newList(ada, ashford);
    await expect(adding.add(ada, { listId: list.id, accountId: account }, { text: '@paper' }, { ...facts, ...wrong })).rejects.toMatchObject({ code: 'BAD_INPUT', field });
    expect(town.asked).toEqual([]);
  });

  it('asks no account that the library of the list does not have', async () => {
    const list = await newList(chief, county);
    for (const accountId of [await scene.account(ashford), newId()])
      await expect(adding.preview(chief, { listId: list.id, accountId }, { text: '@paper' })).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'accountId' });
    expect(town.asked).toEqual([]);
  });
});

describe('follows', () => {
  it('change in what is said of them, and are due on their day', async () => {
    const list = await newList(ada, ashford);
    const [line] = await adding.add(ada, { listId: list.id, accountId: account }, { text: '@paper' }, { ...facts, keepDays: 10 });
    const followId = line?.followId ?? '';
    expect(await follows.change(ada, { followId, reviewOn: '2026-05-01', category: 'media', keepDays: null })).toMatchObject({ ...facts, category: 'media', reviewOn: '2026-05-01', keepDays: null });
    const due = (dueOn: string): Promise<number> => reading(ada, async (reads) => (await repository.follows(reads, { listId: list.id, dueOn }, followOrder.page({ first: 5 }))).length);
    expect([await due('2026-04-30'), await due('2026-05-01')]).toEqual([0, 1]);
    await follows.change(ada, { followId, category: 'media' });
    expect(await scene.query(`select action from audit where subject_id = $1 order by id`, [list.id])).toEqual(['follow-list.created', 'follow.added', 'follow.changed'].map((action) => ({ action })));
    await expect(follows.change(ben, { followId, reason: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('end together or not at all, and may be added again', async () => {
    const list = await newList(ada, ashford);
    const report = await adding.add(ada, { listId: list.id, accountId: account }, { text: '@a\n@b' }, facts);
    const ids = report.map(({ followId }) => followId ?? '');
    await expect(follows.remove(ada, { followIds: [...ids, newId()] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await ofList(ada, list.id)).toEqual(['@a', '@b']);
    expect((await follows.remove(ada, { followIds: ids })).map(({ id, removedAt }) => [id, removedAt !== null])).toEqual(ids.map((id) => [id, true]));
    expect(await follows.remove(ada, { followIds: ids })).toHaveLength(2);
    expect(changes.told).toEqual([[account], [account]]);
    expect((await adding.add(ada, { listId: list.id, accountId: account }, { text: '@a' }, facts))[0]?.outcome).toBe('added');
  });

  it('end with their list', async () => {
    const list = await newList(ada, ashford);
    await adding.add(ada, { listId: list.id, accountId: account }, { text: '@a\n@b' }, facts);
    await lists.remove(ada, { listId: list.id });
    expect((await database.listening((tx) => changedRules(tx))).follows.filter(({ listId }) => listId === list.id)).toEqual([]);
    expect(changes.told.at(-1)).toEqual([account]);
  });

  it('of all libraries are what the matcher loads, in the order of ids', async () => {
    const [ours, theirs] = [await newList(ada, ashford), await newList(ben, millbrook)];
    await adding.add(ben, { listId: theirs.id, accountId: account }, { text: '@theirs' }, facts);
    await adding.add(ada, { listId: ours.id, accountId: account }, { text: '@ours' }, facts);
    const { follows: live, until } = await database.listening((tx) => changedRules(tx));
    expect(live.map(({ id }) => id)).toEqual(live.map(({ id }) => id).toSorted());
    expect(live.filter(({ listId }) => [ours.id, theirs.id].includes(listId)).map(({ key, libraryId }) => [key, libraryId])).toEqual([['@theirs', millbrook.id], ['@ours', ashford.id]]);
    expect((await database.listening((tx) => changedRules(tx, until))).follows).toEqual([]);
    const ended = live.find(({ listId }) => listId === ours.id)?.id ?? '';
    await follows.remove(ada, { followIds: [ended] });
    expect((await database.listening((tx) => changedRules(tx, until))).follows.map(({ id, live: still }) => [id, still])).toEqual([[ended, false]]);
  });

  it('come page by page, each once', async () => {
    const list = await newList(ada, ashford);
    await adding.add(ada, { listId: list.id, accountId: account }, { text: ['@ä', '@b', '@Z', '@é', '@a', '@日本'].join('\n') }, facts);
    const seen: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = followOrder.page({ first: 2, ...(after === undefined ? {} : { after }) });
      const { edges, pageInfo } = page.connection(await reading(ada, (reads) => repository.follows(reads, { listId: list.id }, page)), (row) => row);
      seen.push(...edges.map(({ node }) => node.label));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
  });
});
