import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ConnectionTarget } from './connection-target.js';
import { findRunningDatabase, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { identify, processesIn } from './processes.js';
import { endPostgresIn } from '../../../../../test/support/end-postgres.js';

let folder: string;
let data: string;
let cluster: string;
let madeOnce: string;
const running = new Set<EmbeddedPostgres>();
const earshots = new Set<ChildProcess>();

beforeAll(async () => {
  madeOnce = await mkdtemp(join(tmpdir(), 'earshot-embedded-'));
  await (await startEmbeddedPostgres({ dataDirectory: madeOnce, log: { info: () => {}, warn: () => {} } })).stop();
});
afterAll(() => rm(madeOnce, { recursive: true }));

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-embedded-')));
  data = join(folder, 'data');
  cluster = join(data, 'postgres');
});

afterEach(async () => {
  for (const earshot of earshots) earshot.kill('SIGKILL');
  for (const postgres of running) await postgres.stop();
  await endPostgresIn(cluster);
  earshots.clear();
  running.clear();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: { info: () => {}, warn: () => {} }, ...options });
  running.add(postgres);
  return { ...postgres, stop: () => (running.delete(postgres), postgres.stop()) };
}

/** An Earshot in a process of its own, that can be killed; resolves once its database runs. */
async function startElsewhere(): Promise<ChildProcess> {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('embedded-postgres.ts', import.meta.url).href)});
    await startEmbeddedPostgres({ dataDirectory: ${JSON.stringify(data)}, log: { info() {}, warn() {} } });
    console.log('runs');
    setInterval(() => {}, 1e6);`;
  const loader = new URL('../../../../../test/support/typescript-source.mjs', import.meta.url).href;
  const earshot = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  earshots.add(earshot);
  for await (const line of createInterface({ input: earshot.stdout })) if (line === 'runs') return earshot;
  throw new Error('Earshot ended before its database ran');
}

/** Each file and folder with its owner, rights, time and content. */
async function everything(folder: string): Promise<string[]> {
  const paths = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(paths.map(async (path) => {
    const about = await stat(join(folder, path));
    const content = about.isFile() ? createHash('sha256').update(await readFile(join(folder, path))).digest('hex') : '';
    return [path, about.uid, about.mode, about.mtimeMs, content].join(' ');
  }));
}

/** Begins a test with a cluster that is there already: a copy, since making one takes most of a second. */
function withCluster(): void {
  beforeEach(() => cp(madeOnce, data, { recursive: true }));
}

async function kill(earshot: ChildProcess): Promise<void> {
  earshot.kill('SIGKILL');
  await once(earshot, 'exit');
}

async function ask<Row extends pg.QueryResultRow = Record<string, unknown>>(target: ConnectionTarget, sql: string): Promise<Row[]> {
  const client = new pg.Client(target);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

describe('the first start', () => {
  it('makes a cluster of the major version that is pinned, which is written in it', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { optionalDependencies: Record<string, string> };
    const pinned = Object.entries(manifest.optionalDependencies).flatMap(([name, range]) => (name.startsWith('@embedded-postgres/') ? [range] : []));
    expect(pinned.length).toBeGreaterThan(0);
    for (const version of pinned) expect(version).toMatch(/^18\.\d+\.\d+(-[\w.]+)?$/);
    expect(await readFile(join(madeOnce, 'postgres/PG_VERSION'), 'utf8')).toBe('18\n');
  });

  it.each(['', 'de_DE.ISO-8859-1'])('makes a UTF-8 cluster where LANG is "%s"', async (lang) => {
    const before = process.env['LANG'];
    process.env['LANG'] = lang;
    try {
      const postgres = await start({ durable: false });
      const [row] = await ask(postgres.adminConfig(), `
        select length('café') as length, lower('ÉCOLE Ö') as lower, 'Ä' ~* 'ä' as folds, current_setting('server_encoding') as encoding,
               to_tsvector('simple', '“Hello” — Straße')::text as words`);
      expect(row).toEqual({ length: 4, lower: 'école ö', folds: true, encoding: 'UTF8', words: "'hello':1 'straße':2" });
    } finally {
      if (before === undefined) delete process.env['LANG'];
      else process.env['LANG'] = before;
    }
  });

  it('listens on a private socket only, asks for a password, and is in a session of its own', async () => {
    const postgres = await start();
    const target = postgres.adminConfig();
    expect(postgres).toMatchObject({ adopted: false, version: expect.stringMatching(/^18\./) });
    expect(await ask({ ...target, database: 'template1' }, `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync`)).toEqual([{ addresses: '', fsync: 'on' }]);
    await expect(ask({ ...target, password: 'guess' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const [, , , , session] = (await readFile(`/proc/${await postmasterPid()}/stat`, 'utf8')).replace(/\(.*\)/, '()').split(' ').slice(1);
    expect(Number(session)).toBe(await postmasterPid());
    for (const path of [data, cluster]) expect((await stat(path)).mode & 0o077).toBe(0);
    for (const path of ['postgres.password', 'postgres.log', 'earshot.state.json', 'earshot.lock']) expect((await stat(join(data, path))).mode & 0o077).toBe(0);
    expect(await ask(new pg.Client(postgres.adminUrl()) as unknown as ConnectionTarget, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('begins again after one that was killed half-way', async () => {
    await mkdir(`${cluster}.new/base`, { recursive: true });
    await writeFile(join(`${cluster}.new`, 'PG_VERSION'), '18\n');
    const postgres = await start({ durable: false });
    expect(await ask(postgres.adminConfig(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('stopping', () => {
  withCluster();

  it('cuts clients, leaves no process, lock or state, and keeps the data', async () => {
    const first = await start();
    await ask(first.adminConfig(), 'create table kept as select 7 as n');
    const client = new pg.Client(first.adminConfig());
    const cut = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await first.stop();
    await cut;
    expect(await processesIn(cluster)).toEqual([]);
    expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.adminConfig(), 'select n from kept')).toEqual([{ n: 7 }]);
  });
});

describe('a second start on the same data directory', () => {
  withCluster();

  it('is refused, with the pid of the first', async () => {
    const first = await startElsewhere();
    await expect(start()).rejects.toMatchObject({ name: 'StartError', code: 'ALREADY_RUNNING', message: expect.stringContaining(`process ${first.pid}`) });
    expect(await processesIn(cluster)).not.toEqual([]);
  });

  it('lets one of many through that start at the same time', async () => {
    const starts = await Promise.allSettled([start({ durable: false }), start({ durable: false }), start({ durable: false })]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it.each([
    ['nobody has the number', async () => ({ pid: 4_194_304, startTicks: '1', bootId: '' })],
    ['another process has it now', async () => ({ ...(await identify(process.pid)), startTicks: '1' })],
    ['the lock was made before the machine restarted', async () => ({ ...(await identify(process.pid)), bootId: 'an earlier one' })],
  ])('passes over a dead lock: %s', async (_, holder) => {
    await writeFile(join(data, 'earshot.lock'), JSON.stringify(await holder()));
    await expect(start({ durable: false })).resolves.toMatchObject({ adopted: false });
  });
});

describe('after kill -9', () => {
  withCluster();

  it('of Earshot: the server that runs on is adopted', async () => {
    const first = await startElsewhere();
    const target = await findRunningDatabase(data);
    if (target === undefined) throw new Error('the running database was not found');
    await ask(target, 'create table kept as select 7 as n');
    const pid = await postmasterPid();
    await kill(first);
    expect(await findRunningDatabase(data)).toBeUndefined();
    const second = await start();
    expect(second.adopted).toBe(true);
    expect(await postmasterPid()).toBe(pid);
    expect(await ask(second.adminConfig(), 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
    expect(await processesIn(cluster)).toEqual([]);
  });

  it('of Earshot and PostgreSQL: what was committed is recovered', async () => {
    const first = await startElsewhere();
    const target = await findRunningDatabase(data);
    if (target === undefined) throw new Error('the running database was not found');
    await ask(target, 'create table kept as select 7 as n');
    process.kill(await postmasterPid(), 'SIGKILL');
    await kill(first);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.adminConfig(), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('of PostgreSQL alone: it is started again, at the same place', async () => {
    let again = (): void => {};
    const started = new Promise<void>((resolve) => (again = resolve));
    const warnings: string[] = [];
    const postgres = await start({ log: { info: () => (warnings.length > 0 ? again() : undefined), warn: (message) => warnings.push(message) } });
    await ask(postgres.adminConfig(), 'create table kept as select 7 as n');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await started;
    expect(warnings).toEqual([`PostgreSQL, process ${pid}, ended without being told to: it is started again.`]);
    expect(await ask(postgres.adminConfig(), 'select n from kept')).toEqual([{ n: 7 }]);
    await postgres.stop();
    expect(await processesIn(cluster)).toEqual([]);
  });

  it('pid files whose number belongs to another process now are no hindrance', async () => {
    for (const file of ['postmaster.pid', '.s.PGSQL.5432.lock']) await writeFile(join(cluster, file), `${process.pid}\n${cluster}\n1700000000\n5432\n${cluster}\n\n  1 1\nready   \n`);
    await expect(start({ durable: false })).resolves.toMatchObject({ adopted: false });
  });
});

describe('what is in the way is said in one clear message', () => {
  withCluster();

  it.each(['17', '19'])('a cluster of PostgreSQL %s, of which nothing is touched', async (major) => {
    await writeFile(join(cluster, 'PG_VERSION'), `${major}\n`);
    const before = await everything(cluster);
    expect(before.length).toBeGreaterThan(900);
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_VERSION', message: expect.stringContaining(`made by PostgreSQL ${major}; this Earshot brings PostgreSQL 18`), cure: expect.stringContaining('EARSHOT_DATA') });
    expect(await everything(cluster)).toEqual(before);
    expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  it('a data directory that is none', async () => {
    data = join(cluster, 'PG_VERSION');
    await expect(start()).rejects.toMatchObject({ code: 'DATA_NOT_USABLE' });
  });

  it('a password that is lost, or another', async () => {
    const password = await readFile(join(data, 'postgres.password'), 'utf8');
    await writeFile(join(data, 'postgres.password'), 'hunter2');
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_FAILED', message: expect.stringContaining('does not let Earshot in'), cure: expect.stringContaining('postgres.password') });
    await rm(join(data, 'postgres.password'));
    await expect(start()).rejects.toMatchObject({ code: 'DATA_NOT_USABLE' });
    expect(await processesIn(cluster)).toEqual([]);
    await writeFile(join(data, 'postgres.password'), password);
    await expect(start({ durable: false })).resolves.toBeDefined();
  });

  it("a server that does not start, with the server's own words", async () => {
    await writeFile(join(cluster, 'postgresql.auto.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_FAILED', message: expect.stringMatching(/did not start: .*error/), cure: expect.stringContaining(join(data, 'postgres.log')) });
    await expect(readdir(data)).resolves.not.toContain('earshot.lock');
  });
});

describe('a data directory too deep for a socket', () => {
  it('has its socket in a short one, which goes with the server', async () => {
    data = join(folder, 'deep'.repeat(30));
    cluster = join(data, 'postgres');
    await cp(madeOnce, data, { recursive: true });
    const first = await startElsewhere();
    const { host } = (await findRunningDatabase(data)) ?? { host: '' };
    expect(Buffer.byteLength(`${host}/.s.PGSQL.5432`)).toBeLessThanOrEqual(107);
    expect((await stat(host)).mode & 0o077).toBe(0);
    await kill(first);
    const second = await start();
    expect(second).toMatchObject({ adopted: true });
    expect(second.adminConfig().host).toBe(host);
    await second.stop();
    await expect(stat(host)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may have any signs in its name', async () => {
    data = join(folder, `a "b", 'c' – d`);
    cluster = join(data, 'postgres');
    await cp(madeOnce, data, { recursive: true });
    const postgres = await start({ durable: false });
    expect(await ask(postgres.adminConfig(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it("keeps people's words out of the server's log", async () => {
  const postgres = await start({ durable: false });
  const target = postgres.adminConfig();
  await ask(target, 'create table post (text text unique check (length(text) < 20))');
  await ask(target, `insert into post values ('hunter2')`);
  await expect(ask(target, `insert into post values ('hunter2')`)).rejects.toMatchObject({ code: '23505' });
  await expect(ask(target, `insert into post values (repeat('hunter2', 9))`)).rejects.toMatchObject({ code: '23514' });
  await postgres.stop();
  const log = await readFile(join(data, 'postgres.log'), 'utf8');
  expect(log).toContain('duplicate key value');
  expect(log).not.toContain('hunter2');
});
