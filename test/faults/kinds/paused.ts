import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import type { Round } from '../frame/round.ts';
import { approveReplies, happensFirst, untilSettled } from '../scene/approved.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { type Town, townOf } from '../scene/town.ts';
import { whoWaits } from '../scene/waiting.ts';
import { inTheMiddle, slowly } from './killed-listening.ts';
import { takenOverMs } from './processes-killed.ts';

/** How long a reply is leased to whoever sends it. */
const leaseMs = 300_000;

interface Lease {
  readonly id: string;
  readonly holder: string | null;
  readonly token: number;
  readonly cursor: number | null;
}

/**
 * With replies on their way, which it may be stopped at before the far side has one, when it has taken one, or between: then it holds some reply past its
 * lease, too.
 */
const stopAtReplies = async (round: Round, town: Town, stop: () => void): Promise<void> => {
  const { draw } = round;
  const [count, nth, what, ms] = [draw.int(3, 6), draw.int(1, 3), draw.pick(['arrives', 'taken', 'neither'] as const), draw.int(0, 60)];
  const reached = new Promise<void>((resolve) => {
    town.farSide.onReply = (moment) => {
      if (moment.what !== what || moment.nth !== nth) return;
      stop();
      resolve();
    };
  });
  await approveReplies(round, town, count);
  if (what === 'neither') {
    await sleep(ms);
    stop();
  } else await happensFirst(town, reached);
  stop();
  round.did(what === 'neither' ? `stopped ${ms} ms after ${count} replies were approved` : `stopped as reply ${nth} ${what === 'arrives' ? 'arrived' : 'was taken'}`);
};

/** A process that is stopped past its leases while another takes over, and then goes on where it was: what it still holds in its hands must be refused. */
export const paused: Kind = {
  name: 'paused',
  run: async (round) => {
    const town = await townOf(round, { posts: 600, guarded: true });
    const { installation, farSide } = town;
    const leases = (): Promise<Lease[]> =>
      installation.query<Lease>(`select id, lease_holder as holder, lease_token::int as token, (cursor ->> 'at')::int as cursor from channel where removed_at is null order by id`);
    farSide.paceMs = 60;
    const sleeper = await installation.start(undefined, { FAULTS_SLEEPER: '1' });
    await inTheMiddle(round, town, 20);
    const stop = (): void => void sleeper.child.kill('SIGSTOP');
    const sends = round.draw.chance(0.6);
    if (sends) await stopAtReplies(round, town, stop);
    else stop();
    const pausedAt = performance.now();
    farSide.paceMs = slowly;
    const before = (await leases()).filter(({ holder }) => holder?.includes(`:${sleeper.pid}:`) === true);
    round.did(`paused one that reads ${before.length} channels`);
    await installation.start();
    // Stopped in the middle of a batch it holds the threads of that batch as well, until the server has enough of it.
    await eventually('another reading its channels, and storing what they say', async () => {
      const now = await leases();
      return before.every(({ id, token, cursor }) => now.some((each) => each.id === id && each.token > token && (each.cursor ?? 0) > (cursor ?? 0))) || undefined;
    }, takenOverMs).catch(async (error: unknown) => {
      round.wrong(...(await leases()).map((each) => JSON.stringify(each)), ...(await whoWaits(installation)));
      throw error;
    });
    round.did(`went on after ${((performance.now() - pausedAt) / 1_000).toFixed(1)} s`);
    await expectConsistent(round, town);
    farSide.paceMs = 60;
    if (sends) await untilSettled(town);
    // It wakes up with batches, and replies, in its hands, while the other reads on.
    await inTheMiddle(round, town, 6);
    const stored = new Map((await leases()).map(({ id, token }) => [id, token]));
    // Its leases were taken for over after seconds: by its clock it sleeps for as long as they hold.
    await writeFile(join(round.folder, 'clock'), String(leaseMs));
    sleeper.child.kill('SIGCONT');
    round.did('woke it');
    await inTheMiddle(round, town, 10);
    for (const { id, token } of await leases()) if (token < (stored.get(id) ?? 0)) round.wrong(`the token of channel ${id} went back from ${stored.get(id)} to ${token}`);
    farSide.paceMs = 5;
    await expectWhole(round, town);
  },
};
