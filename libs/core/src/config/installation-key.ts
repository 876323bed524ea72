import { hkdfSync, randomBytes } from 'node:crypto';
import { access, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from '../errors/start.error.js';
import type { Config } from './config.js';
import { isInstallationKey } from './settings.js';

const BYTES = 32;

/**
 * The 32 bytes from which everything secret of this installation follows. The first start makes them, so load the key before the database:
 * where there are data already, a missing key is an error and not a new key.
 *
 * @throws {StartError} BAD_KEY
 */
export async function loadInstallationKey(config: Pick<Config, 'key' | 'dataDirectory'>): Promise<Buffer> {
  const { value, file, fileGiven } = config.key;
  if (value !== undefined) return Buffer.from(value.reveal(), 'base64');
  const found = await readKey(file);
  if (found !== undefined) return found;
  if (fileGiven) throw new StartError('BAD_KEY', `EARSHOT_KEY_FILE names ${file}, which does not exist.`, 'Put the key there (openssl rand -base64 32 makes a new one), or leave the setting out.');
  if (await exists(join(config.dataDirectory, 'postgres'))) {
    throw new StartError('BAD_KEY', `The installation key ${file} is gone, but there are data that need it.`, 'Put the file back from your backup, or set EARSHOT_KEY.');
  }
  return makeKey(file);
}

/**
 * A secret of its own for each purpose, the same in every process that holds the key. Knowing one tells nothing of the others.
 *
 * @param purpose such as `database.app` or `session.cookie`; never changes once released
 * @returns 32 bytes in base64url
 */
export function deriveSecret(key: Buffer, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', key, '', `earshot/${purpose}`, BYTES)).toString('base64url');
}

async function readKey(file: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError('BAD_KEY', `The installation key ${file} cannot be read: ${(cause as Error).message}`, 'Let this user read the file.', { cause });
  }
  if (!isInstallationKey(text)) throw new StartError('BAD_KEY', `${file} does not hold an installation key: 32 bytes in base64.`, 'Put the file back from your backup.');
  return Buffer.from(text, 'base64');
}

async function makeKey(file: string): Promise<Buffer> {
  const key = randomBytes(BYTES);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${key.toString('base64')}\n`, { mode: 0o600, flush: true });
    await link(draft, file);
    return key;
  } catch (cause) {
    // Another process made one a moment ago, and link(2) lets only one of two be the first.
    const theirs = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? await readKey(file) : undefined;
    if (theirs !== undefined) return theirs;
    throw new StartError('DATA_NOT_USABLE', `The installation key cannot be written to ${file}: ${(cause as Error).message}`, 'Let this user write there, or set EARSHOT_DATA to another folder.', { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);
