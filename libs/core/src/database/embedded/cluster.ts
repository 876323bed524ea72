import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../../errors/start.error.js';
import type { Binaries } from './binaries.js';
import { writePrivate, type DataDirectory } from './data-directory.js';
import type { RunAs } from './run-as.js';

/** The superuser of the built-in cluster: owns the schema, is never used by the application itself. */
export const CLUSTER_USER = 'earshot';

/**
 * Makes the cluster if there is none, and checks the format of one that is there.
 *
 * @throws {StartError} POSTGRES_VERSION when the cluster was made by another major version; POSTGRES_FAILED when it cannot be made
 */
export async function prepareCluster(directory: DataDirectory, binaries: Binaries, runAs: RunAs): Promise<void> {
  const found = await clusterMajor(directory);
  if (found === binaries.major) return;
  if (found !== undefined) {
    throw new StartError('POSTGRES_VERSION', `The database in ${directory.path} was made by PostgreSQL ${found}; this Earshot brings PostgreSQL ${binaries.major}, which cannot read it.`, `Start the Earshot version that made it and move the data over (docs/operating.md, "A new PostgreSQL"), or set EARSHOT_DATA to a new folder to begin empty.`);
  }
  await createCluster(directory, binaries, runAs);
}

/** The major version that made the cluster; undefined if there is none. */
export async function clusterMajor(directory: DataDirectory): Promise<string | undefined> {
  return readFile(join(directory.cluster, 'PG_VERSION'), 'utf8').then((text) => text.trim(), () => undefined);
}

/** @throws {StartError} DATA_NOT_USABLE when the file with the password is gone */
export async function readPassword(directory: DataDirectory): Promise<string> {
  return readFile(directory.password, 'utf8').then(
    (text) => text.trim(),
    (cause: unknown) => {
      throw new StartError('DATA_NOT_USABLE', `The password of the built-in database, ${directory.password}, cannot be read.`, 'Put the file back from your backup of the data directory.', { cause });
    },
  );
}

async function createCluster(directory: DataDirectory, binaries: Binaries, runAs: RunAs): Promise<void> {
  // Made beside its place and renamed when whole: a start that is killed half-way leaves nothing that looks like a cluster.
  const draft = `${directory.cluster}.new`;
  await writePrivate(directory.password, `${randomBytes(24).toString('base64url')}\n`);
  await runAs.giveTo(directory.password);
  let complaint = '';
  for (const ctype of CHARACTER_TYPES) {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await runAs.giveTo(draft);
    const failed = await initdb(draft, ctype, directory, binaries, runAs);
    if (failed === undefined) return rename(draft, directory.cluster);
    complaint = failed;
  }
  await rm(draft, { recursive: true, force: true });
  throw new StartError('POSTGRES_FAILED', `The built-in database could not be made in ${directory.path}: ${lastLine(complaint)}`, 'Look at the space left on the disk and at the rights of the folder; or set DATABASE_URL to your own PostgreSQL.', { cause: new Error(complaint) });
}

/**
 * Collation and letter case come from PostgreSQL's own C.UTF-8, the same on every machine. The full-text parser of PostgreSQL 18 alone still
 * asks the C library what is a letter: with plain C, “quoted” words and dashes would be words of their own. A few systems lack C.UTF-8.
 */
const CHARACTER_TYPES = ['C.UTF-8', 'C'];

async function initdb(place: string, ctype: string, directory: DataDirectory, binaries: Binaries, runAs: RunAs): Promise<string | undefined> {
  const child = runAs.spawn(
    binaries.initdb,
    ['-D', place, '-U', CLUSTER_USER, '-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${ctype}`, '--auth=scram-sha-256', `--pwfile=${directory.password}`, '--no-instructions'],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: place },
  );
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : output));
  });
}

const lastLine = (text: string): string => text.trim().split('\n').findLast((line) => line.includes('error')) ?? text.trim().split('\n').at(-1) ?? '';
