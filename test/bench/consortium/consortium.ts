import { performance } from 'node:perf_hooks';
import { atMost, type Done } from '../figure.ts';
import { withBenchNetwork } from '../plugin/bench-network.ts';
import { heardWords } from '../seed/seed-heard.ts';
import { eventually } from '../support/eventually.ts';
import { GraphqlClient } from '../support/graphql-client.ts';
import { openLoop, percentile } from '../support/load.ts';
import { type SeededEarshot, whileItRuns, withSeeded } from '../support/seeded-earshot.ts';
import { subscribe } from '../support/subscription.ts';
import { cpuSeconds, rss } from '../support/talking-process.ts';
import { setUpListening } from './set-up.ts';
import { WorkingDay } from './working-day.ts';

const barMs = 200;
const libraries = 40;
/** An errand of about four operations, from each of the staff, once in so many seconds. */
const errandEvery = 60;
const seconds = Number(process.env['BENCH_DAY_SECONDS'] ?? 180);
const warmUpSeconds = 20;
const postsADay = 60_000;

const once = { name: 'consortium', follows: 12_000, searches: 200, staff: 120, postsADay } as const;
const tenfold = { name: 'consortium-x10', follows: 120_000, searches: 2_000, staff: 1_200, postsADay: postsADay * 10 } as const;

type Size = typeof once | typeof tenfold;

const storedOf = async ({ owner }: SeededEarshot): Promise<number> => Number((await owner.query<{ count: string }>(`select count(*) from post where known and remote_id like 'town-%'`)).rows[0]?.count);

interface Measured {
  readonly day: WorkingDay;
  readonly stored: number;
  readonly hints: number;
  readonly share: number;
  /** Until the last errand was done, which is later where the server does not keep up. */
  readonly took: number;
  readonly megabytes: number;
}

const liveThrough = async (earshot: SeededEarshot, { staff, postsADay: posts }: Size, accounts: ReadonlyMap<string, string>): Promise<Measured> => {
  const client = new GraphqlClient(`${earshot.url}/graphql`);
  const open = await Promise.all(earshot.consortium.staff.map((who) => subscribe({ url: earshot.url, cookie: who.cookie })));
  const workplace = { staff: earshot.consortium.staff, accounts, words: heardWords().slice(200, 2_000) };
  const warmUp = new WorkingDay(client, workplace);
  try {
    await eventually('something being heard', 60_000, async () => (await storedOf(earshot)) > 0);
    await openLoop({ perSecond: staff / errandEvery, seconds: warmUpSeconds }, (n) => warmUp.work(n));
    const day = new WorkingDay(client, workplace);
    const [before, cpu, hints] = [await storedOf(earshot), cpuSeconds(earshot.pid), open.reduce((sum, { heard }) => sum + heard(), 0)];
    const began = performance.now();
    await openLoop({ perSecond: staff / errandEvery, seconds }, (n) => day.work(n));
    const took = (performance.now() - began) / 1_000;
    const stored = (await storedOf(earshot)) - before;
    // What was said at the very end may be on its way.
    const said = (posts / 86_400) * took;
    if (stored < said * 0.9) throw new Error(`of ${said.toFixed(0)} posts that were said ${stored} were stored`);
    return { day, stored, hints: open.reduce((sum, { heard }) => sum + heard(), 0) - hints, share: (cpuSeconds(earshot.pid) - cpu) / took, took, megabytes: rss(earshot.pid) };
  } finally {
    await Promise.all(open.map((each) => each.stop()));
    client.close();
  }
};

const figures = (size: Size, { day, stored, hints, share, took, megabytes }: Measured, done: Done): void => {
  const slowest = [...day.took].map(([operation, times]) => ({ operation, p95: percentile(0.95, times), times: times.length })).toSorted((a, b) => b.p95 - a.p95);
  const [worst] = slowest;
  if (worst === undefined) throw new Error('nobody asked for anything');
  const each = slowest.map(({ operation, p95, times }) => `${operation} ${p95.toFixed(0)} (${times})`).join(', ');
  done(atMost(barMs, {
    name: size.name, unit: 'ms p95', value: worst.p95,
    note: `${worst.operation}, the slowest operation of the day: ${libraries} libraries, ${size.follows} follows, ${size.searches} searches, ${size.postsADay} posts a day of which ${stored} came in ${took.toFixed(0)} s, ${size.staff} staff with as many subscriptions, which were told ${hints} times; ${share.toFixed(2)} of a core, ${megabytes.toFixed(0)} MB; p95 (and how often) of each: ${each}`,
  }));
};

const measure = (size: Size, done: Done): Promise<void> => {
  let accounts: ReadonlyMap<string, string> = new Map();
  // What such a consortium heard in two days.
  const posts = size.postsADay * 2;
  const heard = { posts, conversations: posts / 4, libraries, staff: size.staff };
  return withSeeded(heard, withBenchNetwork, (seeded) => whileItRuns(seeded, async (earshot) => figures(size, await liveThrough(earshot, size, accounts), done)), async (owner, consortium) => {
    accounts = await setUpListening(owner, consortium, { follows: size.follows, searches: size.searches, postsPerSecond: size.postsADay / 86_400 });
  });
};

/** A consortium at work while it listens, all in one process; then ten times all of it. */
export const benchConsortium = async (done: Done): Promise<void> => {
  await measure(once, done);
  await measure(tenfold, done);
};
