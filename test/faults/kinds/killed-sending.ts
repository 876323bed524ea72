import type { Kind } from '../frame/kind.ts';
import { approveReplies } from '../scene/approved.ts';
import { killWhileSending } from '../scene/killing.ts';
import { expectWhole } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';

/** kill -9 while replies are being sent. */
export const killedSending: Kind = {
  name: 'killed-sending',
  run: async (round) => {
    const town = await townOf(round, { posts: 80 });
    await killWhileSending(round, town, () => approveReplies(round, town, round.draw.int(10, 25)));
    await expectWhole(round, town);
  },
};
