import { access, chmod, constants, mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../../errors/start.error.js';
import type { ProcessIdentity } from './processes.js';

/** Where things lie in a data directory. All paths are real ones: /proc and sockets know no others. */
export interface DataDirectory {
  path: string;
  cluster: string;
  password: string;
  log: string;
  state: string;
  lock: string;
}

/** What `earshot import`, `doctor` and `staff` need to find the database of a running Earshot. Holds no secret. */
export interface EarshotState {
  format: 1;
  earshot: ProcessIdentity;
  postgres: { pid: number; host: string; port: number; user: string; version: string };
}

/**
 * Opens a data directory, making it (readable by its owner only) if it does not exist.
 *
 * @throws {StartError} DATA_NOT_USABLE
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = await realpath(directory);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return at(path);
  } catch (cause) {
    throw new StartError('DATA_NOT_USABLE', `The data directory ${directory} cannot be used: ${(cause as Error).message}`, 'Make it a folder that this user may write to, or set EARSHOT_DATA to another one.', { cause });
  }
}

const at = (path: string): DataDirectory => ({
  path,
  cluster: join(path, 'postgres'),
  password: join(path, 'postgres.password'),
  log: join(path, 'postgres.log'),
  state: join(path, 'earshot.state.json'),
  lock: join(path, 'earshot.lock'),
});

export async function readState(directory: DataDirectory): Promise<EarshotState | undefined> {
  const text = await readFile(directory.state, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as EarshotState;
    return state.format === 1 ? state : undefined;
  } catch {
    // Half a file cannot happen (it is renamed into place); what a person edited is not worth a failed start: it is written anew.
    return undefined;
  }
}

export async function writeState(directory: DataDirectory, state: EarshotState): Promise<void> {
  const draft = `${directory.state}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, directory.state);
}

/** Replaces `path` as a whole, readable by its owner only. */
export async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, 0o600);
}
