import { afterAll } from '@jest/globals';
import pg, { type ClientConfig } from 'pg';
import { roleNames, type DatabaseRole } from '@earshot/core/database';
import { rolePassword } from './template.js';
import { TEST_CLUSTER, type TestCluster } from './test-cluster.js';

/** A database of one test file's own: the migrated schema, empty of libraries. */
export interface TestDatabase {
  readonly name: string;
  /** The owner of the schema, whom row-level security does not bind: for setting a scene and looking at what is really stored. */
  readonly owner: ClientConfig;
  /** The login that a part of the platform uses. */
  config(role: DatabaseRole): ClientConfig;
  /** All of them, as `Database.open` takes them. */
  readonly connections: Readonly<Record<DatabaseRole, ClientConfig>>;
  /** Cuts whoever is connected. Needs no call: databases left open go after the file's last test. */
  drop(): Promise<void>;
}

const open = new Set<Pick<TestDatabase, 'drop'>>();
let made = 0;

// At the top of the file that imports this: hooks cannot be added once tests run.
afterAll(async () => {
  for (const database of open) await database.drop();
});

/** Clones the template, which takes some 20 ms. The clone is dropped after the file's last test. */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneOf(readCluster().template);
}

/** A connection of its owner's. The database is dropped under it after the file's last test, which a client without a listener takes as a failure of the process. */
export async function connectOwner({ owner }: Pick<TestDatabase, 'owner'>): Promise<pg.Client> {
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A database as this one is now, as a backup would bring it back. Nobody may be connected to it. */
export function copyTestDatabase(of: TestDatabase): Promise<TestDatabase> {
  return cloneOf(of.name);
}

async function cloneOf(source: string): Promise<TestDatabase> {
  const { admin, template } = readCluster();
  const name = `${template.replace(/_template$/, '')}_${process.pid}_${++made}`;
  await administer(admin, `create database ${name} template ${source} strategy file_copy`);
  const config = (role: DatabaseRole): ClientConfig => ({ ...admin, database: name, user: roleNames[role], password: rolePassword(role) });
  const database: TestDatabase = {
    name,
    owner: { ...admin, database: name },
    config,
    connections: { app: config('app'), worker: config('worker'), listener: config('listener'), keeper: config('keeper') },
    async drop() {
      open.delete(database);
      await administer(admin, `drop database if exists ${name} with (force)`);
    },
  };
  open.add(database);
  return database;
}

/** An empty database, without our schema, whose LC_CTYPE is C: its C library knows no letters but those of ASCII. Goes after the file's last test. */
export function createPlainDatabase(): Promise<ClientConfig> {
  return createEmptyDatabase(`locale_provider libc lc_collate 'C' lc_ctype 'C'`);
}

/** A database without our schema, as an installation begins. Goes after the file's last test. */
export async function createEmptyDatabase(locale = ''): Promise<ClientConfig> {
  const { admin, template } = readCluster();
  const name = `${template.replace(/_template$/, '')}_${process.pid}_${++made}`;
  await administer(admin, `create database ${name} template template0 encoding 'UTF8' ${locale}`);
  open.add({ drop: () => administer(admin, `drop database if exists ${name} with (force)`) });
  return { ...admin, database: name };
}

function readCluster(): TestCluster {
  const told = process.env[TEST_CLUSTER];
  if (told === undefined) throw new Error('No PostgreSQL for tests: only the layers int and e2e have one (jest.config.js).');
  return JSON.parse(told) as TestCluster;
}

async function administer(admin: ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
