import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { syntheticDid } from '../../../plugins/bluesky/src/testing/synthetic-events.ts';
import { atMost, type Done } from '../figure.ts';
import { addressOf, jetstreamSizes, startDataServer, startJetstream } from '../jetstream/doubles.ts';
import { median } from '../scene.ts';
import { eventually } from '../support/eventually.ts';
import { type BenchAccount, type BenchInstallation, blueskyAccount, listAccount, profilesAccount, startTowns, type Town, type TownReport, withInstallation } from '../support/running-earshot.ts';
import { cpuSeconds, rss, type TalkingProcess } from '../support/talking-process.ts';

const townCount = 40;
const perTown = 250;
/** What networks advise counts five minutes, and so all of it takes as long. */
const wholeMs = Number(process.env['BENCH_FORTY_MS'] ?? 5 * 60_000);
const settleMs = wholeMs / 3;
/** Of the Jetstream's events: three posts a second by ten thousand, five times what people say in truth. */
const share = 0.001;
const bars = { megabytes: 500, mastodon: 300, dataServer: 3_000 } as const;

/** The most in any five minutes. */
const busiest = (asked: readonly number[]): number => {
  const sorted = asked.toSorted((one, other) => one - other);
  let [most, from] = [0, 0];
  sorted.forEach((second, at) => {
    while ((sorted[from] as number) <= second - 300) from += 1;
    most = Math.max(most, at - from + 1);
  });
  return most;
};

interface Watched {
  readonly settled: number;
  readonly highest: number;
  readonly cpuShare: number;
  readonly said: readonly string[];
}

/** Lets it settle, then lets people speak in all towns, ten posts a second, and watches memory and processor. */
const watch = async ({ pid }: BenchInstallation, towns: TalkingProcess, began = performance.now()): Promise<Watched> => {
  const settled: number[] = [];
  while (performance.now() - began < settleMs) {
    settled.push(rss(pid));
    await sleep(1_000);
  }
  const said: string[] = [];
  const flowing: number[] = [];
  const [from, cpu] = [performance.now(), cpuSeconds(pid)];
  for (let n = 0; performance.now() - began < wholeMs - 20_000; n += 1) {
    said.push(`post ${n}: who knows where one can mend a bicycle chain?`);
    towns.tell({ say: { town: n % townCount, person: n, content: said[n] } });
    if (n % 10 === 0) flowing.push(rss(pid));
    await sleep(100);
  }
  const cpuShare = (cpuSeconds(pid) - cpu) / ((performance.now() - from) / 1_000);
  await sleep(Math.max(0, wholeMs - (performance.now() - began)));
  return { settled: median(settled.length === 0 ? [rss(pid)] : settled.slice(-30)), highest: Math.max(...flowing, rss(pid)), cpuShare, said };
};

const figures = async (name: string, done: Done, { settled, highest, cpuShare }: Watched, reports: readonly TownReport[], note: string): Promise<void> => {
  const most = Math.max(...reports.map(({ asked }) => busiest(asked)));
  const refused = reports.reduce((sum, report) => sum + report.refused, 0);
  const handshakes = Math.max(...reports.map((report) => report.handshakes));
  done(atMost(bars.megabytes, { name, unit: 'MB', value: highest, note: `the highest RSS of the process while ${note}; ${settled.toFixed(0)} once settled; ${cpuShare.toFixed(2)} of one core` }));
  done(atMost(bars.mastodon, { name: `${name}-requests`, unit: 'in 5 min', value: most, note: `the most that one of ${townCount} servers was asked in any five minutes since the start, and ${handshakes} sockets at most; ${refused} refused` }));
};

/** Each account reads a list of its server, and one more account hears 10,000 on Bluesky by a Jetstream. */
export const benchForty = async (done: Done): Promise<void> => {
  const { process: towns, towns: all } = await startTowns(townCount, perTown);
  const jet = await startJetstream({ share });
  const dataServer = await startDataServer();
  const followed = Array.from({ length: jetstreamSizes.followed }, (_, n) => syntheticDid(n));
  try {
    await withInstallation([...all.map(listAccount), blueskyAccount(addressOf(jet), dataServer.first, followed)], {}, async (earshot) => {
      const began = performance.now();
      await opened(towns, all, 2);
      const tookMs = performance.now() - began;
      const watched = await watch(earshot, towns, began);
      const reports = await towns.ask<readonly TownReport[]>({});
      const { asked, calls } = await dataServer.ask<{ asked: readonly number[]; calls: object }>({});
      await eventually('everything that was said in the towns being stored', 30_000, async () => (await stored(earshot, 'activitypub', 'post %')) === watched.said.length);
      const heard = await stored(earshot, 'bluesky', '%');
      await figures('forty', done, watched, reports, `40 lists are streamed, 10 posts a second, and a Jetstream of ${jetstreamSizes.perSecond} events a second with 10,000 followed, of which ${heard} posts are kept; all sockets open after ${(tookMs / 1_000).toFixed(0)} s`);
      done(atMost(bars.dataServer, { name: 'forty-bluesky', unit: 'in 5 min', value: busiest(asked), note: `requests at the data server: ${Object.entries(calls).map(([call, times]) => `${call} ${String(times)}`).join(', ')}` }));
    });
  } finally {
    await Promise.all([towns.stop(), jet.stop(), dataServer.stop()]);
  }
};

/** Each account follows 250 profiles by name, each of them polled: the way that costs most. */
export const benchFortyPolled = async (done: Done): Promise<void> => {
  const { process: towns, towns: all } = await startTowns(townCount, perTown);
  try {
    const accounts: readonly BenchAccount[] = all.map(profilesAccount);
    await withInstallation(accounts, {}, async (earshot) => {
      const watched = await watch(earshot, towns);
      const reports = await towns.ask<readonly TownReport[]>({});
      const { rows: [channels] } = await earshot.owner.query<{ all: string; read: string }>(`select count(*) as all, count(heard_until) as read from channel where targets->0->>'kind' = 'profile'`);
      await figures('forty-polled', done, watched, reports, `${perTown} profiles of each of 40 servers are polled one by one, of which ${channels?.read} of ${channels?.all} were read in the first ${wholeMs / 1_000} s`);
    });
  } finally {
    await towns.stop();
  }
};

/** Each of them is streamed to. */
const opened = (towns: TalkingProcess, all: readonly Town[], sockets: number): Promise<void> =>
  eventually(`${sockets} sockets at each of ${all.length} servers`, 120_000, async () => (await towns.ask<readonly TownReport[]>({})).every(({ open }) => open >= sockets));

const stored = async ({ owner }: BenchInstallation, network: string, like: string): Promise<number> => {
  const { rows: [row] } = await owner.query<{ count: string }>('select count(*) from post where known and network = $1 and text like $2', [network, like]);
  return Number(row?.count);
};
