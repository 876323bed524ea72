import { eventually } from '../../support/eventually.ts';
import { jobsAreDone, nothingIsHeld } from '../checks/jobs.ts';
import { repliesAreRight } from '../checks/replies.ts';
import { cursorsOf, lookAtStored } from '../checks/stored.ts';
import type { Round } from '../frame/round.ts';
import type { Town } from './town.ts';

/** What is stored just after the fault, before anything recovers: posts and cursor are of one transaction, so all must hold already. */
export const expectConsistent = async (round: Round, town: Town): Promise<void> => {
  const { wrongs, seen } = await lookAtStored(town);
  round.wrong(...wrongs.map((wrong) => `just after: ${wrong}`));
  round.did(`found ${seen}`);
};

/** Once every channel was heard to its end. */
export const untilHeard = (town: Town, withinMs = 90_000): Promise<true> =>
  eventually('every channel being heard to its end', async () => {
    const cursors = await town.installation.snapshot((client) => cursorsOf(client, town)).catch(() => undefined);
    const whole = town.listeners.every(({ name, channels }) => channels.every((channel) => cursors?.get(name)?.get(channel) === town.farSide.script[channel]?.length));
    return whole ? true : undefined;
  }, withinMs);

/**
 * The time that passes until leases of processes that are gone are over and their jobs count as left, in a moment: nobody who could hold them lives.
 * A reply's lease is five minutes, a job's heart-beat half of one.
 */
export const timePasses = async ({ installation }: Town): Promise<void> => {
  if (installation.living().length > 0) throw new Error('time passes only where nobody works');
  await installation.query(`update reply set lease_until = now() where state = 'sending'`);
  // Whoever was to give it its place in the thread has a minute.
  await installation.query('update reply set place_due = now() where place_due > now()');
  await installation.query(`update pgboss.job set heartbeat_on = now() - interval '10 minutes' where state = 'active' and heartbeat_on is not null`);
};

/**
 * All is heard and done; then everybody stops in order, and everything is looked at.
 * `stopsWithThem`: so does the database, which must be looked at before.
 */
export const expectWhole = async (round: Round, town: Town, { stopsWithThem = false } = {}): Promise<void> => {
  const { installation } = town;
  await untilHeard(town);
  round.did('heard all');
  // What a worker left is given to another once its heart-beat was missed for half a minute, by whoever looks every quarter of one.
  await jobsAreDone(installation, 120_000);
  if (!stopsWithThem) await installation.stop();
  const [stored, replies] = [await lookAtStored(town), await repliesAreRight(town)];
  round.wrong(...stored.wrongs, ...replies.wrongs, ...(stopsWithThem ? [] : await nothingIsHeld(installation)));
  round.saw(stored.seen);
  if (replies.seen !== '') round.saw(replies.seen);
  if (stopsWithThem) await installation.stop();
};
