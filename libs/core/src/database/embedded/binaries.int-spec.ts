import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findBinaries, readyBinaries } from './binaries.js';

let copy: string;

beforeEach(async () => {
  copy = join(await mkdtemp(join(tmpdir(), 'earshot-binaries-')), 'native');
  const { postgres } = await findBinaries();
  await cp(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true });
});
afterEach(() => rm(dirname(copy), { recursive: true }));

describe('the programs that npm installed without running scripts', () => {
  it('get their links and execute bits', async () => {
    const links = JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) await rm(join(dirname(copy), target), { force: true });
    for (const program of ['initdb', 'postgres']) await chmod(join(copy, 'bin', program), 0o644);
    await expect(readyBinaries(copy)).resolves.toEqual({ initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres'), version: expect.stringMatching(/^18\./), major: '18' });
  });

  it('that do not run here are named, with what to do', async () => {
    await rm(join(copy, 'lib'), { recursive: true });
    await expect(readyBinaries(copy)).rejects.toMatchObject({ name: 'StartError', code: 'POSTGRES_MISSING', cure: expect.stringContaining('DATABASE_URL') });
  });
});
