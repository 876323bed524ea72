import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { atMost, type Done, type Figure } from '../figure.ts';
import { eventually } from '../support/eventually.ts';
import { cpuSeconds, TalkingProcess } from '../support/talking-process.ts';
import { addressOf, jetstreamSizes, shareOf, startDataServer, startJetstream, startWideJetstream } from './doubles.ts';
import { benchWhole } from './whole.ts';

const { perSecond, followed } = jetstreamSizes;
const awayMs = 15_000;
const bar = 0.5;

interface Heard {
  readonly channels: number;
  readonly count: number;
  readonly others: Readonly<Record<string, number>>;
  readonly heardUntil: number;
  readonly posts?: readonly string[];
}

interface Way {
  readonly name: string;
  readonly start: (told: object) => Promise<TalkingProcess>;
  readonly told?: object;
  readonly compress?: boolean;
  readonly perSecond?: number;
  readonly note: string;
}

const startReader = (jet: TalkingProcess, service: string, from: number, compress: boolean): Promise<TalkingProcess> =>
  TalkingProcess.start('test/bench/jetstream/reader-process.ts', { jetstream: addressOf(jet), service, followed, compress, from });

/** Posts that the Jetstream told of those who are followed, and that were not heard. Throws where there are any. */
const demandAll = async (name: string, jet: TalkingProcess, reader: TalkingProcess): Promise<number> => {
  const { posts } = await jet.ask<{ posts: readonly string[] }>('end');
  const heardAll = async (): Promise<boolean> => (await reader.ask<Heard>('status')).count >= posts.length;
  await eventually(`${name}: the last of ${posts.length} posts`, 20_000, heardAll).catch(() => undefined);
  const heard = new Set((await reader.ask<Heard>('posts')).posts);
  const lost = posts.filter((post) => !heard.has(post)).length;
  if (lost > 0 || heard.size > posts.length) throw new Error(`${name}: of ${posts.length} posts ${lost} were lost; ${heard.size} heard`);
  return posts.length;
};

/** A reader that is not there for a while, and how long it then takes until it is there again. */
const comeBack = async (name: string, reader: TalkingProcess): Promise<{ readonly seconds: number; readonly cpu: number }> => {
  await reader.ask('away');
  await sleep(awayMs);
  const [began, cpu] = [performance.now(), cpuSeconds(reader.pid)];
  await reader.ask('back');
  // Of a stream's end two seconds are always claimed late.
  await eventually(`${name}: being there again`, 120_000, async () => (await reader.ask<Heard>('status')).heardUntil > Date.now() - 3_000);
  return { seconds: (performance.now() - began) / 1_000, cpu: cpuSeconds(reader.pid) - cpu };
};

/** How many a second it says from now until the answer is called: a machine under load may not keep up. */
const rateOf = async (jet: TalkingProcess): Promise<() => Promise<number>> => {
  const said = async (): Promise<number> => (await jet.ask<{ said: number }>('said')).said;
  const [began, before] = [performance.now(), await said()];
  return async () => (((await said()) - before) / (performance.now() - began)) * 1_000;
};

const measure = async ({ name, start, told = {}, compress = false, perSecond: rate = perSecond, note }: Way, service: string, reference: number | undefined): Promise<readonly Figure[]> => {
  const from = Date.now() * 1_000;
  const jet = await start({ perSecond: rate, ...told });
  const reader = await startReader(jet, service, from, compress);
  try {
    await eventually(`${name}: the first of it`, 60_000, async () => (await reader.ask<Heard>('status')).heardUntil > Date.now() - 3_000);
    const came = await rateOf(jet);
    const share = await shareOf(reader.pid);
    const perSecondSaid = await came();
    const again = await comeBack(name, reader);
    const kept = await demandAll(name, jet, reader);
    const beside = reference === undefined ? {} : { reference, ratio: share / reference };
    const figure: Figure = { name, unit: 'of one core', value: share, ...beside, note: `${note}; ${perSecondSaid.toFixed(0)} a second came; ${kept} posts kept, none lost${reference === undefined ? '' : '; reference: ws and JSON.parse of each frame of one socket'}` };
    return [
      rate === perSecond ? atMost(bar, figure) : figure,
      { name: `${name}-again`, unit: 's', value: again.seconds, note: `until all is heard again after ${awayMs / 1_000} s away, with ${again.cpu.toFixed(1)} s of processor` },
    ];
  } finally {
    await reader.stop();
    await jet.stop();
  }
};

/** What the bare reader takes for all that the plugin takes in the widest of its ways. */
const bare = async (): Promise<number> => {
  const jet = await startWideJetstream();
  const reader = await TalkingProcess.start('test/bench/jetstream/bare-process.ts', { url: `${addressOf(jet)}/xrpc/network.bsky.jetstream.subscribeEvents` });
  try {
    await sleep(2_000);
    return await shareOf(reader.pid);
  } finally {
    await reader.stop();
    await jet.stop();
  }
};

/** A dictionary as hosts give it away, trained on frames of the double by the program `zstd`; undefined where that is not there. */
const trained = async (folder: string): Promise<string | undefined> => {
  const { frameV2 } = await import('../../../plugins/bluesky/src/testing/jetstream-frames.ts');
  const { syntheticEvents } = await import('../../../plugins/bluesky/src/testing/synthetic-events.ts');
  await mkdir(join(folder, 'frames'));
  let seq = 0;
  for (const said of syntheticEvents({ seed: 2 })) {
    seq += 1;
    await writeFile(join(folder, 'frames', String(seq)), frameV2(said, { seq, timeUs: 1_790_000_000_000_000 + seq * 300 }));
    if (seq === 4_000) break;
  }
  try {
    await promisify(execFile)('sh', ['-c', 'zstd -q --train -r frames -o dictionary'], { cwd: folder });
    return join(folder, 'dictionary');
  } catch {
    return undefined;
  }
};

/** What hearing a Jetstream costs: the bluesky plugin's reader in a process of its own, beside the least that can be done with the same frames. */
export const benchJetstream = async (done: Done): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-bench-jetstream-'));
  const dataServer = await startDataServer();
  try {
    const reference = await bare();
    const dictionary = await trained(folder);
    const ways: readonly Way[] = [
      { name: 'jetstream', start: startJetstream, note: `${perSecond} events a second at the host, which filters by ${followed} DIDs` },
      { name: 'jetstream-all', start: startWideJetstream, note: `${perSecond} posts a second, each of which arrives on both of two sockets, and the plugin filters` },
      ...(dictionary === undefined ? [] : [{ name: 'jetstream-zstd', start: startWideJetstream, told: { dictionary }, compress: true, perSecond: perSecond / 10, note: `the same at a tenth of the rate, which is as fast as the double packs each frame` }]),
    ];
    if (dictionary === undefined) console.log('jetstream-zstd: not measured, for there is no program zstd to train a dictionary with');
    for (const way of ways) for (const figure of await measure(way, dataServer.first, way.name === 'jetstream-all' ? reference : undefined)) done(figure);
    done(await benchWhole(dataServer.first));
  } finally {
    await dataServer.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
