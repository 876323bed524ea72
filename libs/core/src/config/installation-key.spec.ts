import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveSecret, loadInstallationKey } from './installation-key.js';
import { readConfig, type Environment } from './read-config.js';

let folder: string;
const config = (env: Environment = {}) => readConfig({ EARSHOT_DATA: join(folder, 'data'), ...env }, { read: () => undefined });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadInstallationKey', () => {
  it('makes one key at the first start, that only its owner may read, even if several processes start', async () => {
    const keys = await Promise.all([loadInstallationKey(config()), loadInstallationKey(config())]);
    const later = await loadInstallationKey(config());
    expect(later).toHaveLength(32);
    for (const key of keys) expect(key.equals(later)).toBe(true);
    expect((await stat(join(folder, 'data/key'))).mode & 0o777).toBe(0o600);
  });

  it('makes no new one where there are data that need the old one', async () => {
    await mkdir(join(folder, 'data/postgres'), { recursive: true });
    await expect(loadInstallationKey(config())).rejects.toMatchObject({ code: 'BAD_KEY', message: expect.stringContaining('is gone') });
  });

  it('takes a given one, from the environment or a file', async () => {
    const text = Buffer.alloc(32, 9).toString('base64');
    await writeFile(join(folder, 'given'), `${text}\n`);
    expect(await loadInstallationKey(config({ EARSHOT_KEY: text }))).toEqual(Buffer.alloc(32, 9));
    expect(await loadInstallationKey(config({ EARSHOT_KEY_FILE: join(folder, 'given') }))).toEqual(Buffer.alloc(32, 9));
  });

  it('refuses a file that is missing or holds something else, without showing it', async () => {
    await expect(loadInstallationKey(config({ EARSHOT_KEY_FILE: join(folder, 'none') }))).rejects.toMatchObject({ code: 'BAD_KEY' });
    await writeFile(join(folder, 'short'), 'hunter2');
    await expect(loadInstallationKey(config({ EARSHOT_KEY_FILE: join(folder, 'short') }))).rejects.toMatchObject({ code: 'BAD_KEY', message: expect.not.stringContaining('hunter2') });
    expect(await readFile(join(folder, 'short'), 'utf8')).toBe('hunter2');
  });
});

describe('deriveSecret', () => {
  // HKDF-SHA256 (RFC 5869) of 32 zero bytes, no salt, info "earshot/database.app": a change of any part would lock installations out.
  it('stays the same for ever', () => {
    expect(deriveSecret(Buffer.alloc(32), 'database.app')).toBe('iUDsrBIRZR3txd7LP5rNoitc_7knDwgGKqO3CYb95nY');
  });

  it('differs by purpose and by key', () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(new Set([deriveSecret(one, 'a'), deriveSecret(one, 'b'), deriveSecret(other, 'a')]).size).toBe(3);
  });
});
