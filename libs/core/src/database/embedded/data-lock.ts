import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { StartError } from '../../errors/start.error.js';
import type { DataDirectory } from './data-directory.js';
import { identify, isRunning, type ProcessIdentity } from './processes.js';

export interface DataLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one that runs an Earshot on a data directory.
 *
 * The lock is a file that names its holder, so it survives `kill -9` as a file and not as a lock: a holder that no longer runs, or whose
 * number belongs to another process now, is passed over.
 *
 * @throws {StartError} ALREADY_RUNNING, with the pid of the holder
 */
export async function lockDataDirectory(directory: DataDirectory): Promise<DataLock> {
  const me = await identify(process.pid) ?? { pid: process.pid, startTicks: '', bootId: '' };
  const mine = JSON.stringify(me);
  const draft = `${directory.lock}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    // link(2) either makes the whole lock or fails: nobody ever reads half of one.
    while (!(await made(draft, directory.lock))) await passOverTheDead(directory);
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async release() {
      if ((await readFile(directory.lock, 'utf8').catch(() => '')) === mine) await rm(directory.lock, { force: true });
    },
  };
}

async function made(draft: string, lock: string): Promise<boolean> {
  return link(draft, lock).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

async function passOverTheDead(directory: DataDirectory): Promise<void> {
  const text = await readFile(directory.lock, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parse(text);
  if (holder !== undefined && (await isRunning(holder))) {
    throw new StartError('ALREADY_RUNNING', `Earshot already runs on ${directory.path}, as process ${holder.pid}.`, `Stop it first (kill ${holder.pid}), or set EARSHOT_DATA to another folder for a second installation.`);
  }
  // Two starts may find the same dead lock. Whoever renames it owns what was renamed; if that turns out to be the lock the other has just
  // made, it goes back (both would have to stall between two system calls for the place to be taken meanwhile).
  const aside = `${directory.lock}.dead-${process.pid}`;
  await rename(directory.lock, aside).catch(() => {});
  if ((await readFile(aside, 'utf8').catch(() => text)) !== text) await link(aside, directory.lock).catch(() => {});
  await rm(aside, { force: true });
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
