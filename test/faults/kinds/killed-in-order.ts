import type { Kind } from '../frame/kind.ts';
import { approveQueue, happensFirst, untilSettled } from '../scene/approved.ts';
import { repliesInOrder } from '../checks/replies.ts';
import { expectWhole, timePasses, untilHeard } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';

/** A long queue of replies to a few people, and kill -9 in the middle of it, time and again: whoever is told several things is told them in order. */
export const killedInOrder: Kind = {
  name: 'killed-in-order',
  run: async (round) => {
    const town = await townOf(round, { posts: 60, disorder: 0 });
    const { draw } = round;
    let earshot = await town.installation.start();
    await untilHeard(town);
    const count = draw.pick([40, 80, 160, 500]);
    await approveQueue(round, town, { count, people: draw.int(3, 8) });
    round.did(`${count} replies approved`);
    for (let time = draw.int(1, 3); time > 0; time--) {
      const [pid, after] = [earshot.pid, draw.int(1, Math.floor(count / 4))];
      let nth = 0;
      const killed = new Promise<void>((resolve, reject) => {
        town.farSide.onReply = async (moment) => {
          if (moment.pid === pid && ++nth === after) await earshot.kill().then(resolve, reject);
        };
      });
      await happensFirst(town, killed);
      await earshot.kill();
      round.did(`kill -9 at moment ${after}`);
      town.farSide.onReply = () => {};
      await timePasses(town);
      earshot = await town.installation.start();
    }
    await untilSettled(town, 400_000);
    round.wrong(...(await repliesInOrder(town)));
    await expectWhole(round, town);
  },
};
