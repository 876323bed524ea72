import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';
import { whoWaits } from '../scene/waiting.ts';
import { inTheMiddle, slowly } from './killed-listening.ts';
import { takenOverMs } from './processes-killed.ts';

interface Lease {
  readonly id: string;
  readonly holder: string | null;
  readonly token: number;
  readonly cursor: number | null;
}

/** A process that is stopped past its leases while another takes over, and then goes on where it was: what it still holds in its hands must be refused. */
export const paused: Kind = {
  name: 'paused',
  run: async (round) => {
    const town = await townOf(round, { posts: 600 });
    const { installation, farSide } = town;
    const leases = (): Promise<Lease[]> =>
      installation.query<Lease>(`select id, lease_holder as holder, lease_token::int as token, (cursor ->> 'at')::int as cursor from channel where removed_at is null order by id`);
    farSide.paceMs = 60;
    const sleeper = await installation.start();
    await inTheMiddle(round, town, 20);
    sleeper.child.kill('SIGSTOP');
    const pausedAt = performance.now();
    farSide.paceMs = slowly;
    const before = (await leases()).filter(({ holder }) => holder?.includes(`:${sleeper.pid}:`) === true);
    round.did(`paused one that reads ${before.length} channels`);
    await installation.start();
    // Stopped in the middle of a batch it holds the threads of that batch as well, until the server has enough of it.
    await eventually('another reading its channels, and storing what they say', async () => {
      const now = await leases();
      return before.every(({ id, token, cursor }) => now.some((each) => each.id === id && each.token > token && (each.cursor ?? 0) > (cursor ?? 0))) || undefined;
    }, takenOverMs + 15_000).catch(async (error: unknown) => {
      round.wrong(...(await leases()).map((each) => JSON.stringify(each)), ...(await whoWaits(installation)));
      throw error;
    });
    round.did(`went on after ${((performance.now() - pausedAt) / 1_000).toFixed(1)} s`);
    await expectConsistent(round, town);
    farSide.paceMs = 60;
    // It wakes up with batches in its hands, while the other reads on.
    await inTheMiddle(round, town, 6);
    const stored = new Map((await leases()).map(({ id, token }) => [id, token]));
    sleeper.child.kill('SIGCONT');
    round.did('woke it');
    await inTheMiddle(round, town, 10);
    for (const { id, token } of await leases()) if (token < (stored.get(id) ?? 0)) round.wrong(`the token of channel ${id} went back from ${stored.get(id)} to ${token}`);
    farSide.paceMs = 5;
    await expectWhole(round, town);
  },
};
