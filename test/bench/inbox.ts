import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { StaffAdministration } from '@earshot/core/staff';
import pg, { type Client } from 'pg';
import type { Figure } from './figure.ts';
import { buildScene, median } from './scene.ts';
import { startEarshot } from './support/running-earshot.ts';

const conversations = 100_000;
const pages = 200;

const page = '{ conversations(first: 25) { edges { node { id state why topPost { text author { handle } } lastPost { postedAt author { handle } } topFinding { label score } assignee { id } } } } }';

/** The best that we would write by hand for the same page. */
const byHand = `
  with page as (select * from conversation where library_id = $1 and merged_into is null and hidden_at is null order by rank desc, id desc limit 26)
  select c.id, c.state, c.reasons, p.text, a.handle, l.posted_at, b.handle as last_by, f.label, f.score, c.assignee_id
  from page c left join post p on p.id = c.top_post_id left join profile a on a.id = p.author_id
  left join lateral (select * from post l where l.thread_id = c.thread_id and l.known and l.gone_at is null order by l.posted_at desc limit 1) l on true left join profile b on b.id = l.author_id
  left join lateral (select * from finding f where f.post_id = c.top_post_id order by f.score desc limit 1) f on true
  order by c.rank desc, c.id desc`;

const seed = async (owner: Client, library: string): Promise<void> => {
  const sql = (text: string): Promise<unknown> => owner.query(text);
  await sql(`insert into profile(id, network, remote_id, handle, told_at) select gen_random_uuid(), 'bench', 'p' || n, '@p' || n, now() from generate_series(1, 5000) n`);
  await sql(`create temp table made as select n, gen_random_uuid() as thread, gen_random_uuid() as post, gen_random_uuid() as reply, gen_random_uuid() as conversation, now() - n * interval '10 seconds' as at,
    (array(select id from profile where network = 'bench'))[1 + n % 5000] as author from generate_series(1, ${conversations}) n`);
  await sql('insert into thread(id, posts, last_post_at) select thread, 2, at from made');
  await sql(`insert into post(id, network, remote_id, thread_id, known, version, url, posted_at, heard_at, author_id, text, lang, audience, search)
    select post, 'bench', 'q' || n, thread, true, '1', 'https://bench.example/' || n, at, at, author, 'I wonder about looms, number ' || n, 'en', 'public', to_tsvector('english', 'I wonder about looms, number ' || n) from made`);
  await sql(`insert into post(id, network, remote_id, thread_id, parent_id, known, version, url, posted_at, heard_at, author_id, text, lang, audience)
    select reply, 'bench', 'r' || n, thread, post, true, '1', 'https://bench.example/r' || n, at + interval '1 minute', at, author, 'Me too', 'en', 'public' from made`);
  await sql(`insert into finding(id, post_id, classifier, version, label, score) select gen_random_uuid(), post, 'cues/needs', '1', 'need.implicit', 0.5 from made`);
  await owner.query(`insert into conversation(id, library_id, thread_id, last_post_at, rank, reasons, top_post_id) select conversation, $1, thread, at, extract(epoch from at) / 86400, '[]', post from made`, [library]);
  await sql('analyze');
};

/** Start on an existing database, and the inbox page of one library over 100,000 conversations, over HTTP, one request at a time. */
export const benchServer = async (connect: (data: string) => Promise<{ owner: Client; stop(): Promise<void> }>): Promise<Figure[]> => {
  const data = await mkdtemp(join(tmpdir(), 'earshot-bench-server-'));
  try {
    const first = await startEarshot(data, { EARSHOT_ROLES: 'api' });
    await first.stop();
    const { owner, stop } = await connect(data);
    const { library } = await buildScene(owner, 1);
    await seed(owner, library);
    await new StaffAdministration(owner).add({ email: 'bench@bench.example', name: 'Bench', role: 'administrator', library: `bench-${library}`, password: 'a long bench password' });
    const hand: number[] = [];
    for (let n = 0; n < pages; n++) {
      const began = performance.now();
      await owner.query(byHand, [library]);
      hand.push(performance.now() - began);
    }
    await stop();
    const starts: number[] = [];
    let running = await startEarshot(data, { EARSHOT_ROLES: 'api' });
    for (let n = 0; n < 2; n++) {
      starts.push(running.ms);
      await running.stop();
      running = await startEarshot(data, { EARSHOT_ROLES: 'api' });
    }
    starts.push(running.ms);
    const times = await ask(running.url);
    await running.stop();
    const at = (share: number, of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.floor(of.length * share)] ?? Number.NaN;
    return [
      { name: 'start', unit: 'ms', value: median(starts), note: 'from the command to the first answer, on an existing database; median of 3' },
      { name: 'inbox', unit: 'ms p95', value: at(0.95, times), reference: at(0.95, hand), ratio: at(0.95, times) / at(0.95, hand), note: `a page of 25 over HTTP, ${conversations} conversations, one client; p50 ${at(0.5, times).toFixed(1)}; reference: hand-written SQL` },
    ];
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

const ask = async (url: string): Promise<number[]> => {
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'bench@bench.example', password: 'a long bench password' }), redirect: 'manual' });
  const cookie = signedIn.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const times: number[] = [];
  for (let n = 0; n < pages; n++) {
    const began = performance.now();
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-earshot': '1', cookie }, body: JSON.stringify({ query: page }) });
    const body = (await answer.json()) as { data?: { conversations: { edges: unknown[] } }; errors?: unknown };
    if (body.data?.conversations.edges.length !== 25) throw new Error(JSON.stringify(body).slice(0, 500));
    // The first requests compile the query and open connections.
    if (n >= 20) times.push(performance.now() - began);
  }
  return times;
};

/** The owner's way into a data directory on which no Earshot runs. */
export const ownerOf = async (data: string, startPostgres: (data: string) => Promise<{ adminConfig(database: string): pg.ClientConfig; stop(): Promise<void> }>): Promise<{ owner: Client; stop(): Promise<void> }> => {
  const postgres = await startPostgres(data);
  const owner = new pg.Client(postgres.adminConfig('earshot'));
  await owner.connect();
  return { owner, stop: async () => { await owner.end(); await postgres.stop(); } };
};
