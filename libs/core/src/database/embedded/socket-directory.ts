import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { DataDirectory } from './data-directory.js';
import type { RunAs } from './run-as.js';
import { SOCKET_PORT } from './server-settings.js';

/** sun_path of a unix socket holds 108 bytes, one of them the closing zero (unix(7)). */
const LONGEST_SOCKET_PATH = 107;
const SHORT_DIRECTORY = 'earshot-';

/** The cluster's own directory, or a new one with a short name where that is too deep for a socket. Both are their owner's alone. */
export async function chooseSocketDirectory(directory: DataDirectory, runAs: RunAs): Promise<string> {
  if (fits(directory.cluster)) return directory.cluster;
  const root = fits(join(tmpdir(), `${SHORT_DIRECTORY}XXXXXX`)) ? tmpdir() : '/tmp';
  const short = await mkdtemp(join(root, SHORT_DIRECTORY));
  await runAs.giveTo(short);
  return short;
}

const fits = (path: string): boolean => Buffer.byteLength(join(path, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET_PATH;

/** Removes a short directory that `chooseSocketDirectory` made; nothing else. */
export async function forgetSocketDirectory(directory: DataDirectory, host: string): Promise<void> {
  if (dirname(host) === directory.path || !basename(host).startsWith(SHORT_DIRECTORY)) return;
  await rm(host, { recursive: true, force: true });
}
