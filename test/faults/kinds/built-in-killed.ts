import { join } from 'node:path';
import type { Kind } from '../frame/kind.ts';
import { Installation } from '../scene/installation.ts';
import { endServersIn, postgresAnswers, postmasterOf, startedAgain } from '../scene/postmaster.ts';
import { expectConsistent, expectWhole, timePasses } from '../scene/recovery.ts';
import { openTown } from '../scene/town.ts';
import { inTheMiddle } from './killed-listening.ts';
import { endings } from './postgres-killed.ts';

/** The PostgreSQL that Earshot brings: it is killed, its Earshot is, or both at once, as where a machine runs out of memory. */
export const builtInKilled: Kind = {
  name: 'built-in-killed',
  run: async (round) => {
    const { draw } = round;
    const data = join(round.folder, 'data');
    round.afterwards(() => endServersIn(data));
    const installation = await Installation.embedded(round, data);
    let earshot = await installation.start();
    const town = await openTown(round, installation);
    for (let times = draw.int(1, 2); times > 0; times--) {
      await inTheMiddle(round, town, 25);
      const what = draw.pick(['PostgreSQL', 'Earshot', 'both'] as const);
      const before = await postmasterOf(data);
      const ending = draw.pick(Object.keys(endings) as (keyof typeof endings)[]);
      if (what !== 'Earshot') process.kill(before, what === 'both' ? 'SIGKILL' : endings[ending]);
      if (what !== 'PostgreSQL') await earshot.kill();
      round.did(`${what === 'PostgreSQL' ? ending : 'kill -9'} of ${what}`);
      if (what === 'PostgreSQL') {
        await startedAgain(data, before);
        await postgresAnswers(town);
        await expectConsistent(round, town);
        continue;
      }
      if (what === 'Earshot') {
        await expectConsistent(round, town);
        await timePasses(town);
      }
      earshot = await installation.start();
      if (what === 'both') await expectConsistent(round, town);
    }
    await expectWhole(round, town, { stopsWithThem: true });
  },
};
