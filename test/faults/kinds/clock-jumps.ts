import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarshotProcess } from '../../e2e/earshot-process.ts';
import type { Kind } from '../frame/kind.ts';
import { approveReplies, untilSettled } from '../scene/approved.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';
import { inTheMiddle, slowly } from './killed-listening.ts';

const hour = 3_600_000;

/** Within so long each reply that was approved for a time of its own is due. */
const scheduledWithinMs = 15_000;

/** The clock of one of two processes is set hours ahead or back, time and again, while both listen and send; that of the database stays, and what is to leave at a certain time leaves by it. */
export const clockJumps: Kind = {
  name: 'clock-jumps',
  run: async (round) => {
    const { draw } = round;
    const town = await townOf(round);
    const set = async (process: EarshotProcess, hours: number): Promise<void> => {
      await writeFile(join(round.folder, 'clock'), String(hours * hour));
      process.child.kill('SIGUSR2');
      round.did(`its clock goes ${Math.abs(hours)} h ${hours < 0 ? 'back' : 'ahead'}`);
    };
    town.farSide.paceMs = slowly;
    const jumping = await town.installation.start();
    await town.installation.start();
    town.farSide.paceMs = 40;
    const arrived = new Map<string, number>();
    town.farSide.onReply = ({ what, key }) => {
      if (what === 'arrives' && !arrived.has(key)) arrived.set(key, Date.now());
    };
    const due = new Map<string, number>();
    for (let time = draw.int(2, 3); time > 0; time--) {
      await inTheMiddle(round, town, 15);
      await set(jumping, draw.pick([-30, -5, -1, 1, 3, 26]));
      for (const [key, at] of await approveReplies(round, town, draw.int(2, 5), draw.pick([0, scheduledWithinMs]))) due.set(key, at);
      await inTheMiddle(round, town, 10);
      await expectConsistent(round, town);
    }
    town.farSide.paceMs = 5;
    await untilSettled(town);
    for (const [key, at] of due) {
      const early = at - (arrived.get(key) ?? at);
      if (early > 0) round.wrong(`reply ${key} left ${early} ms before it was due`);
    }
    await expectWhole(round, town);
  },
};
