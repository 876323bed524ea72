import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId, type ReadScope } from '../database/index.js';
import { conversationKeysets, conversationOrders, type ConversationFilter, type ConversationOrder } from './conversation-list.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ProfilesRepository, handleOrder } from './profiles.repository.js';
import { ThreadsRepository, threadOrder } from './threads.repository.js';

const repository = new ConversationsRepository();
const threads = new ThreadsRepository();
let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada]: [string, string] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 3, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County', languages: ['en', 'es'] });
  ashford = await scene.library({ name: 'Ashford', parent: county, languages: ['en', 'es'] });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  chief = await scene.person(county);
  ada = await scene.person(ashford);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const reading = async <T>(actor: string, read: (reads: ReadScope) => Promise<T>): Promise<T> => {
  const reads = database.reads(actor);
  try {
    return await read(reads);
  } finally {
    await reads.close();
  }
};
const list = (actor: string, filter: ConversationFilter, order: ConversationOrder = 'rank'): Promise<string[]> =>
  reading(actor, async (reads) => (await repository.page(reads, filter, order, conversationKeysets[order].page({ first: 100 }))).map(({ id }) => id));
const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 1, hour));

describe('lists', () => {
  it('are ordered by rank, by the newest post and by who waits longest, and paged without gap or repetition', async () => {
    const library = await scene.library({ parent: county });
    const reader = await scene.person(library);
    const made: { id: string; rank: number; last: number; waiting: number | null }[] = [];
    for (let i = 0; i < 23; i++) {
      // Ranks and times repeat, so that the id decides.
      const [rank, last, waiting] = [(i * 7) % 5, (i * 5) % 4, i % 3 === 0 ? null : (i * 3) % 7];
      const { conversation } = await scene.heard(library, {
        conversation: { rank, last_post_at: at(last), waiting_since: waiting === null ? null : at(waiting), state: (['open', 'answered', 'closed'] as const)[i % 3] },
      });
      made.push({ id: conversation, rank, last, waiting });
    }
    const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
    const expected: Record<ConversationOrder, string[]> = {
      rank: made.toSorted((a, b) => b.rank - a.rank || byId(b, a)).map(({ id }) => id),
      newest: made.toSorted((a, b) => b.last - a.last || byId(b, a)).map(({ id }) => id),
      waiting: made.filter(({ waiting }) => waiting !== null).toSorted((a, b) => (a.waiting ?? 0) - (b.waiting ?? 0) || byId(a, b)).map(({ id }) => id),
    };
    for (const order of conversationOrders) {
      const seen: string[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const page = conversationKeysets[order].page({ first: 4, ...(after === undefined ? {} : { after }) });
        const { edges, pageInfo } = page.connection(await reading(reader, (reads) => repository.page(reads, {}, order, page)), (row) => row);
        seen.push(...edges.map(({ node }) => node.id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      }
      expect(seen).toEqual(expected[order]);
    }
  });

  it("are of the reader's libraries, and of no other", async () => {
    const [ours, theirs] = [await scene.heard(ashford), await scene.heard(millbrook)];
    expect(await list(ada, {})).toContain(ours.conversation);
    expect(await list(ada, {})).not.toContain(theirs.conversation);
    const both = await list(chief, { libraries: [ashford.id, millbrook.id] });
    expect(both).toEqual(expect.arrayContaining([ours.conversation, theirs.conversation]));
    expect(await list(chief, { libraries: [millbrook.id] })).not.toContain(ours.conversation);
    await expect(list(ada, { libraries: [ashford.id, millbrook.id] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await list(newId(), {})).toEqual([]);
  });

  it('leave out what is hidden, snoozed or merged, unless asked for it', async () => {
    const library = await scene.library({ parent: county });
    const reader = await scene.person(library);
    const heard = async (conversation: object): Promise<string> => (await scene.heard(library, { conversation: { ...conversation } })).conversation;
    const open = await heard({});
    const hidden = await heard({ hidden_at: new Date(), state: 'answered' });
    const snoozed = await heard({ until: new Date(Date.now() + 60_000) });
    const woken = await heard({ until: new Date(Date.now() - 60_000), state: 'closed' });
    await heard({ merged_into: open });
    expect((await list(reader, {})).toSorted()).toEqual([open, woken].toSorted());
    expect(await list(reader, { state: 'hidden' })).toEqual([hidden]);
    expect(await list(reader, { snoozed: true })).toEqual([snoozed]);
    expect(await list(reader, { state: 'closed' }, 'newest')).toEqual([woken]);
    expect(await list(reader, { state: 'open' })).toEqual([open]);
  });

  it('are filtered by assignee, label, network, follow list, language and time', async () => {
    const library = await scene.library({ parent: county });
    const reader = await scene.person(library);
    const other = await scene.person(library);
    const [mine, theirs, nobodys] = [
      await scene.heard(library, { conversation: { assignee_id: reader, last_post_at: at(1) } }),
      await scene.heard(library, { conversation: { assignee_id: other, last_post_at: at(2) } }),
      await scene.heard(library, { conversation: { last_post_at: at(3) } }),
    ];
    expect(await list(reader, { assignee: 'me' })).toEqual([mine.conversation]);
    expect(await list(reader, { assignee: { id: other } })).toEqual([theirs.conversation]);
    expect(await list(reader, { assignee: 'none' })).toEqual([nobodys.conversation]);
    expect(await list(reader, { since: at(2), until: at(3) })).toEqual([theirs.conversation]);

    await scene.finding(mine.post, { label: 'need.howto', score: 0.7 });
    await scene.finding(theirs.post, { label: 'need.howto', score: 0.9, place: millbrook.id });
    expect(await list(reader, { label: { id: 'need.howto' } })).toEqual([mine.conversation]);
    expect(await list(reader, { label: { id: 'need.howto', minScore: 0.71 } })).toEqual([]);

    await scene.post(theirs.thread, { network: 'elsewhere', lang: 'pt-BR' });
    expect(await list(reader, { network: 'elsewhere' })).toEqual([theirs.conversation]);
    expect(await list(reader, { language: 'pt' })).toEqual([theirs.conversation]);
    expect(await list(reader, { language: 'p' })).toEqual([]);

    const followList = await scene.list(library);
    const follow = await scene.follow(library, followList, await scene.account(library));
    await scene.hearing(library, nobodys.conversation, nobodys.post, { follow_id: follow });
    expect(await list(reader, { followList })).toEqual([nobodys.conversation]);
    expect(await list(reader, { followList, assignee: 'me', text: 'town' })).toEqual([]);
  });
});

describe('search', () => {
  const found = async (text: string, filter: ConversationFilter = {}): Promise<string[]> => list(ada, { text, ...filter });

  it('finds posts by the rules of their language, without accents', async () => {
    const thread = await scene.thread();
    const conversation = await scene.conversation(ashford, thread);
    await scene.post(thread, { text: 'Is there a good café near the bridges?', posted_at: at(1) });
    const spanish = await scene.post(thread, { text: '¿Alguien conoce bibliotecas tranquilas?', lang: 'es', posted_at: at(2) });
    const polish = await scene.post(thread, { text: 'Szukam łódki', lang: 'pl', posted_at: at(3) });
    expect(await found('cafe')).toEqual([conversation]);
    expect(await found('CAFÉ bridge')).toEqual([conversation]);
    expect(await found('"good cafe"')).toEqual([conversation]);
    expect(await found('"cafe good"')).toEqual([]);
    expect(await found('cafe -bridges')).toEqual([]);
    const matching = (text: string): Promise<(string | null)[]> =>
      reading(ada, async (reads) => (await repository.page(reads, { text }, 'newest', conversationKeysets.newest.page({ first: 5 }))).map((row) => row.matchingPostId));
    expect(await matching('biblioteca')).toEqual([spanish]);
    expect(await matching('lodki')).toEqual([polish]);
  });

  it('finds what the library hears, and that a post is gone', async () => {
    const theirs = await scene.heard(millbrook, { text: 'A heron stole the sandwich' });
    expect(await found('heron sandwich')).toEqual([]);
    expect(await list(chief, { text: 'heron sandwich' })).toEqual([theirs.conversation]);
    await scene.query(`update post set text = null, search = null, gone_at = now(), gone_why = 'deleted' where id = $1`, [theirs.post]);
    expect(await list(chief, { text: 'heron sandwich' })).toEqual([]);
  });

  it.each(['', '   ', '!!! & | ( ', '\u0000', '\ud800', 'the', '"', "'; drop table post; --", 'x'.repeat(50_000), '🦫'])('answers odd questions without failing (%#)', async (text) => {
    expect(Array.isArray(await found(text))).toBe(true);
  });
});

describe('one conversation', () => {
  it('is found by the id of one that was merged into it', async () => {
    const survivor = await scene.heard(ashford);
    const merged = await scene.conversation(ashford, await scene.thread(), { merged_into: survivor.conversation });
    const earlier = await scene.conversation(ashford, await scene.thread(), { merged_into: merged });
    const ids = await reading(ada, (reads) => repository.byIds(reads, [earlier, merged, survivor.conversation, newId(), 'no id']));
    expect([...ids].map(([asked, { id }]) => [asked, id]).toSorted()).toEqual([earlier, merged, survivor.conversation].map((id) => [id, survivor.conversation]).toSorted());
    expect(await reading(chief, (reads) => repository.find(reads, survivor.conversation.toUpperCase()))).toMatchObject({ id: survivor.conversation });
  });

  it('shows its thread in order, with tombstones, and parents known by their key first', async () => {
    const thread = await scene.thread();
    const conversation = await scene.conversation(ashford, thread);
    const unheard = await scene.post(thread, { known: false, text: null, posted_at: null });
    const answer = await scene.post(thread, { parent_id: unheard, posted_at: at(2), edited_at: at(3) });
    const first = await scene.post(thread, { posted_at: at(1) });
    const gone = await scene.post(thread, { parent_id: answer, posted_at: at(4), text: null, gone_at: at(5), gone_why: 'deleted' });
    const read = (after?: string): Promise<readonly [string, string | null][]> =>
      reading(ada, async (reads) => {
        const page = threadOrder.page({ first: 3, ...(after === undefined ? {} : { after }) });
        const { edges, pageInfo } = page.connection(await threads.posts(reads, { id: conversation, libraryId: ashford.id }, page), (row) => row);
        const more = pageInfo.hasNextPage && pageInfo.endCursor !== null ? await read(pageInfo.endCursor) : [];
        return [...edges.map(({ node }): [string, string | null] => [node.id, node.goneWhy]), ...more];
      });
    expect(await read()).toEqual([[unheard, null], [first, null], [answer, null], [gone, 'deleted']]);
    const [last] = await reading(ada, (reads) => threads.wanted(reads, [], [{ id: conversation, libraryId: ashford.id }]));
    expect(last?.id).toBe(answer);
  });

  it('shows as its top finding what its rank names, else the surest', async () => {
    const ranked = await scene.heard(ashford, { conversation: { reasons: [{ kind: 'addressed' }, { kind: 'finding', label: 'need.implicit', title: 'implied need', score: 0.6 }] } });
    const unranked = await scene.heard(ashford);
    for (const { post } of [ranked, unranked]) {
      await scene.finding(post, { label: 'need.implicit', score: 0.6 });
      await scene.finding(post, { label: 'chatter', score: 0.9 });
    }
    const of = [ranked, unranked].map(({ conversation }) => ({ id: conversation, libraryId: ashford.id }));
    const top = await reading(ada, (reads) => threads.topFindings(reads, of));
    expect(new Map(top.map(({ conversationId, label }) => [conversationId, label]))).toEqual(new Map([[ranked.conversation, 'need.implicit'], [unranked.conversation, 'chatter']]));
  });
});

describe('profiles', () => {
  it('are found by the beginning of their handle, where they are heard', async () => {
    const profiles = new ProfilesRepository();
    const [heard, unheard] = [await scene.profile({ handle: '@Quince@town.example' }), await scene.profile({ handle: '@quincey@town.example' })];
    const thread = await scene.thread();
    const [post, elsewhere] = [await scene.post(thread, { author_id: heard }), await scene.post(await scene.thread(), { author_id: unheard })];
    await scene.conversation(ashford, thread);
    const found = (text: string): Promise<string[]> => reading(ada, async (reads) => (await profiles.byHandle(reads, text, handleOrder.page({ first: 10 }))).map(({ id }) => id));
    expect(await found('@quin')).toEqual([heard]);
    expect(await found('QUINCE@')).toEqual([heard]);
    expect(await found('uince')).toEqual([]);
    expect(await reading(ada, (reads) => profiles.find(reads, heard))).toMatchObject({ id: heard });
    expect(await reading(ada, (reads) => profiles.find(reads, unheard))).toBeUndefined();
    const authors = await reading(ada, (reads) => profiles.authors(reads, [post, elsewhere].map((postId) => ({ postId, libraryId: ashford.id }))));
    expect(authors.map(({ id }) => id)).toEqual([heard]);
  });
});
