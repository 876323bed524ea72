import { eventually } from '../../support/eventually.ts';
import { gapsAreFilled } from '../checks/coverage.ts';
import type { Kind } from '../frame/kind.ts';
import { readingOf } from '../network/far-side.ts';
import { expectConsistent, expectWhole, timePasses } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';
import { inTheMiddle } from './killed-listening.ts';

/** The network forgets where a channel stood, and what was said meanwhile is never told by it; perhaps the process is killed about then. The gap says so, and is filled. */
export const cursorLost: Kind = {
  name: 'cursor-lost',
  run: async (round) => {
    const { draw } = round;
    const town = await townOf(round);
    const { farSide, installation } = town;
    const lost = readingOf('ashford', draw.int(0, 2));
    const [after, events] = [draw.int(1, 40), draw.int(1, 30)];
    farSide.losing.set(lost, { after, events });
    const earshot = await installation.start();
    await eventually('the cursor being lost', async () => farSide.missed.length > 0 || undefined);
    round.did(`${lost} is lost behind event ${after}, with ${events} events`);
    if (draw.chance(0.6)) {
      await inTheMiddle(round, town, 15);
      await earshot.kill();
      round.did('kill -9');
      await expectConsistent(round, town);
      await timePasses(town);
      await installation.start();
    }
    // The installation asks for what is missing by the minute, where it does not at once. What a process was asking as it was killed is given up once its
    // heart-beat was missed, and then tried again in a minute, as after any failure, and by then the next minute's turn has to come.
    await eventually('the gap being filled', async () => {
      const [gap] = await installation.query<{ filled: boolean | null }>(`select bool_and(state <> 'open') as filled from coverage_gap`);
      return gap?.filled === true || undefined;
    }, 180_000).catch(async (error: Error) => {
      const gaps = await installation.query(`select state, tries, words, try_at - now() as "triedIn", lease_until - now() as "heldFor", lease_holder is not null and holder_is_gone(lease_holder) as "holderGone" from coverage_gap`);
      const jobs = await installation.query(`select state, retry_count as tries, started_on - now() as "startedAgo", start_after - now() as "startsIn", heartbeat_on - now() as "beatAgo", output from pgboss.job where name = 'listening.back-fill' order by created_on`);
      throw new Error(`${error.message}: ${JSON.stringify({ gaps, jobs })}`);
    });
    await expectWhole(round, town);
    round.wrong(...(await gapsAreFilled(town)));
  },
};
