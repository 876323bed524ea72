import type { EarshotProcess } from '../../e2e/earshot-process.ts';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import { approveReplies, untilSettled } from '../scene/approved.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { type Town, townOf } from '../scene/town.ts';
import { inTheMiddle, slowly } from './killed-listening.ts';

/** What the processes of a larger installation do. Whichever of them dies, another does the same. */
const castings = [['api,listen,work', 'listen,work'], ['api', 'listen,work', 'listen,work'], ['api,work', 'listen', 'listen,work'], ['work', 'listen', 'api,listen,work']] as const;

/** As promised: the channels of a process that died are read by another within this time. */
export const takenOverMs = 30_000;

interface Held {
  readonly id: string;
  readonly holder: string | null;
}
const held = ({ installation }: Town): Promise<Held[]> => installation.query<Held>('select id, lease_holder as holder from channel where removed_at is null');
const isOf = ({ pid }: EarshotProcess, { holder }: Held): boolean => holder?.includes(`:${pid}:`) === true;

/** Two or three processes on one database, of which any is killed; what it read is taken over by the others. */
export const processesKilled: Kind = {
  name: 'processes-killed',
  run: async (round) => {
    const town = await townOf(round);
    const { draw } = round;
    town.farSide.paceMs = slowly;
    const casting = draw.pick(castings);
    const processes = await Promise.all(casting.map((roles) => town.installation.start(roles)));
    round.did(`${casting.length} processes: ${casting.join(' | ')}`);
    // So slowly that there is still something to hear when the leases are over.
    town.farSide.paceMs = 150;
    await inTheMiddle(round, town, 20);
    if (draw.chance(0.5)) await approveReplies(round, town, draw.int(2, 5));
    const which = draw.int(0, processes.length - 1);
    const victim = processes[which] as EarshotProcess;
    await victim.kill();
    const killedAt = performance.now();
    const left = (await held(town)).filter((channel) => isOf(victim, channel)).map(({ id }) => id);
    round.did(`kill -9 of ${casting[which]}, who read ${left.length} channels`);
    await expectConsistent(round, town);
    await eventually('its channels being taken over', async () => {
      const now = (await held(town)).filter(({ id }) => left.includes(id));
      return now.every((channel) => channel.holder === null || !isOf(victim, channel)) || undefined;
    }, takenOverMs);
    if (left.length > 0) round.did(`taken over within ${((performance.now() - killedAt) / 1_000).toFixed(1)} s`);
    town.farSide.paceMs = 5;
    await untilSettled(town);
    await expectWhole(round, town);
  },
};
