import { chmod, cp, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { findBinaries, readyBinaries } from './binaries.js';
import { clusterMajor, prepareCluster } from './cluster.js';
import { openDataDirectory } from './data-directory.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { processesIn } from './processes.js';
import { chooseRunAs, droppedTo, inUserNamespace, type RunAs } from './run-as.js';

const NOBODY = { uid: 65_534, gid: 65_534 };
const quiet = { info: () => {}, warn: () => {} };
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-run-as-')));
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes a cluster in the given way; how Earshot then runs it follows from who owns it. */
async function startAs(runAs: RunAs, data: string, binaries = findBinaries()): Promise<{ owner: number; runsAs: number; answer: unknown }> {
  const directory = await openDataDirectory(data);
  await prepareCluster(directory, await binaries, runAs);
  const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: quiet, durable: false });
  try {
    const [pid] = await processesIn(directory.cluster);
    const client = new pg.Client(postgres.adminConfig());
    await client.connect();
    const { rows } = await client.query(`select length('café') as length`);
    await client.end();
    return { owner: (await stat(directory.cluster)).uid, runsAs: (await stat(`/proc/${pid}`)).uid, answer: rows };
  } finally {
    await postgres.stop();
  }
}

describe('a plain user', () => {
  it('is told whose a cluster is that is not theirs', async () => {
    const question = { uid: 501, probe: '/bin/true', directory: folder, owner: { uid: 0, gid: 0 } };
    await expect(chooseRunAs(question)).rejects.toMatchObject({ code: 'DATA_NOT_USABLE', message: expect.stringContaining('belongs to user 0'), cure: expect.stringContaining('chown') });
  });

  it('runs programs as itself, without the locale of its shell', async () => {
    const way = await chooseRunAs({ uid: 501, probe: '/bin/true', directory: folder, owner: { uid: 501, gid: 501 } });
    const child = way.spawn('/usr/bin/env', [], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    for await (const chunk of child.stdout ?? []) output += String(chunk);
    expect(output).toContain('LC_ALL=C\n');
    expect(output).not.toContain('LANG');
  });
});

it('says what root can do where there is no way', async () => {
  await expect(chooseRunAs({ uid: 0, probe: '/bin/false', directory: folder })).rejects.toMatchObject({ code: 'ROOT_REFUSED', cure: expect.stringMatching(/ordinary user.*util-linux.*EARSHOT_DATA.*DATABASE_URL/) });
});

// Only root can become somebody else; a run of the suite as root goes through these, one as a plain user proves the other half above.
if (process.getuid?.() === 0) {
  describe('root', () => {
    it('uses a user namespace, in a folder that only root can read', async () => {
      const data = join(folder, 'private/data');
      await mkdir(join(folder, 'private'), { mode: 0o700 });
      expect(await startAs(inUserNamespace(NOBODY), data)).toEqual({ owner: 0, runsAs: 0, answer: [{ length: 4 }] });
    });

    it('becomes the owner of the cluster where the folder lets everybody through', async () => {
      await chmod(folder, 0o711);
      const data = join(folder, 'data');
      await mkdir(data, { mode: 0o711 });
      const [plain] = droppedTo(NOBODY);
      // Where that user can read them, wherever this project lies.
      const native = join(folder, 'native');
      await cp(dirname(dirname((await findBinaries()).postgres)), native, { recursive: true, verbatimSymlinks: true });
      expect(await startAs(plain, data, readyBinaries(native))).toEqual({ owner: NOBODY.uid, runsAs: NOBODY.uid, answer: [{ length: 4 }] });
    });

    it('becomes the owner of the cluster, with leave to pass, where the folder is private', async () => {
      const data = join(folder, 'private/data');
      await mkdir(join(folder, 'private'), { mode: 0o700 });
      const [, passing] = droppedTo(NOBODY);
      expect(await startAs(passing, data)).toEqual({ owner: NOBODY.uid, runsAs: NOBODY.uid, answer: [{ length: 4 }] });
    });

    it('finds the programs beside each other in a private folder too', async () => {
      const native = join(folder, 'native');
      await cp(dirname(dirname((await findBinaries()).postgres)), native, { recursive: true, verbatimSymlinks: true });
      const directory = await openDataDirectory(join(folder, 'data'));
      const [, passing] = droppedTo(NOBODY);
      await prepareCluster(directory, await readyBinaries(native), passing);
      expect(await clusterMajor(directory)).toBe('18');
    });

    it('gives that user no more than leave to read', async () => {
      const [, passing] = droppedTo(NOBODY);
      const child = passing.spawn('/bin/cat', ['/proc/self/status'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let status = '';
      for await (const chunk of child.stdout ?? []) status += String(chunk);
      // Bit 2 is CAP_DAC_READ_SEARCH (capabilities(7)).
      expect(/CapEff:\s*(\w+)/.exec(status)?.[1]).toBe('0000000000000004');
    });
  });
}
