import { type Config, deriveSecret } from '@earshot/core/config';
import { type DatabaseRole, SteadyClient, connectionOf, prepareDatabase, whileConnected } from '@earshot/core/database';
import { installJobQueue } from '@earshot/core/jobs';
import { findRunningDatabase, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import { StartError } from '@earshot/core/errors';
import type { Logger } from '@earshot/core/logging';
import type { ClientConfig, QueryResultRow } from 'pg';

/** The database of an installation, migrated, and the ways in. */
export interface StartedDatabase {
  /** The owner of the schema: for migrations and for the commands of whoever administers the machine. */
  readonly owner: ClientConfig;
  readonly connections: Readonly<Record<DatabaseRole, ClientConfig>>;
  /** In words, without a password. */
  readonly where: string;
  stop(): Promise<void>;
}

export interface DatabaseSurroundings {
  readonly key: Buffer;
  readonly log: Logger;
  readonly onLost?: (error: StartError) => void;
}

const embeddedName = 'earshot';

/** Starts the PostgreSQL that Earshot brings, or reaches the one of DATABASE_URL, and brings it to this program's schema. */
export const startDatabase = async (config: Config, around: DatabaseSurroundings): Promise<StartedDatabase> => {
  const external = config.database.url?.reveal();
  if (external !== undefined) return prepare(config, around, connectionOf(external, 'DATABASE_URL'), 'DATABASE_URL', () => Promise.resolve());
  const postgres = await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, log: around.log, ...(around.onLost === undefined ? {} : { onLost: around.onLost }) });
  try {
    await ensureDatabase(postgres.adminConfig());
    return await prepare(config, around, postgres.adminConfig(embeddedName), `PostgreSQL ${postgres.version} in ${config.dataDirectory}`, () => postgres.stop());
  } catch (error) {
    await postgres.stop();
    throw error;
  }
};

/** The database of an Earshot that may be running already: what commands beside it use. Starts one where none runs. */
export const joinDatabase = async (config: Config, around: DatabaseSurroundings): Promise<StartedDatabase> => {
  if (config.database.url !== undefined) return startDatabase(config, around);
  const running = await findRunningDatabase(config.dataDirectory);
  if (running === undefined) return startDatabase(config, around);
  return prepare(config, around, { ...running, database: embeddedName }, `the running PostgreSQL in ${config.dataDirectory}`, () => Promise.resolve());
};

const prepare = async (config: Config, around: DatabaseSurroundings, owner: ClientConfig, where: string, stop: () => Promise<void>): Promise<StartedDatabase> => {
  const url = config.database.appUrl?.reveal();
  const app = url === undefined ? undefined : connectionOf(url, 'EARSHOT_APP_DATABASE_URL');
  if (app !== undefined) await askAsApp(app, 'select');
  const connections = await prepareDatabase({ owner, also: installJobQueue, password: (role) => deriveSecret(around.key, `database-role/${role}`), ...(app === undefined ? {} : { app }) });
  if (app !== undefined) await refuseStranger(app);
  return { owner, connections, where, stop };
};

/** A login of the administrator's own must inherit what earshot_app may do: without it each question would fail, one by one, much later. */
const refuseStranger = async (app: ClientConfig): Promise<void> => {
  const [row] = await askAsApp<{ name: string; member: boolean }>(app, `select current_user as name, pg_has_role(current_user, 'earshot_app', 'usage') as member`);
  if (row?.member === true) return;
  throw new StartError('DATABASE_UNSUITABLE', `The login ${row?.name} of EARSHOT_APP_DATABASE_URL may not act as the application.`, `Run as a superuser: GRANT earshot_app TO ${row?.name}; ALTER ROLE ${row?.name} INHERIT;`);
};

/** @throws {StartError} where EARSHOT_APP_DATABASE_URL does not let us in; never with its password */
const askAsApp = async <Row extends QueryResultRow>(app: ClientConfig, sql: string): Promise<Row[]> => {
  const client = new SteadyClient({ connectionTimeoutMillis: 10_000, ...app });
  try {
    await client.connect();
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    throw new StartError('DATABASE_UNREACHABLE', `PostgreSQL does not let the application in as ${app.user ?? 'the default user'}, database ${app.database ?? '(default)'}: ${message || code}.`, 'Check EARSHOT_APP_DATABASE_URL: host, port, user, password and database name; or leave it out, and Earshot makes a login of its own.', { cause });
  }
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
};

const ensureDatabase = (admin: ClientConfig): Promise<void> =>
  whileConnected(admin, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [embeddedName]);
    if (rowCount === 0) await client.query(`create database ${embeddedName}`);
  });
