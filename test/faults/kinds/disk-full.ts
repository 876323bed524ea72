import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import type { Round } from '../frame/round.ts';
import { Installation } from '../scene/installation.ts';
import { endServersIn, serversIn } from '../scene/postmaster.ts';
import { expectConsistent, expectWhole } from '../scene/recovery.ts';
import { openTown } from '../scene/town.ts';
import { inTheMiddle } from './killed-listening.ts';

const run = promisify(execFile);

/** A place for a data folder that can be made full, and given room again. */
interface Disk {
  readonly folder: string;
  /** Leaves so many bytes. */
  fill(left: number): Promise<void>;
  giveRoom(): Promise<void>;
  readonly how: string;
}

const mounted = async (round: Round, folder: string): Promise<Disk> => {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=220m', 'tmpfs', folder]);
  round.afterwards(() => run('umount', ['-l', folder]));
  const ballast = join(folder, 'ballast');
  return {
    folder, how: 'a file system of 220 MB is full',
    async fill(left) {
      const file = await open(ballast, 'w');
      try {
        for (;;) {
          const { bavail, bsize } = await statfs(folder);
          const more = bavail * bsize - left;
          if (more <= 0) return;
          await file.write(Buffer.alloc(Math.min(more, 1_048_576)));
        }
      } finally {
        await file.close();
      }
    },
    giveRoom: () => rm(ballast),
  };
};

/** The other way, and the only one where nothing can be mounted: no file of the server may be written behind its first 64 kB. */
const limited = (folder: string): Disk => {
  const limit = async (bytes: string): Promise<void> => {
    for (const pid of await serversIn(join(folder, 'data'))) await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]).catch(() => undefined);
  };
  return { folder, how: 'files may not grow', fill: () => limit('65536'), giveRoom: () => limit('unlimited') };
};

/** The disk is full while Earshot listens: what cannot be stored is not said to be heard. With room again, it goes on; where PostgreSQL could not, with a new start. */
export const diskFull: Kind = {
  name: 'disk-full',
  run: async (round) => {
    const { draw } = round;
    const place = join(round.folder, 'disk');
    await mkdir(place);
    const asked = draw.chance(0.7) ? mounted(round, place) : Promise.reject(new Error('the other way'));
    const disk = await asked.catch(() => limited(place));
    const data = join(place, 'data');
    round.afterwards(() => endServersIn(data));
    const installation = await Installation.embedded(round, data);
    let earshot = await installation.start();
    const town = await openTown(round, installation, { posts: 1_500 });
    town.farSide.paceMs = 5;
    await inTheMiddle(round, town, 30);
    const left = draw.pick([0, 16_384, 200_000, 1_000_000]);
    await disk.fill(left);
    // A new segment of the log needs 16 MB at once: without them PostgreSQL ends.
    const log = draw.chance(0.4);
    if (log) await installation.query('select pg_switch_wal()').catch(() => undefined);
    round.did(`${disk.how}${log ? ', and the log needs more' : ''}`);
    await sleep(draw.int(1_500, 5_000));
    await disk.giveRoom();
    round.did('there is room again');
    // An Earshot whose database could not be started again ends with the reason; whoever runs it starts it.
    const ended = (): boolean => earshot.child.exitCode !== null;
    await eventually('PostgreSQL answering, or Earshot having ended', async () => ended() || (await installation.query('select 1').then(() => true, () => undefined)), 60_000);
    if (ended()) {
      round.did(`Earshot had ended with ${earshot.child.exitCode}`);
      if (!/What to do:/.test(earshot.said)) round.wrong('it ended without saying what to do');
      earshot = await installation.start();
    }
    await expectConsistent(round, town);
    await expectWhole(round, town, { stopsWithThem: true });
  },
};
