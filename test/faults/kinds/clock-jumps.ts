import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarshotProcess } from '../../e2e/earshot-process.ts';
import type { Kind } from '../frame/kind.ts';
import { approveReplies, untilSettled } from '../scene/approved.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';
import { inTheMiddle, slowly } from './killed-listening.ts';

const hour = 3_600_000;

/** The clock of one of two processes is set hours ahead or back, time and again, while both listen and send; that of the database stays. */
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
    for (let time = draw.int(2, 3); time > 0; time--) {
      await inTheMiddle(round, town, 15);
      await set(jumping, draw.pick([-30, -5, -1, 1, 3, 26]));
      if (time === 1) await approveReplies(round, town, draw.int(6, 12));
      await inTheMiddle(round, town, 10);
      await expectConsistent(round, town);
    }
    town.farSide.paceMs = 5;
    await untilSettled(town);
    await expectWhole(round, town);
  },
};
