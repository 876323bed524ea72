import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../scene.ts';
import { cpuSeconds, TalkingProcess } from '../support/talking-process.ts';

export const jetstreamSizes = { perSecond: Number(process.env['BENCH_JETSTREAM_RATE'] ?? 3_000), followed: 10_000, share: 0.01 } as const;
/** All that arrives may be wanted; of what is left without likes and follows, about as many are as of the whole. */
const everything = { onlyPosts: true, speaks: ['v2'], share: 0.0015 } as const;

const windowMs = 10_000;
const windows = 3;

/** A Jetstream in a process of its own. `wide`: one that cannot filter by so many people, and of which nothing but posts arrives. */
export const startJetstream = (told: object = {}): Promise<TalkingProcess> => TalkingProcess.start('plugins/bluesky/src/testing/jetstream-process.ts', { ...jetstreamSizes, ...told }, 'source');
export const startWideJetstream = (told: object = {}): Promise<TalkingProcess> => startJetstream({ ...everything, ...told });

/** Where those sign in who listen to it. */
export const startDataServer = (): Promise<TalkingProcess> => TalkingProcess.start('test/bench/jetstream/data-server-process.ts', { followed: jetstreamSizes.followed }, 'source');

export const addressOf = (jet: TalkingProcess): string => jet.first.replace('ready ', '');

/** Share of one core that a process uses, over several windows. */
export const shareOf = async (pid: number): Promise<number> => {
  const shares: number[] = [];
  for (let n = 0; n < windows; n += 1) {
    const [began, cpu] = [performance.now(), cpuSeconds(pid)];
    await sleep(windowMs);
    shares.push((cpuSeconds(pid) - cpu) / ((performance.now() - began) / 1_000));
  }
  return median(shares);
};
