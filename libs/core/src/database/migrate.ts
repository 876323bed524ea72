import { setTimeout } from 'node:timers/promises';
import type { Client, ClientConfig } from 'pg';
import { AbstractLogger, DataSource } from 'typeorm';
import { StartError, isConnectionLost } from '../errors/index.js';
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
 * How long a migration waits for a lock, before whoever waits behind it is let through; how long after that it tries again, and for how long in all.
 * Less than the second after which PostgreSQL looks for deadlocks: it is we who give in, and nobody who is at work.
 */
export const lockTimeoutMs = 500;
const [pauseMs, patienceMs] = [500, 300_000];
/** A lock that was not to be had in time, and a deadlock with somebody at work. */
const notNow = new Set(['55P03', '40P01']);

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

/** The migrations of this program, in order. */
export const knownMigrations: readonly string[] = migrations.map((migration) => migration.name);

/** The migrations of this program that the database has not had yet. @throws {StartError} DATABASE_NEWER */
export const missingMigrations = async (client: Client): Promise<readonly string[]> => {
  const applied = new Set(await refuseNewer(client));
  return knownMigrations.filter((name) => !applied.has(name));
};

/** Answers with the migrations that the database has had. */
const refuseNewer = async (client: Client): Promise<readonly string[]> => {
  const { rows } = await client.query<{ present: boolean }>(`select to_regclass('public.migrations') is not null as present`);
  if (!rows[0]?.present) return [];
  const known = new Set(knownMigrations);
  const applied = (await client.query<{ name: string }>('select name from migrations order by id')).rows.map((row) => row.name);
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new StartError('DATABASE_NEWER', `This database was written by a newer Earshot: it has ${unknown.join(', ')}.`, 'Start the newer version, or restore a backup from before the upgrade.');
  return applied;
};

/** TypeORM would write a failed migration to standard output, also one that is tried again; whoever started is told of it in our words. */
class Silent extends AbstractLogger {
  protected override writeLog(): void {}
}

/**
 * Whole or not at all: where one of them fails nothing stays, and the version before works on, and can be started again.
 * Processes of that version may be at work meanwhile: whatever we cannot lock soon is let go of and tried again, so that they do not wait long.
 */
const runMigrations = async (owner: ClientConfig): Promise<void> => {
  const source = new DataSource({
    ...dataSourceOptions(owner),
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'all',
    logger: new Silent(),
    poolSize: 1,
  });
  await source.initialize();
  try {
    await source.query(`select set_config('lock_timeout', '${lockTimeoutMs}', false)`);
    // A server that looks whether we are still there ends the migration of a process that was killed; one on a system that cannot look finishes its statement first.
    await source.query(`select set_config('client_connection_check_interval', '1000', false)`).catch(() => undefined);
    await untilLocked(() => source.runMigrations());
  } catch (error) {
    throw failed(error);
  } finally {
    await source.destroy();
  }
};

/** What changes the schema while others are at work, and waits for no lock for longer than {@link lockTimeoutMs}: again, until it has all that it needs. */
export const untilLocked = async (work: () => Promise<unknown>): Promise<void> => {
  for (const end = performance.now() + patienceMs; ; await setTimeout(pauseMs)) {
    try {
      await work();
      return;
    } catch (error) {
      if (!notNow.has((error as { code?: string }).code ?? '') || performance.now() > end) throw error;
    }
  }
};

const failed = (cause: unknown): StartError => {
  const { code, message } = cause as { code?: string; message: string };
  if (isConnectionLost(cause))
    return new StartError(
      'DATABASE_UNREACHABLE',
      `PostgreSQL went away while the database was brought to this version: ${message}.`,
      'Start again once PostgreSQL runs: what was under way is done whole then, or was done.',
      { cause },
    );
  if (notNow.has(code ?? ''))
    return new StartError(
      'MIGRATION_FAILED',
      `The database could not be brought to this version: for ${patienceMs / 60_000} minutes somebody held what has to change (${message}). Nothing of it was changed.`,
      'See who does (select pid, usename, state, xact_start, query from pg_stat_activity order by xact_start), end it, and start again. Until then the version before works on.',
      { cause },
    );
  return new StartError(
    'MIGRATION_FAILED',
    `The database could not be brought to this version: ${message}. Nothing of it was changed.`,
    'Start the version before again, which works on with this database, and report this message. Where it tells of the disk, of rights or of a lost connection, mend that and start this version again.',
    { cause },
  );
};
