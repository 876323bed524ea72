import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Done } from './figure.ts';
import { benchSettings, withBenchNetwork } from './plugin/bench-network.ts';
import { median } from './scene.ts';
import { eventually } from './support/eventually.ts';
import { type BenchAccount, type BenchInstallation, withInstallation } from './support/running-earshot.ts';
import { subscribe } from './support/subscription.ts';
import { rss } from './support/talking-process.ts';

const listenSeconds = Number(process.env['BENCH_LISTEN_SECONDS'] ?? 120);
const hintSeconds = Number(process.env['BENCH_HINT_SECONDS'] ?? 600);
const hintsPerSecond = 10;
const subscribers = 12;
/** What the last third may lie above the middle one: less than a garbage collection more or less. */
const bars = { megabytes: 350, growth: 15 } as const;

const account = (perSecond: number): BenchAccount => ({
  plugin: 'bench', name: 'Our town', settings: benchSettings('town', perSecond), secrets: {},
  follows: Array.from({ length: 500 }, (_, n) => ({ kind: 'profile', network: 'bench', key: `person-${n}` })),
});

const storedOf = async ({ owner }: BenchInstallation): Promise<number> => Number((await owner.query<{ count: string }>('select count(*) from post where known')).rows[0]?.count);

interface Watched {
  readonly highest: number;
  /** The median of the last third, less that of the middle one. */
  readonly growth: number;
  readonly stored: number;
}

/** Resident memory, once a second. */
const watch = async (earshot: BenchInstallation, seconds: number): Promise<Watched> => {
  await eventually('something being heard', 60_000, async () => (await storedOf(earshot)) > 0);
  const [samples, before, began] = [[] as number[], await storedOf(earshot), performance.now()];
  while (performance.now() - began < seconds * 1_000) {
    samples.push(rss(earshot.pid));
    await sleep(1_000);
  }
  const third = (n: number): number => median(samples.slice(Math.floor((samples.length * n) / 3), Math.floor((samples.length * (n + 1)) / 3)));
  return { highest: Math.max(...samples), growth: third(2) - third(1), stored: (await storedOf(earshot)) - before };
};

const tell = (name: string, { highest, growth }: Watched, note: string, done: Done): void => {
  done(atMost(bars.megabytes, { name, unit: 'MB', value: highest, note: `the highest RSS of the process ${note}` }));
  done(atMost(bars.growth, { name: `${name}-growth`, unit: 'MB', value: growth, note: 'the same, its median in the last third less that in the middle one' }));
};

const whileListening = (done: Done): Promise<void> =>
  withInstallation([account(0)], withBenchNetwork, async (earshot) => {
    const watched = await watch(earshot, listenSeconds);
    tell('memory', watched, `while it listened for ${listenSeconds} s as fast as it could: ${(watched.stored / listenSeconds).toFixed(0)} posts a second`, done);
  });

const whileTelling = (done: Done): Promise<void> =>
  withInstallation([account(hintsPerSecond)], withBenchNetwork, async (earshot) => {
    const open = await Promise.all(Array.from({ length: subscribers }, () => subscribe(earshot)));
    const watched = await watch(earshot, hintSeconds);
    const heard = Math.min(...open.map((each) => each.heard()));
    await Promise.all(open.map((each) => each.stop()));
    // Posts of one conversation in one batch are one hint.
    if (heard < hintSeconds * hintsPerSecond * 0.8) throw new Error(`a subscriber was told ${heard} times in ${hintSeconds} s`);
    tell('memory-hints', watched, `while it told ${subscribers} subscribers of what changed for ${hintSeconds} s: ${(heard / hintSeconds).toFixed(1)} hints a second to each`, done);
  });

/** What a whole Earshot takes at its busiest, and over time. */
export const benchMemory = async (done: Done): Promise<void> => {
  await whileListening(done);
  await whileTelling(done);
};
