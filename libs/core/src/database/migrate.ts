import type { Client, ClientConfig } from 'pg';
import { DataSource } from 'typeorm';
import { StartError } from '../errors/start.error.js';
import { dataSourceOptions } from './data-source-options.js';
import type { DatabaseRole } from './database.js';
import { migrations } from './migrations/index.js';
import { type RolePassword, checkRoles, createRoles } from './roles.js';
import { SteadyClient } from './steady-client.js';

export interface PrepareOptions {
  /** The login that owns the schema; used for nothing else. */
  readonly owner: ClientConfig;
  readonly password: RolePassword;
  /** A login for the application that the database's administrator made; absent: the one that we make. */
  readonly app?: ClientConfig;
  /** Schemas of libraries that need the owner as well, such as the job queue's. Runs after our own, under the same lock. */
  readonly also?: (owner: Client, connection: ClientConfig) => Promise<void>;
}

const lock = 'earshot.migrations';
const oldest = 150_000;

/**
 * Brings a database to this program's schema, and answers with the logins that the platform uses.
 * Safe to call from many processes at once: one migrates, the others wait. Every failure is a StartError.
 */
export const prepareDatabase = async (options: PrepareOptions): Promise<Readonly<Record<DatabaseRole, ClientConfig>>> => {
  const client = await connectAsOwner(options.owner);
  try {
    await checkServer(client);
    await client.query('select pg_advisory_lock(hashtext($1))', [lock]);
    await refuseNewer(client);
    await createRoles(client, options.password);
    await runMigrations(options.owner);
    await options.also?.(client, options.owner);
  } finally {
    await client.end();
  }
  return checkRoles(options.owner, options.password, options.app);
};

/** Connects, or says which server did not answer and why: never with the password. @throws {StartError} DATABASE_UNREACHABLE */
export const connectAsOwner = async (connection: ClientConfig): Promise<Client> => {
  const client = new SteadyClient({ connectionTimeoutMillis: 10_000, ...connection });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const where = `${connection.user ?? 'the default user'} at ${connection.host ?? 'localhost'}:${connection.port ?? 5432}, database ${connection.database ?? '(default)'}`;
    throw new StartError('DATABASE_UNREACHABLE', `PostgreSQL does not let us in as ${where}: ${message || code}.`, 'Check DATABASE_URL: host, port, user, password and database name, and that the server runs.', {
      cause: error,
    });
  }
};

/** @throws {StartError} DATABASE_UNSUITABLE where the server is too old, its encoding is another, or its owner may not create */
export const checkServer = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ version: number; encoding: string; may_create: boolean }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
            has_schema_privilege('public', 'create') as may_create`,
  );
  const server = rows[0];
  if (server === undefined || server.version < oldest)
    throw new StartError('DATABASE_UNSUITABLE', `This PostgreSQL is version ${Math.floor((server?.version ?? 0) / 10_000)}; Earshot needs 15 or newer.`, 'Upgrade PostgreSQL, or leave DATABASE_URL out and use the one that Earshot brings.');
  if (server.encoding !== 'UTF8')
    throw new StartError('DATABASE_UNSUITABLE', `The database is encoded in ${server.encoding}; Earshot needs UTF8.`, `Create another: CREATE DATABASE earshot ENCODING 'UTF8' TEMPLATE template0;`);
  if (!server.may_create)
    throw new StartError('DATABASE_UNSUITABLE', 'The user of DATABASE_URL may not create tables in this database.', 'Make it the owner: ALTER DATABASE <name> OWNER TO <user>;');
};

/** The migrations of this program that the database has not had yet. @throws {StartError} DATABASE_NEWER */
export const missingMigrations = async (client: Client): Promise<readonly string[]> => {
  const applied = new Set(await refuseNewer(client));
  return migrations.map((migration) => migration.name).filter((name) => !applied.has(name));
};

/** Answers with the migrations that the database has had. */
const refuseNewer = async (client: Client): Promise<readonly string[]> => {
  const { rows } = await client.query<{ present: boolean }>(`select to_regclass('public.migrations') is not null as present`);
  if (!rows[0]?.present) return [];
  const known = new Set(migrations.map((migration) => migration.name));
  const applied = (await client.query<{ name: string }>('select name from migrations order by id')).rows.map((row) => row.name);
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new StartError('DATABASE_NEWER', `This database was written by a newer Earshot: it has ${unknown.join(', ')}.`, 'Start the newer version, or restore a backup from before the upgrade.');
  return applied;
};

const runMigrations = async (owner: ClientConfig): Promise<void> => {
  const source = new DataSource({
    ...dataSourceOptions(owner),
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    poolSize: 1,
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
};
