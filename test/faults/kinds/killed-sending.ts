import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../frame/kind.ts';
import { approveReplies, untilSettled } from '../scene/approved.ts';
import { expectConsistent, expectWhole, timePasses, untilHeard } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';

/** What a reply was at as the process was killed. */
const inWords = { arrives: 'arrived', taken: 'was taken', asked: 'was asked for' } as const;

/** kill -9 while replies are being sent: before the far side took one, between that and its answer, as it is asked whether it has one, or somewhere between two. */
export const killedSending: Kind = {
  name: 'killed-sending',
  run: async (round) => {
    const town = await townOf(round, { posts: 80 });
    const { draw } = round;
    let earshot = await town.installation.start();
    await untilHeard(town);
    await approveReplies(round, town, draw.int(10, 25));
    const times = draw.int(2, 5);
    for (let time = 0; time < times; time++) {
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
      await Promise.race([killed, untilSettled(town)]);
      await earshot.kill();
      round.did(`kill -9 ${ms} ms after reply ${further} ${inWords[what]}`);
      town.farSide.onReply = () => {};
      await expectConsistent(round, town);
      await timePasses(town);
      earshot = await town.installation.start();
    }
    await untilSettled(town);
    await expectWhole(round, town);
  },
};
