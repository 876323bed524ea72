import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { EntryLookUp } from './entry-look-up.js';
import { FollowAccounts } from './follow-accounts.js';
import { FollowDesk } from './follow-desk.js';
import { FollowListsService } from './follow-lists.service.js';
import { ListNameTaken } from './follow.errors.js';
import type { FollowListRow } from './follow.row.js';
import { FollowsRepository, followOrder, listOrder } from './follows.repository.js';
import { FollowsService } from './follows.service.js';
import { changedRules } from './live-rules.js';
import { Suppression } from '../privacy/consent/index.js';
import { OwnLists } from './own-lists.js';
import { ProfileCheck } from './profile-check.js';
import { RememberedChanges, Town } from './testing/town.js';

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let [changes, town]: [RememberedChanges, Town] = [] as never;
let [lists, follows, adding]: [FollowListsService, FollowsService, AddFollowsService] = [] as never;
const suppression = new Suppression('test key');
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
  [changes, town] = [new RememberedChanges(), new Town()];
  const desk = new FollowDesk(database, new Permissions(), new Audit(), changes);
  [lists, follows, adding] = [new FollowListsService(desk), new FollowsService(desk), new AddFollowsService(desk, new EntryLookUp(town, new ProfileCheck(town)), new FollowAccounts(), new OwnLists(suppression))];
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
    await expect(adding.add(ben, { listId: list.id, accountIds: [account] }, '@paper', facts)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.remove(ben, { listId: list.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.remove(ben, { listId: own.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(lists.remove(observer, { listId: own.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lists.create({ ...ada, kind: 'token', scopes: ['read', 'triage'] }, { libraryId: ashford.id, name: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(town.asked).toEqual([]);
  });
});

describe('adding many', () => {
  const paste = ['@Paper', '', '  @radio ', '@paper', '@two', 'nobody', '@down', '@nobot', '@moved'].join('\r\n');

  it('tells line by line what became of it', async () => {
    const list = await newList(ada, ashford);
    const place = { listId: list.id, accountIds: [account] };
    const report = await adding.add(ada, place, paste, { ...facts, reviewOn: '2026-12-01', keepDays: 30 });
    expect(report.map(({ line, text, outcome }) => [line, text, outcome])).toEqual([
      [1, '@Paper', 'added'], [3, '@radio', 'added'], [4, '@paper', 'already-there'], [5, '@two', 'several'], [6, 'nobody', 'refused'], [7, '@down', 'refused'], [8, '@nobot', 'refused'], [9, '@moved', 'added'],
    ]);
    expect(report.map(({ why }) => why)).toEqual([
      null, null, 'It is the same as line 1.', 'It names 2 things.', 'Nothing that could be followed goes by this name.', 'The town does not answer.',
      'This person asks not to be listened to: #nobot in the bio.', 'It moved here from @moved.',
    ]);
    expect(await ofList(ada, list.id)).toEqual(['@here', '@paper', '@radio']);
    expect(changes.told).toEqual([[account]]);
    const [follow] = await reading(ada, (reads) => repository.followsByIds(reads, [report[0]?.followId ?? '']));
    expect(follow).toMatchObject({ ...facts, reviewOn: '2026-12-01', keepDays: 30, addedBy: ada.id, kind: 'profile', network: 'practice', key: '@paper', libraryId: ashford.id });

    const again = await adding.add(ada, place, '@paper', facts);
    expect(again).toEqual([expect.objectContaining({ outcome: 'already-there', followId: report[0]?.followId })]);
    expect(changes.told).toHaveLength(1);
  });

  it('asks all accounts by which the library hears, where none is named', async () => {
    const list = await newList(ada, ashford);
    const own = await scene.account(ashford);
    const report = await adding.add(ada, { listId: list.id }, '@paper', facts);
    const [follow] = await reading(ada, (reads) => repository.followsByIds(reads, [report[0]?.followId ?? '']));
    expect(follow?.accountId).toBe(own);
    await scene.query('update account set removed_at = now() where id = $1', [own]);
  });

  it('is for a few lines', async () => {
    const list = await newList(ada, ashford);
    await expect(adding.add(ada, { listId: list.id }, '@a\n'.repeat(101), facts)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'text' });
    await expect(adding.add(ada, { listId: list.id }, ' \n', facts)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'text' });
  });

  it('of two at once adds each thing once', async () => {
    const list = await newList(ada, ashford);
    const reports = await Promise.all([1, 2, 3].map(() => adding.add(ada, { listId: list.id, accountIds: [account] }, '@a\n@b', facts)));
    expect(reports.flat().filter(({ outcome }) => outcome === 'added')).toHaveLength(2);
    expect(await ofList(ada, list.id)).toEqual(['@a', '@b']);
  });

  it.each([
    [{ reason: ' ' }, 'reason'],
    [{ category: 'cats' }, 'category'],
    [{ reviewOn: '2026-02-30' }, 'reviewOn'],
    [{ keepDays: 0.5 }, 'keepDays'],
  ])('refuses %p before it asks anybody', async (wrong, field) => {
    const list = await newList(ada, ashford);
    await expect(adding.add(ada, { listId: list.id, accountIds: [account] }, '@paper', { ...facts, ...wrong })).rejects.toMatchObject({ code: 'BAD_INPUT', field });
    expect(town.asked).toEqual([]);
  });

  it('asks no account that the library of the list does not have', async () => {
    const list = await newList(chief, county);
    for (const accountId of [await scene.account(ashford), newId()])
      await expect(adding.add(chief, { listId: list.id, accountIds: [accountId] }, '@paper', facts)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'accountIds' });
    expect(town.asked).toEqual([]);
  });
});

describe('follows', () => {
  it('change in what is said of them, and are due on their day', async () => {
    const list = await newList(ada, ashford);
    const [line] = await adding.add(ada, { listId: list.id, accountIds: [account] }, '@paper', { ...facts, keepDays: 10 });
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
    const report = await adding.add(ada, { listId: list.id, accountIds: [account] }, '@a\n@b', facts);
    const ids = report.map(({ followId }) => followId ?? '');
    await expect(follows.remove(ada, { followIds: [...ids, newId()] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await ofList(ada, list.id)).toEqual(['@a', '@b']);
    expect((await follows.remove(ada, { followIds: ids })).map(({ id, removedAt }) => [id, removedAt !== null])).toEqual(ids.map((id) => [id, true]));
    expect(await follows.remove(ada, { followIds: ids })).toHaveLength(2);
    expect(changes.told).toEqual([[account], [account]]);
    expect((await adding.add(ada, { listId: list.id, accountIds: [account] }, '@a', facts))[0]?.outcome).toBe('added');
  });

  it('end with their account, whose removal they cannot outlive', async () => {
    const [list, own] = [await newList(ada, ashford), await scene.account(ashford)];
    await adding.add(ada, { listId: list.id, accountIds: [own] }, '@a\n@b', facts);
    await scene.query('update account set removed_at = now() where id = $1', [own]);
    expect(await ofList(ada, list.id)).toEqual([]);
    expect((await database.listening((tx) => changedRules(tx))).follows.filter(({ listId }) => listId === list.id)).toEqual([]);
  });

  it('end with their list', async () => {
    const list = await newList(ada, ashford);
    await adding.add(ada, { listId: list.id, accountIds: [account] }, '@a\n@b', facts);
    await lists.remove(ada, { listId: list.id });
    expect((await database.listening((tx) => changedRules(tx))).follows.filter(({ listId }) => listId === list.id)).toEqual([]);
    expect(changes.told.at(-1)).toEqual([account]);
  });

  it('of all libraries are what the matcher loads, in the order of ids', async () => {
    const [ours, theirs] = [await newList(ada, ashford), await newList(ben, millbrook)];
    await adding.add(ben, { listId: theirs.id, accountIds: [account] }, '@theirs', facts);
    await adding.add(ada, { listId: ours.id, accountIds: [account] }, '@ours', facts);
    const { follows: live, until } = await database.listening((tx) => changedRules(tx));
    expect(live.map(({ id }) => id)).toEqual(live.map(({ id }) => id).toSorted());
    expect(live.filter(({ listId }) => [ours.id, theirs.id].includes(listId)).map(({ key, libraryId }) => [key, libraryId])).toEqual([['@theirs', millbrook.id], ['@ours', ashford.id]]);
    const ended = live.find(({ listId }) => listId === ours.id)?.id ?? '';
    await follows.remove(ada, { followIds: [ended] });
    // Beside it may come what changed before: a transaction that is still open anywhere in the cluster holds back from where the next is told.
    expect((await database.listening((tx) => changedRules(tx, until))).follows.find(({ id }) => id === ended)).toMatchObject({ live: false });
  });

  it('come page by page, each once', async () => {
    const list = await newList(ada, ashford);
    await adding.add(ada, { listId: list.id, accountIds: [account] }, ['@ä', '@b', '@Z', '@é', '@a', '@日本'].join('\n'), facts);
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
