import fs, { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '@earshot/core/config';

/** Rights that even root lacks, and a disk that is nearly full, are played: the rest is real. */
const denied = new Set<string>();
let free: number | undefined;
jest.unstable_mockModule('node:fs/promises', () => ({
  ...fs,
  access: (path: string, mode: number) => (denied.has(path) ? Promise.reject(new Error('EACCES')) : fs.access(path, mode)),
  statfs: async (path: string) => (free === undefined ? await fs.statfs(path) : { bavail: free / 1_000, bsize: 1_000 }),
}));
const { checkDataFolder, checkKey, checkNode, checkPort } = await import('./machine-checks.js');

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-doctor-')));
  free = 50_000_000_000;
});
afterEach(async () => {
  denied.clear();
  await rm(folder, { recursive: true });
});

const configOf = (settings: Readonly<Record<string, string>> = {}) => readConfig({ EARSHOT_DATA: folder, ...settings }, { read: () => undefined });

describe('node', () => {
  it('is new enough, or brought by npm', () => {
    expect(checkNode('24.0.0')).toEqual({ check: 'node', status: 'ok', words: 'Node 24.0.0.' });
    expect(checkNode('22.11.0')).toMatchObject({ status: 'fail', words: 'This is Node 22.11.0; Earshot needs 24 or newer.', cure: expect.stringContaining('npm ci') });
  });
});

describe('the data folder', () => {
  it('is its owner’s alone, with room', async () => {
    expect(await checkDataFolder(folder)).toEqual([
      { check: 'data folder', status: 'ok', words: `${folder} can be read and written, by its owner alone.` }, { check: 'disk space', status: 'ok', words: `50.0 GB are free in ${folder}.` },
    ]);
  });

  it('is not there, is no folder, is closed to us, or open to others', async () => {
    expect(await checkDataFolder(join(folder, 'nowhere'))).toEqual([{ check: 'data folder', status: 'warn', words: `${folder}/nowhere does not exist yet.`, cure: expect.stringContaining('set EARSHOT_DATA') }]);
    await writeFile(join(folder, 'file'), '');
    expect(await checkDataFolder(join(folder, 'file'))).toEqual([{ check: 'data folder', status: 'fail', words: `${folder}/file is not a folder.`, cure: 'Set EARSHOT_DATA to a folder.' }]);
    await chmod(folder, 0o750);
    expect(await checkDataFolder(folder)).toMatchObject([{ status: 'warn', words: `Others on this machine may look into ${folder}, which holds the installation key.`, cure: `chmod 700 ${folder}` }, { status: 'ok' }]);
    denied.add(folder);
    expect(await checkDataFolder(folder)).toMatchObject([{ check: 'data folder', status: 'fail', words: `This user may not read and write ${folder}.`, cure: expect.stringContaining('give that user the folder') }, { status: 'ok' }]);
  });

  it.each([
    [1_900_000_000, 'warn', '1.9 GB', 'Make room soon.'],
    [100_000_000, 'fail', '0.1 GB', 'Make room: PostgreSQL stops where nothing can be written.'],
  ])('with %d bytes left', async (bytes, status, said, cure) => {
    free = bytes;
    expect((await checkDataFolder(folder))[1]).toEqual({ check: 'disk space', status, words: `${said} are free in ${folder}.`, cure });
  });
});

describe('the installation key', () => {
  const [good, path] = [Buffer.alloc(32, 1).toString('base64'), () => join(folder, 'key')];
  const key = async (settings?: Readonly<Record<string, string>>) => (await checkKey(configOf(settings))).checked;

  it('is given, or in its file, for its owner alone', async () => {
    expect(await key({ EARSHOT_KEY: good })).toEqual({ check: 'installation key', status: 'ok', words: 'The key in EARSHOT_KEY can be read.' });
    await writeFile(path(), good, { mode: 0o600 });
    expect(await key()).toEqual({ check: 'installation key', status: 'ok', words: `The key in ${path()} can be read.` });
    await chmod(path(), 0o640);
    expect(await key()).toMatchObject({ status: 'warn', words: `Others on this machine may read ${path()}.`, cure: `chmod 600 ${path()}` });
  });

  it('is not made yet, is gone though there are data, or is none', async () => {
    expect(await key()).toMatchObject({ status: 'warn', words: `There is no key at ${path()} yet.`, cure: 'The first start makes one.' });
    await mkdir(join(folder, 'postgres'));
    expect(await key()).toMatchObject({ status: 'fail', words: expect.stringContaining(`${path()} is gone`), cure: expect.stringContaining('from your backup') });
    expect(await key({ EARSHOT_KEY_FILE: join(folder, 'named') })).toMatchObject({ status: 'fail', words: expect.stringContaining(`names ${folder}/named, which does not exist`) });
    await writeFile(path(), 'hunter2');
    expect(await key()).toMatchObject({ status: 'fail', words: `${path()} does not hold an installation key: 32 bytes in base64.`, cure: 'Put the file back from your backup.' });
  });
});

describe('the port', () => {
  let other: Server;
  let taken: number;
  beforeAll(async () => {
    other = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    taken = (other.address() as AddressInfo).port;
  });
  afterAll(() => void other.close());
  const port = (number: number, isRunning: boolean) => checkPort(configOf({ EARSHOT_PORT: String(number) }), isRunning);

  it('may be any, answers where an Earshot runs, and is free where none does', async () => {
    expect(await port(0, false)).toEqual({ check: 'port', status: 'ok', words: 'Any port that is free.' });
    expect(await port(taken, true)).toEqual({ check: 'port', status: 'ok', words: `127.0.0.1:${taken} answers.` });
    const passing = createServer();
    await new Promise<void>((resolve) => passing.listen(0, '127.0.0.1', resolve));
    const left = (passing.address() as AddressInfo).port;
    await new Promise((resolve) => passing.close(resolve));
    expect(await port(left, false)).toEqual({ check: 'port', status: 'ok', words: `127.0.0.1:${left} is free.` });
  });

  it('is another’s, or says nothing', async () => {
    expect(await port(taken, false)).toEqual({ check: 'port', status: 'fail', words: `127.0.0.1:${taken} cannot be listened on (EADDRINUSE).`, cure: expect.stringContaining('EARSHOT_PORT') });
    expect(await port(1, true)).toEqual({ check: 'port', status: 'warn', words: 'An Earshot runs, and nothing answers at 127.0.0.1:1.', cure: expect.stringContaining('without the role api') });
  });
});
