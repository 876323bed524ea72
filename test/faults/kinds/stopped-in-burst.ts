import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../frame/kind.ts';
import type { Round } from '../frame/round.ts';
import { repliesInOrder } from '../checks/replies.ts';
import { approveQueue, untilSettled } from '../scene/approved.ts';
import { expectWhole, timePasses, untilHeard } from '../scene/recovery.ts';
import { type Town, townOf } from '../scene/town.ts';

/** Within so long of `earshot stop` every process has heard of it: then nothing leaves any more. */
const heardWithinMs = 2_000;
/** What the far side takes over each, so that the command finds the queue still leaving. */
const takesMs = 150;

/** Somebody stops sending while a long queue leaves by two processes, of which one may be killed then. What left is sent, all else is a draft again, and nobody who resumes sends anything. */
export const stoppedInBurst: Kind = {
  name: 'stopped-in-burst',
  run: async (round) => {
    const { draw } = round;
    const town = await townOf(round, { posts: 60, disorder: 0 });
    const { installation, farSide } = town;
    const processes = [await installation.start(), await installation.start('listen,work')];
    await untilHeard(town);
    let last = 0;
    const after = draw.int(5, 40);
    const inTheBurst = new Promise<void>((resolve) => {
      farSide.onReply = async ({ what, nth }) => {
        if (what !== 'arrives') return;
        last = performance.now();
        if (nth === after) resolve();
        await sleep(takesMs);
      };
    });
    await approveQueue(round, town, { count: 160, people: draw.int(6, 20) });
    await inTheBurst;
    const stop = installation.run(['stop', 'sending', '--why', 'an emergency in town']);
    const code = await stop.end();
    if (code !== 0) round.wrong(`stopping ended with ${code}: ${stop.said}`);
    const stoppedAt = performance.now();
    round.did(`stopped sending after reply ${after}`);
    if (draw.chance(0.5)) {
      await sleep(draw.int(0, 400));
      await processes[draw.int(0, 1)]?.kill();
      round.did('kill -9 of one of two');
    }
    await untilSettled(town);
    const [drafts] = await installation.query<{ count: number }>(`select count(*)::int as count from reply where state = 'draft'`);
    round.saw(`${drafts?.count} went back`);
    if (drafts?.count === 0) round.wrong('all had left before it was stopped');
    if (last > stoppedAt + heardWithinMs) round.wrong(`something left ${Math.round(last - stoppedAt)} ms after sending was stopped`);
    await nothingLeaves(round, town);
  },
};

/** Neither while it is stopped, by whoever starts anew, nor when somebody resumes. */
const nothingLeaves = async (round: Round, town: Town): Promise<void> => {
  const { installation, farSide } = town;
  await installation.stop();
  await timePasses(town);
  const before = farSide.order.length;
  await installation.start();
  await untilSettled(town);
  const resume = installation.run(['resume']);
  if ((await resume.end()) !== 0) round.wrong(`resuming did not end well: ${resume.said}`);
  await expectWhole(round, town);
  if (farSide.order.length > before) round.wrong(`${farSide.order.length - before} replies left that had gone back`);
  round.wrong(...(await repliesInOrder(town)));
};
