import { setTimeout as sleep } from 'node:timers/promises';
import type { Draw } from '../frame/draw.ts';
import type { Kind } from '../frame/kind.ts';
import type { Round } from '../frame/round.ts';
import type { ScriptWish } from '../network/script.ts';
import { expectConsistent, expectWhole, timePasses } from '../scene/recovery.ts';
import { type Town, townOf } from '../scene/town.ts';

/** Between two batches of a channel while several processes are started, so that there is something to hear when they are. */
export const slowly = 1_500;

/** At the k-th batch that is asked for, and some milliseconds later: the host is one batch ahead, so that is in the middle of a commit, or between two. */
export const inTheMiddle = async (round: Round, town: Town, furtherMost = 60): Promise<void> => {
  const [further, ms] = [round.draw.int(3, furtherMost), round.draw.int(0, 40)];
  await town.farSide.asked(town.farSide.pulls.length + further);
  await sleep(ms);
  round.did(`${further} batches later and ${ms} ms`);
};

const killed = (name: string, wish: (draw: Draw) => Partial<ScriptWish>): Kind => ({
  name,
  run: async (round) => {
    const town = await townOf(round, wish(round.draw));
    const times = round.draw.int(1, 2);
    for (let time = 0; time < times; time++) {
      const earshot = await town.installation.start();
      await inTheMiddle(round, town, 30);
      // In the middle of an orderly stop, too.
      const [stopping, ms] = [round.draw.chance(0.2), round.draw.int(0, 200)];
      if (stopping) {
        earshot.interrupt();
        await sleep(ms);
      }
      await earshot.kill();
      round.did(stopping ? `asked to stop, and kill -9 after ${ms} ms` : 'kill -9');
      await expectConsistent(round, town);
      await timePasses(town);
    }
    await town.installation.start();
    await expectWhole(round, town);
  },
});

/** kill -9 of the one process that listens. */
export const killedListening = killed('killed-listening', () => ({}));

/** The same, where nearly every batch joins threads: few roots, and replies long before what they answer. */
export const killedMerging = killed('killed-merging', (draw) => ({ channels: 4, posts: draw.int(200, 400), disorder: draw.int(80, 250) }));
