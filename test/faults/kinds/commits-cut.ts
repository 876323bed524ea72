import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../frame/kind.ts';
import { approveReplies, untilSettled } from '../scene/approved.ts';
import { CuttingProxy } from '../scene/cutting-proxy.ts';
import { Installation } from '../scene/installation.ts';
import { expectWhole, untilHeard } from '../scene/recovery.ts';
import { openTown } from '../scene/town.ts';
import { inTheMiddle } from './killed-listening.ts';

/** Connections that break in the middle of a commit: nobody is told whether it happened. And now and then all of them, for a while. */
export const commitsCut: Kind = {
  name: 'commits-cut',
  run: async (round) => {
    const { draw } = round;
    const cluster = await round.cluster();
    const name = await cluster.fresh();
    round.afterwards(() => cluster.drop(name));
    const proxy = await CuttingProxy.open(cluster.target(name));
    round.afterwards(() => proxy.close());
    const town = await openTown(round, await Installation.open(round, cluster.target(name), proxy.address), { posts: draw.int(80, 160) });
    const earshot = await town.installation.start();
    const [oneIn, cutting] = [draw.int(8, 25), draw.apart()];
    proxy.whether = () => (cutting.chance(1 / oneIn) ? cutting.pick(['before', 'behind'] as const) : undefined);
    round.did(`cutting one in ${oneIn} commits`);
    if (draw.chance(0.4)) {
      await inTheMiddle(round, town, 12);
      const ms = draw.int(200, 3_000);
      proxy.goAway();
      await sleep(ms);
      proxy.letIn();
      round.did(`PostgreSQL was away for ${ms} ms`);
    }
    // A reading whose batch was cut is opened again after a back-off: enough of them, and then the rest in peace.
    await sleep(draw.int(4_000, 8_000));
    if (draw.chance(0.5)) {
      await approveReplies(round, town, draw.int(3, 8));
      await sleep(2_000);
    }
    proxy.whether = () => undefined;
    round.did(`cut ${proxy.cuts} of ${proxy.commits} commits`);
    if (proxy.commits === 0) round.wrong('the proxy saw no commit');
    if (earshot.child.exitCode !== null) round.wrong(`Earshot ended with ${earshot.child.exitCode}`);
    await untilHeard(town);
    await untilSettled(town);
    await expectWhole(round, town);
  },
};
