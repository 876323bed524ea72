import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadInstallationKey, readConfig } from '@earshot/core/config';
import { createLogging } from '@earshot/core/logging';
import { startServer } from '@earshot/server';
import pg from 'pg';
import { type ConnectionTarget, asUrl } from '../../libs/core/src/database/embedded/connection-target.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../libs/core/src/database/embedded/embedded-postgres.js';
import { processesIn } from '../../libs/core/src/database/embedded/processes.js';
import { endPostgresIn } from '../support/end-postgres.js';
import { eventually } from '../support/eventually.js';
import { EarshotProcess } from './earshot-process.js';

/** What stands in the way of a start is said in one message that says what to do, and leaves nothing running. */
let folder: string;
let postgres: EmbeddedPostgres;
let owner: pg.Client;
let url: string;
const processes = new Set<EarshotProcess>();

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-start-')));
  postgres = await startEmbeddedPostgres({ dataDirectory: join(folder, 'own'), durable: false, log: { info: () => {}, warn: () => {} } });
  const admin = new pg.Client(postgres.adminConfig());
  await admin.connect();
  await admin.query('create database theirs');
  await admin.end();
  url = asUrl(postgres.adminConfig('theirs'));
  owner = new pg.Client(url);
  await owner.connect();
  await (await start()).stop();
}, 120_000);
afterEach(async () => {
  for (const each of processes) await each.kill();
  await endPostgresIn(join(folder, 'data/postgres'));
  processes.clear();
});
afterAll(async () => {
  await owner.end();
  await postgres.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const start = async (settings: Readonly<Record<string, string>> = {}, configFile?: string) => {
  const config = readConfig({ EARSHOT_DATA: join(folder, 'theirs'), EARSHOT_PORT: '0', EARSHOT_LOG_LEVEL: 'silent', DATABASE_URL: url, ...settings }, { read: () => configFile });
  return startServer({ config, logging: createLogging(config.log), key: await loadInstallationKey(config), onLost: (error) => { throw error; } });
};

const run = (words: readonly string[], settings: Readonly<Record<string, string>>): EarshotProcess => {
  const earshot = new EarshotProcess(words, settings, folder);
  processes.add(earshot);
  return earshot;
};

/** Each with what is in it, and when it was last written. */
const filesIn = async (directory: string): Promise<readonly unknown[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort().map(async (path) => [path, await readFile(path, 'utf8'), (await stat(path)).mtimeMs]));
};

const connected = async (): Promise<number> =>
  (await owner.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)).rows[0]?.n ?? -1;

describe('a PostgreSQL of their own that does not fit', () => {
  // A backend needs a moment after its client went before it is gone from the list of activity.
  const nobodyLeft = (): Promise<true> => eventually('no connection being left', async () => (await connected()) === 0 || undefined);

  it.each([
    ['nobody listens', () => 'postgres://me:hunter2@127.0.0.1:1/theirs', /me at 127\.0\.0\.1:1, database theirs/],
    ['no such host', () => 'postgres://me:hunter2@nowhere.invalid/theirs', /nowhere\.invalid/],
    ['another password', () => url.replace(/:[^:@/]+@/, ':hunter2@'), /password authentication failed/],
    ['no such database', () => asUrl(postgres.adminConfig('nowhere')), /database "nowhere" does not exist/],
  ])('%s', async (_, wrong, words) => {
    const failure = await start({ DATABASE_URL: wrong() }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StartError', code: 'DATABASE_UNREACHABLE', message: expect.stringMatching(words), cure: expect.stringContaining('DATABASE_URL') });
    expect(String(failure)).not.toContain('hunter2');
    await nobodyLeft();
  });

  it.each(['bypassrls', 'superuser'])('the application with %s', async (power) => {
    await owner.query(`alter role earshot_app ${power}`);
    try {
      await expect(start()).rejects.toMatchObject({ name: 'StartError', code: 'DATABASE_UNSUITABLE', message: expect.stringContaining('earshot_app is not bound by row-level security'), cure: expect.stringContaining('ALTER ROLE earshot_app NOSUPERUSER NOBYPASSRLS') });
    } finally {
      await owner.query(`alter role earshot_app no${power}`);
    }
    await nobodyLeft();
  });

  describe('a login of their own for the application', () => {
    const login = (change: Readonly<Partial<ConnectionTarget>> = {}): string => asUrl({ ...postgres.adminConfig('theirs'), user: 'library_app', password: 'hunter2', ...change });
    beforeEach(() => owner.query(`create role library_app login password 'hunter2' in role earshot_app`));
    afterEach(() => owner.query('drop role library_app'));

    it('is taken where row-level security binds it', async () => {
      const server = await start({ EARSHOT_APP_DATABASE_URL: login() });
      await server.stop();
      await nobodyLeft();
    });

    it.each([
      ['passes by row-level security', 'alter role library_app bypassrls', {}, { code: 'DATABASE_UNSUITABLE', message: expect.stringContaining('library_app is not bound by row-level security') }],
      ['may not act as the application', 'revoke earshot_app from library_app', {}, { code: 'DATABASE_UNSUITABLE', cure: expect.stringContaining('GRANT earshot_app TO library_app') }],
      ['has another password', 'select', { password: 'guess' }, { code: 'DATABASE_UNREACHABLE', cure: expect.stringContaining('EARSHOT_APP_DATABASE_URL') }],
      ['means another database', 'select', { database: 'nowhere' }, { code: 'DATABASE_UNREACHABLE', cure: expect.stringContaining('EARSHOT_APP_DATABASE_URL') }],
    ])('is refused where it %s', async (_, sql, change, failure) => {
      await owner.query(sql);
      const said: unknown = await start({ EARSHOT_APP_DATABASE_URL: login(change) }).catch((error: unknown) => error);
      expect(said).toMatchObject({ name: 'StartError', ...failure });
      expect(String(said)).not.toMatch(/hunter2|guess/);
      await nobodyLeft();
    });
  });

  it('a database that a newer Earshot wrote', async () => {
    await owner.query(`insert into migrations(timestamp, name) values (9999999999999, 'Tomorrow9999999999999')`);
    try {
      await expect(start()).rejects.toMatchObject({ name: 'StartError', code: 'DATABASE_NEWER', message: expect.stringContaining('Tomorrow9999999999999'), cure: expect.stringContaining('newer version') });
    } finally {
      await owner.query(`delete from migrations where name like 'Tomorrow%'`);
    }
    await nobodyLeft();
  });

  it('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await expect(start({ EARSHOT_PORT: String(port) })).rejects.toMatchObject({ name: 'StartError', code: 'PORT_TAKEN', message: expect.stringContaining(`127.0.0.1:${port}`), cure: expect.stringContaining('EARSHOT_PORT') });
    } finally {
      other.close();
    }
    await nobodyLeft();
  });
});

describe('settings, plugins and the key', () => {
  it('lists every plugin that is wrong before the database is touched', async () => {
    await expect(start({ DATABASE_URL: 'postgres://127.0.0.1:1/never' }, '{ "plugins": ["earshot-plugin-nowhere", "earshot-plugin-neither"] }')).rejects.toMatchObject({
      name: 'StartError', code: 'INVALID_PLUGINS', message: expect.stringMatching(/earshot-plugin-nowhere[^]*earshot-plugin-neither/),
    });
  });

  it('does not make a new key where there are data that need the old one', async () => {
    await mkdir(join(folder, 'keyless/postgres'), { recursive: true });
    await expect(start({ EARSHOT_DATA: join(folder, 'keyless') })).rejects.toMatchObject({ name: 'StartError', code: 'BAD_KEY', message: expect.stringContaining('keyless/key is gone') });
  });

  it('ends the command with one message and exit code 1', async () => {
    await writeFile(join(folder, 'wrong.json'), '{ "plugins": ["Not A Name"] }');
    const earshot = run(['start'], { EARSHOT_DATA: join(folder, 'data'), EARSHOT_PORT: 'many', EARSHOT_PROT: '80', EARSHOT_CONFIG: 'wrong.json' });
    expect(await earshot.end()).toBe(1);
    expect(earshot.said.match(/What to do:/g)).toHaveLength(1);
    for (const wrong of ['EARSHOT_PORT must be', 'did you mean EARSHOT_PORT?', 'wrong.json: plugins[0]']) expect(earshot.said).toContain(wrong);
    expect(earshot.said).not.toMatch(/^\s+at /m);
  }, 60_000);
});

describe('one data directory', () => {
  beforeEach(() => rm(join(folder, 'data'), { recursive: true, force: true }));

  it('of another PostgreSQL is not touched, which is said with what to do', async () => {
    const data = join(folder, 'data');
    await mkdir(join(data, 'postgres/base'), { recursive: true, mode: 0o700 });
    await writeFile(join(data, 'postgres/PG_VERSION'), '17\n');
    await writeFile(join(data, 'postgres/base/1'), 'what a library has');
    await writeFile(join(data, 'key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    const before = await filesIn(data);
    const earshot = run(['start'], { EARSHOT_DATA: data });
    expect(await earshot.end()).toBe(1);
    expect(earshot.said).toMatch(new RegExp(`^Earshot cannot go on \\(POSTGRES_VERSION\\): The database in ${data} was made by PostgreSQL 17; this Earshot brings PostgreSQL 18, which cannot read it\\.\n {2}What to do: Start the Earshot version that made it and move the data over .*EARSHOT_DATA.*\n$`));
    expect(await filesIn(data)).toEqual(before);
    expect(await processesIn(join(data, 'postgres'))).toEqual([]);
  }, 60_000);

  it('is for one Earshot; the second is told which, and Ctrl-C ends the first whole', async () => {
    const data = join(folder, 'data');
    const first = run(['start'], { EARSHOT_DATA: data });
    await first.until(/\/setup\?key=\S+/);
    const second = run(['start'], { EARSHOT_DATA: data });
    expect(await second.end()).toBe(1);
    expect(second.said).toMatch(new RegExp(`^Earshot cannot go on \\(ALREADY_RUNNING\\): Earshot already runs on ${data}, as process ${first.pid}\\.\n {2}What to do: .*kill ${first.pid}.*\n$`));
    // As through npm or timeout, which pass on what the terminal has sent to the whole group already.
    first.interrupt();
    first.interrupt();
    expect(await first.end()).toBe(0);
    expect(await processesIn(join(data, 'postgres'))).toEqual([]);
  }, 90_000);
});
