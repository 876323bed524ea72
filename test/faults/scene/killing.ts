import { setTimeout as sleep } from 'node:timers/promises';
import type { Round } from '../frame/round.ts';
import { happensFirst, repliesLeft, untilSettled } from './approved.ts';
import { expectConsistent, timePasses, untilHeard } from './recovery.ts';
import type { Town } from './town.ts';

/** What a reply was at as the process was killed. */
const inWords = { arrives: 'arrived', taken: 'was taken', asked: 'was asked for' } as const;

/** Fewer than that may all have left before the next kill. */
const few = 6;

/**
 * What `approve` approved leaves, and the process is killed two to five times, or as often as the round is told; more is approved where little is left. It dies
 * before the far side took one, between that and its answer, as it is asked whether it has one, or somewhere between two.
 */
export const killWhileSending = async (round: Round, town: Town, approve: () => Promise<unknown>): Promise<void> => {
  const { draw } = round;
  let earshot = await town.installation.start();
  await untilHeard(town);
  await approve();
  const drawn = draw.int(2, 5);
  for (let time = 0; time < (round.kills ?? drawn); time++) {
    if ((await repliesLeft(town)) < few) await approve();
    const [further, what, ms] = [draw.int(1, 4), draw.pick(['arrives', 'taken', 'arrives', 'taken', 'asked'] as const), draw.pick([0, 0, 0, draw.int(1, 80)])];
    const pid = earshot.pid;
    let nth = 0;
    const killed = new Promise<void>((resolve, reject) => {
      town.farSide.onReply = async (moment) => {
        if (moment.what !== what || moment.pid !== pid || ++nth !== further) return;
        await sleep(ms);
        await earshot.kill().then(resolve, reject);
      };
    });
    const inTime = await happensFirst(town, killed);
    await earshot.kill();
    round.did(inTime ? `kill -9 ${ms} ms after reply ${further} ${inWords[what]}` : 'kill -9 once all had left');
    town.farSide.onReply = () => {};
    await expectConsistent(round, town);
    await timePasses(town);
    earshot = await town.installation.start();
  }
  await untilSettled(town);
};
