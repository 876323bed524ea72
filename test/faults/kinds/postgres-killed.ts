import { join } from 'node:path';
import type { Kind } from '../frame/kind.ts';
import { Cluster } from '../scene/cluster.ts';
import { Installation } from '../scene/installation.ts';
import { postgresAnswers, postmasterOf, startedAgain } from '../scene/postmaster.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { openTown } from '../scene/town.ts';
import { inTheMiddle } from './killed-listening.ts';

/** How a server ends: at once and without a word, as by the kernel's own killer; told to stop at once; told to cut everybody and stop. */
export const endings = { 'kill -9': 'SIGKILL', 'an immediate stop': 'SIGQUIT', 'a fast stop': 'SIGINT' } as const;

/** PostgreSQL ends under a process that listens and works, and comes back. Nothing that it had committed may be missing. */
export const postgresKilled: Kind = {
  name: 'postgres-killed',
  run: async (round) => {
    const folder = join(round.folder, 'postgres');
    const cluster = await Cluster.start(folder);
    round.afterwards(() => cluster.stop());
    const town = await openTown(round, await Installation.open(round, cluster.target(await cluster.fresh())));
    const earshot = await town.installation.start();
    for (let times = round.draw.int(1, 3); times > 0; times--) {
      await inTheMiddle(round, town, 25);
      const ending = round.draw.pick(Object.keys(endings) as (keyof typeof endings)[]);
      const before = await postmasterOf(folder);
      process.kill(before, endings[ending]);
      round.did(`${ending} of PostgreSQL`);
      await startedAgain(folder, before);
      await postgresAnswers(town);
      await expectConsistent(round, town);
    }
    if (earshot.child.exitCode !== null) round.wrong(`Earshot ended with ${earshot.child.exitCode}`);
    await expectWhole(round, town);
  },
};
