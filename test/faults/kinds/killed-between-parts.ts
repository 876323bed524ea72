import { partsInOrder } from '../checks/replies.ts';
import type { Kind } from '../frame/kind.ts';
import { approveInParts } from '../scene/approved.ts';
import { killWhileSending } from '../scene/killing.ts';
import { expectWhole } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';

/** kill -9 while answers in several parts are being sent: each part once, behind the one before it, and none where nobody knows of that one. */
export const killedBetweenParts: Kind = {
  name: 'killed-between-parts',
  run: async (round) => {
    const town = await townOf(round, { posts: 60 });
    await killWhileSending(round, town, () => approveInParts(round, town, round.draw.int(5, 10)));
    round.wrong(...(await partsInOrder(town)));
    await expectWhole(round, town);
  },
};
