import { type Config, loadInstallationKey, readConfig } from '@earshot/core/config';
import { whileConnected } from '@earshot/core/database';
import { type Logging, createLogging } from '@earshot/core/logging';
import { type StartedDatabase, joinDatabase } from '@earshot/server/database';
import type { Client } from 'pg';

/** What every command needs to know of the installation that it works on. */
export interface Installation {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
}

export const openInstallation = async (quiet: boolean): Promise<Installation> => {
  const config = readConfig();
  const logging = createLogging(quiet ? { ...config.log, level: 'error' } : config.log);
  return { config, logging, key: await loadInstallationKey(config) };
};

/** Runs `work` as the owner of the database, beside an Earshot that may be running, and leaves everything as it was found. */
export const asOwner = async <T>(work: (owner: Client, database: StartedDatabase) => Promise<T>): Promise<T> => {
  const { config, logging, key } = await openInstallation(true);
  const database = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    return await whileConnected(database.owner, (owner) => work(owner, database));
  } finally {
    await database.stop();
  }
};
