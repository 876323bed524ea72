import { type Config, deriveSecret } from '@earshot/core/config';
import { type DatabaseRole, connectionOf, prepareDatabase } from '@earshot/core/database';
import { findRunningDatabase, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import { StartError } from '@earshot/core/errors';
import type { Logger } from '@earshot/core/logging';
import pg, { type ClientConfig } from 'pg';

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
  const app = config.database.appUrl?.reveal();
  const connections = await prepareDatabase({
    owner,
    password: (role) => deriveSecret(around.key, `database-role/${role}`),
    ...(app === undefined ? {} : { app: connectionOf(app, 'EARSHOT_APP_DATABASE_URL') }),
  });
  return { owner, connections, where, stop };
};

const ensureDatabase = async (admin: ClientConfig): Promise<void> => {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [embeddedName]);
    if (rowCount === 0) await client.query(`create database ${embeddedName}`);
  } finally {
    await client.end();
  }
};
