import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { atMost, type Done, ofReferenceAtLeast } from '../figure.ts';
import { median } from '../scene.ts';
import { heardWords } from '../seed/seed-heard.ts';
import { GraphqlClient } from '../support/graphql-client.ts';
import { closedLoop, openLoop, percentile } from '../support/load.ts';
import { type SeededEarshot, reader, whileItRuns, withSeeded } from '../support/seeded-earshot.ts';
import { TalkingProcess } from '../support/talking-process.ts';
import { installPeers } from '../peers/install-peers.ts';
import { type Page, barePage, page, pageSize, postgraphilePage, type PostgraphilePage, search } from './questions.ts';

const whole = { posts: Number(process.env['BENCH_INBOX_POSTS'] ?? 1_000_000), libraries: 20, staff: 120 } as const;
const tenth = { ...whole, posts: whole.posts / 10 } as const;
const withConversations = <T extends { readonly posts: number }>(sizes: T) => ({ ...sizes, conversations: sizes.posts / 4 });

const pagesASecond = 60;
const searchesASecond = 10;
const windowSeconds = 20;
const windows = 3;
const clients = 16;
const bars = { page: 40, statements: 8, desk: 80, search: 100, searchAll: 200, besidePostgraphile: 0.8 } as const;

const byHand = readFileSync(new URL('./by-hand.sql', import.meta.url), 'utf8');

/** What one measures with: the desk of the consortium asks, which may see every library. */
interface Desk {
  readonly earshot: SeededEarshot;
  readonly client: GraphqlClient;
  /** The libraries that question number n names: one, each in its turn. */
  readonly one: (n: number) => { readonly libraries: readonly string[] };
  readonly all: { readonly libraries: readonly string[] };
}

const atDesk = async (earshot: SeededEarshot, work: (desk: Desk) => Promise<void>): Promise<void> => {
  const { consortium, url } = earshot;
  const client = new GraphqlClient(`${url}/graphql`, consortium.desk.cookie);
  const libraryOf = (n: number): string => consortium.libraries[n % consortium.libraries.length] as string;
  try {
    await work({ earshot, client, one: (n) => ({ libraries: [libraryOf(n)] }), all: { libraries: consortium.libraries } });
  } finally {
    client.close();
  }
};

const askPage = async ({ client }: Desk, query: string, variables: object): Promise<void> => {
  const { conversations } = await client.ask<Page>(query, variables);
  if (conversations.edges.length !== pageSize || conversations.edges.some(({ node }) => node.topPost === null)) throw new Error(`not a whole page: ${JSON.stringify(conversations).slice(0, 300)}`);
};

/** p95 in ms, the median of several windows; the first questions compile the query, open connections and warm the cache. */
const p95 = async (perSecond: number, ask: (n: number) => Promise<unknown>): Promise<number> => {
  await openLoop({ perSecond, seconds: windowSeconds / 2 }, ask);
  const each: number[] = [];
  for (let window = 0; window < windows; window += 1) each.push(percentile(0.95, await openLoop({ perSecond, seconds: windowSeconds }, ask)));
  return median(each);
};

const p95ByHand = async ({ earshot: { owner } }: Desk, libraries: (n: number) => readonly string[]): Promise<number> => {
  const times: number[] = [];
  for (let n = 0; n < 220; n += 1) {
    const began = performance.now();
    await owner.query(byHand, [libraries(n)]);
    if (n >= 20) times.push(performance.now() - began);
  }
  return percentile(0.95, times);
};

/** Statements that Earshot's application ran for each page, without those that open and end its transaction. */
const statementsOf = async (desk: Desk): Promise<number> => {
  const { owner } = desk.earshot;
  const pages = 20;
  await askPage(desk, page, desk.one(0));
  await owner.query('create extension if not exists pg_stat_statements');
  await owner.query('select pg_stat_statements_reset()');
  for (let n = 0; n < pages; n += 1) await askPage(desk, page, desk.one(n));
  const { rows: [row] } = await owner.query<{ calls: string }>(
    `select sum(calls) as calls from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'earshot_app' and s.query !~* '^\\s*(begin|commit|select set_config)'`);
  return Number(row?.calls) / pages;
};

/** Words that somebody looks for, alone and in twos: from what one post in fifty has to what hardly any has. */
const searchWords = (): readonly string[] => {
  const words = heardWords();
  const at = (share: number): string => words[Math.floor(words.length ** share)] as string;
  return Array.from({ length: 24 }, (_, n) => (n % 2 === 0 ? at(0.5 + n / 50) : `${at(0.44 + n / 60)} ${at(0.5 + n / 60)}`));
};

const found = async ({ earshot: { owner } }: Desk, words: readonly string[]): Promise<string> => {
  const counts: number[] = [];
  for (const each of words) {
    const { rows: [row] } = await owner.query<{ count: string }>(`select count(*) from post where search @@ websearch_to_tsquery('english', $1)`, [each]);
    counts.push(Number(row?.count));
  }
  return `${words.length} searches of one and two words, which ${Math.min(...counts)} to ${Math.max(...counts)} posts have, half of them ${median(counts)} and more`;
};

const measureSearch = async (desk: Desk, done: Done): Promise<void> => {
  const words = searchWords();
  const note = `at ${searchesASecond} a second; ${await found(desk, words)}`;
  const ask = (libraries: (n: number) => object) => (n: number) => desk.client.ask(search, { ...libraries(n), text: words[n % words.length] });
  done(atMost(bars.search, { name: 'inbox-search', unit: 'ms p95', value: await p95(searchesASecond, ask(desk.one)), note: `full text in one library, ${note}` }));
  done(atMost(bars.searchAll, { name: 'inbox-search-all', unit: 'ms p95', value: await p95(searchesASecond, ask(() => desk.all)), note: `full text in all ${whole.libraries} libraries, ${note}` }));
};

/** Both answer the same page to as many clients as they can, in turns. */
const besidePostgraphile = async (desk: Desk, done: Done): Promise<void> => {
  const { at, consortium } = desk.earshot;
  const peer = await TalkingProcess.start('test/bench/peers/postgraphile-process.mjs', { connection: { ...at, ...reader }, actor: consortium.desk.actor });
  const client = new GraphqlClient(peer.first);
  const theirs = async (n: number): Promise<void> => {
    const { conversations } = await client.ask<PostgraphilePage>(postgraphilePage, { library: desk.one(n).libraries[0] });
    if (conversations.nodes.length !== pageSize || conversations.nodes.some(({ topPost }) => topPost === null)) throw new Error(`PostGraphile gave no whole page: ${JSON.stringify(conversations).slice(0, 300)}`);
  };
  const ours = (n: number): Promise<void> => askPage(desk, barePage, desk.one(n));
  try {
    for (const ask of [ours, theirs]) await closedLoop(clients, 5, ask);
    const pairs: { readonly ours: number; readonly theirs: number }[] = [];
    for (let window = 0; window < windows; window += 1) pairs.push({ ours: await closedLoop(clients, windowSeconds / 2, ours), theirs: await closedLoop(clients, windowSeconds / 2, theirs) });
    const ratio = median(pairs.map((pair) => pair.ours / pair.theirs));
    const note = `${clients} clients, the same page without its words; reference: PostGraphile 5 as the same actor`;
    done(ofReferenceAtLeast(bars.besidePostgraphile, { name: 'inbox-throughput', unit: 'pages/s', value: median(pairs.map((pair) => pair.ours)), reference: median(pairs.map((pair) => pair.theirs)), ratio, note }));
  } finally {
    client.close();
    await peer.stop();
  }
};

const measureWhole = async (desk: Desk, small: number, done: Done): Promise<void> => {
  const { libraries } = desk.all;
  const [pageTook, handTook] = [await p95(pagesASecond, (n) => askPage(desk, page, desk.one(n))), await p95ByHand(desk, (n) => desk.one(n).libraries)];
  const sizes = `${whole.posts} posts, ${withConversations(whole).conversations} conversations, ${whole.libraries} libraries`;
  done(atMost(bars.page, { name: 'inbox', unit: 'ms p95', value: pageTook, reference: handTook, ratio: pageTook / handTook, note: `a page of ${pageSize} of one library, ${pagesASecond} a second on schedule; ${sizes}; reference: SQL by hand, one at a time` }));
  done({ name: 'inbox-growth', unit: 'ms p95', value: pageTook, reference: small, ratio: pageTook / small, note: `the same; reference: with ${tenth.posts} posts` });
  done(atMost(bars.statements, { name: 'inbox-statements', unit: 'a page', value: await statementsOf(desk), note: 'without begin, set_config and commit' }));
  const [deskTook, deskByHand] = [await p95(pagesASecond, () => askPage(desk, page, desk.all)), await p95ByHand(desk, () => libraries)];
  done(atMost(bars.desk, { name: 'inbox-desk', unit: 'ms p95', value: deskTook, reference: deskByHand, ratio: deskTook / deskByHand, note: `the same of all ${libraries.length} libraries; reference: SQL by hand` }));
};

/** The inbox as staff ask for it, over HTTP, from an Earshot that serves and does nothing else. */
export const benchInbox = async (done: Done): Promise<void> => {
  await installPeers();
  const api = { EARSHOT_ROLES: 'api' };
  let small = Number.NaN;
  await withSeeded(withConversations(tenth), api, (seeded) =>
    whileItRuns(seeded, (earshot) => atDesk(earshot, async (desk) => { small = await p95(pagesASecond, (n) => askPage(desk, page, desk.one(n))); })));
  await withSeeded(withConversations(whole), api, (seeded) =>
    whileItRuns(seeded, (earshot) => atDesk(earshot, async (desk) => {
      await measureWhole(desk, small, done);
      await measureSearch(desk, done);
      await besidePostgraphile(desk, done);
    })));
};
