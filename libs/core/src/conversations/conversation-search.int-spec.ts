import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database } from '../database/index.js';
import { searchText } from '../language/index.js';
import { conversationKeysets, conversationOrders, type ConversationFilter, type ConversationOrder } from './conversation-list.js';
import { searchPage, type Reach } from './conversation-search.js';

let database: Database;
let scene: Scene;
let libraries: readonly SceneLibrary[] = [];
let [chief, colleague]: [string, string] = [] as never;
const languages = ['en', 'es'];
const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 1, hour));
const of = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

const conversations = 90;

/** Words by which conversation and which of its posts: most have `town`, some `fair`, the least ranked alone `loom`; `odd` and `even` never meet. */
const wordsOf = (n: number, post: number): string =>
  ['A', (n * 7 + post) % 5 > 0 ? 'town' : 'village', (n + post * 3) % 4 === 0 ? 'fairs' : '', n < 3 ? 'loom' : '', post > 0 ? '' : n % 2 === 0 ? 'even' : 'odd', (n * 11) % 6 === post ? 'café' : '', (n + post) % 9 === 0 ? 'bibliotecas' : '']
    .filter((word) => word !== '').join(' ');

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 1 } });
  const county = await scene.library({ languages });
  libraries = [county, await scene.library({ parent: county, languages }), await scene.library({ parent: county })];
  [chief, colleague] = [await scene.person(county), await scene.person(county)];
  for (let n = 0; n < conversations; n++) await hear(n);
  const elsewhere = await scene.library({});
  await scene.heard(elsewhere, { text: 'A town fair with a loom' });
}, 120_000);
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** Ranks and times repeat, so that ids decide; one library and one state have nearly all, and so are cut off first; threads are heard by two, where they stand elsewhere. */
const hear = async (n: number): Promise<void> => {
  const thread = await scene.thread();
  const posts: string[] = [];
  for (let post = 0; post < 1 + (n % 3); post++) posts.push(await scene.post(thread, { text: wordsOf(n, post), posted_at: at((n * 5 + post * 7) % 3), lang: (n + post) % 9 === 0 ? 'es' : 'en', ...(n % 8 === 0 ? { network: 'elsewhere' } : {}) }));
  if (n % 7 === 0) await scene.finding(posts[0] as string, { label: 'need.howto', score: 0.7 });
  const told = {
    rank: Math.floor(n / 4), last_post_at: at((n * 3) % 20), waiting_since: n % 3 === 0 ? null : at((n * 11) % 24), state: of(['closed', 'closed', 'closed', 'open', 'closed', 'closed', 'answered'], n), assignee_id: of([null, chief, colleague, null], n),
    hidden_at: n % 10 === 5 ? at(1) : null, until: n % 11 === 3 ? at(24 * 365 * 80) : n % 11 === 4 ? at(0) : null,
  };
  const place = n % 15 === 0 ? of(libraries, n / 15) : (libraries[1] as SceneLibrary);
  const conversation = await scene.conversation(place, thread, told);
  if (n % 3 === 1) await scene.conversation(libraries[2] as SceneLibrary, thread, { ...told, rank: (n * 7) % 30 });
  if (n % 13 === 0) await scene.conversation(place, await scene.thread(), { ...told, merged_into: conversation });
};

interface Expected {
  readonly id: string;
  readonly library: string;
  readonly state: string;
  readonly assignee: string | null;
  readonly hidden: boolean;
  readonly snoozed: boolean;
  readonly rank: number;
  readonly newest: Date;
  readonly waiting: Date | null;
  readonly elsewhere: boolean;
  readonly howto: boolean;
  readonly spanish: boolean;
  readonly post: string;
}

/** By looking at every post of every conversation. */
const matching = (text: string): Promise<Expected[]> =>
  scene.query<Expected & Record<string, unknown>>(
    `select c.id, c.library_id as library, c.state, c.assignee_id as assignee, c.hidden_at is not null as hidden, coalesce(c.until > now(), false) as snoozed, c.rank, c.last_post_at as newest, c.waiting_since as waiting,
       exists (select 1 from post where thread_id = c.thread_id and network = 'elsewhere') as elsewhere, exists (select 1 from post join finding on post_id = post.id where thread_id = c.thread_id) as howto,
       exists (select 1 from post where thread_id = c.thread_id and lang = 'es') as spanish, found.id as post
     from conversation c cross join lateral (
       select p.id from post p where p.thread_id = c.thread_id and p.search @@ (websearch_to_tsquery('simple', $1) || websearch_to_tsquery('english', $1) || websearch_to_tsquery('spanish', $1))
         and ($1 not like '%-%' or p.search @@ websearch_to_tsquery(search_config(p.lang), $1))
       order by p.posted_at desc, p.id desc limit 1) found
     where c.merged_into is null`,
    [searchText(text)],
  );

const keyOf: Readonly<Record<ConversationOrder, (row: Expected) => number>> = { rank: (row) => -row.rank, newest: (row) => -row.newest.getTime(), waiting: (row) => row.waiting?.getTime() ?? 0 };

const expected = async (text: string, filter: ConversationFilter, order: ConversationOrder): Promise<string[]> => {
  const rows = (await matching(text)).filter(
    (row) =>
      (filter.libraries ?? []).includes(row.library) && (filter.state === 'hidden' ? row.hidden : !row.hidden && (filter.state === undefined || row.state === filter.state)) && row.snoozed === (filter.snoozed ?? false) &&
      (filter.assignee === undefined || row.assignee === (filter.assignee === 'none' ? null : filter.assignee === 'me' ? chief : filter.assignee.id)) && (filter.network === undefined || row.elsewhere) &&
      (filter.label === undefined || row.howto) && (filter.language === undefined || row.spanish) && (filter.since === undefined || row.newest >= filter.since) && (filter.until === undefined || row.newest < filter.until) &&
      (order !== 'waiting' || row.waiting !== null),
  );
  const byId = order === 'waiting' ? 1 : -1;
  return rows.sort((a, b) => keyOf[order](a) - keyOf[order](b) || (a.id < b.id ? -byId : byId)).map(({ id, post }) => `${id} ${post}`);
};

interface Found {
  readonly rows: readonly string[];
  /** Statements of each page. */
  readonly statements: readonly number[];
}

/** Every page, one after the other. */
const found = async (text: string, filter: ConversationFilter, order: ConversationOrder, first: number, reach: Reach): Promise<Found> => {
  const [rows, statements]: [string[], number[]] = [[], []];
  const reader = { actor: chief, libraries: filter.libraries ?? [], languages };
  for (let after: string | null | undefined; after !== null; ) {
    const page = conversationKeysets[order].page({ first, ...(after === undefined ? {} : { after }) });
    const reads = database.reads(chief);
    try {
      const { edges, pageInfo } = page.connection(await searchPage(reads, { filter, text, order, reader, page }, reach), ({ id, matchingPostId }) => `${id} ${matchingPostId}`);
      rows.push(...edges.map(({ node }) => node));
      statements.push(reads.statements);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } finally {
      await reads.close();
    }
  }
  return { rows, statements };
};

const all = (): readonly string[] => libraries.map(({ id }) => id);
const whole: Reach = { together: 10_000, each: 1_000 };

describe('a page by text', () => {
  it.each([
    ['looks into the foremost only, where they fill it', 'town', { together: 120, each: 40 }, 2],
    ['looks further, where some of them have the words', 'fair', { together: 36, each: 4 }, 4],
    ['reads all that have the words, where none of them has', 'loom', { together: 36, each: 4 }, 3],
    ['reads all that have the words, where none of them has both', 'odd even', { together: 36, each: 4 }, 3],
    ['looks into the foremost only, where there are no others', 'loom', whole, 2],
  ])('%s', async (_, text, reach, statements) => {
    const filter = { libraries: all() };
    const pages = await found(text, filter, 'rank', 5, reach);
    expect(pages.rows).toEqual(await expected(text, filter, 'rank'));
    expect(pages.statements[0]).toBe(statements);
  });

  it('is the same by each way, in every order, under every filter, as by looking at every post', async () => {
    const text = fc.oneof(
      fc.constantFrom('town', 'fair', 'loom', 'odd even', 'CAFE', 'biblioteca', '"town fairs"', 'loom OR village', 'town -fair', '-town', 'fair -bibliotecas', 'the', 'zeppelin', ''),
      fc.array(fc.constantFrom('town', 'village', 'fair', 'odd', 'even', 'cafe', '-loom', '-biblioteca', 'or'), { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
    );
    const maybe = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
    const filter = fc.record({
      libraries: fc.constantFrom([0, 1, 2], [1], [2, 0]).map((places) => places.map((place) => all()[place] as string)),
      state: maybe('open' as const, 'closed' as const, 'hidden' as const), snoozed: maybe(true), network: maybe('elsewhere'), language: maybe('es'), label: maybe({ id: 'need.howto' }),
      assignee: maybe<'me' | 'none' | { readonly id: string }>('me', 'none', { id: colleague }), since: maybe(at(4)), until: maybe(at(15)),
    });
    const reach = fc.oneof(fc.record({ together: fc.integer({ min: 1, max: 60 }), each: fc.integer({ min: 1, max: 20 }) }), fc.constant(whole));
    await fc.assert(
      fc.asyncProperty(text, filter, fc.constantFrom(...conversationOrders), fc.integer({ min: 1, max: 12 }), reach, async (words, asked, order, first, far) => {
        expect((await found(words, asked, order, first, far)).rows).toEqual(await expected(words, asked, order));
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
