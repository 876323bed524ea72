import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg, { type ClientConfig } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../libs/core/src/database/embedded/embedded-postgres.js';
import { cameOut } from './output/record.js';
import { buildTemplate } from './template.js';

/** What the test files of a run are told, by the environment: jest runs them in processes of their own. */
export interface TestCluster {
  /** May create databases and roles. */
  admin: ClientConfig;
  /** The migrated database that test databases are cloned from; nobody may be connected to it. */
  template: string;
}

export const TEST_CLUSTER = 'EARSHOT_TEST_CLUSTER';

let stop: () => Promise<void> = async () => {};

/**
 * Starts the one cluster of a test run (or takes the PostgreSQL of EARSHOT_TEST_DATABASE_URL) and builds the template in it.
 * The embedded one is gone with its files when jest ends, however jest ends.
 */
export async function startCluster(): Promise<void> {
  const external = process.env['EARSHOT_TEST_DATABASE_URL'];
  const { admin, end } = external === undefined ? await embedded() : { admin: fromUrl(external), end: async () => {} };
  const template = `earshot_test_${process.pid}_template`;
  stop = async () => {
    if (external !== undefined) await dropLeftovers(admin);
    await end();
  };
  try {
    await run(admin, `create database ${template} template template0 encoding 'UTF8'`);
    await buildTemplate({ ...admin, database: template });
  } catch (error) {
    await stop();
    throw error;
  }
  const cluster: TestCluster = { admin, template };
  process.env[TEST_CLUSTER] = JSON.stringify(cluster);
}

export async function stopCluster(): Promise<void> {
  await stop();
}

async function embedded(): Promise<{ admin: ClientConfig; end(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-test-'));
  const reaper = await startReaper(directory);
  let postgres: EmbeddedPostgres;
  try {
    postgres = await startEmbeddedPostgres({ dataDirectory: directory, durable: false, log: { info: () => {}, warn: console.warn } });
  } catch (error) {
    await finish(reaper);
    throw error;
  }
  return {
    admin: postgres.adminConfig(),
    async end() {
      await postgres.stop();
      cameOut('the log of PostgreSQL', await readFile(join(directory, 'postgres.log'), 'utf8'));
      await finish(reaper);
    },
  };
}

/** A process that waits for the end of its input, which comes even when jest is killed, and then takes server and files away. */
async function startReaper(directory: string): Promise<ChildProcess> {
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reaper.mjs', import.meta.url)), directory], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  await once(reaper, 'spawn');
  reaper.unref();
  return reaper;
}

async function finish(reaper: ChildProcess): Promise<void> {
  reaper.ref();
  const gone = once(reaper, 'exit');
  reaper.stdin?.end();
  await gone;
}

/** In a PostgreSQL that stays, what this run and its killed workers left: databases named by this process. */
async function dropLeftovers(admin: ClientConfig): Promise<void> {
  const names = await run<{ datname: string }>(admin, `select datname from pg_database where datname like 'earshot_test_${process.pid}_%'`);
  for (const { datname } of names) await run(admin, `drop database if exists ${datname} with (force)`);
}

async function run<Row extends pg.QueryResultRow>(config: ClientConfig, sql: string): Promise<Row[]> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function fromUrl(url: string): ClientConfig {
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  return { host, port, ...(user === undefined ? {} : { user }), ...(typeof password === 'string' ? { password } : {}), ...(database === undefined ? {} : { database }) };
}
