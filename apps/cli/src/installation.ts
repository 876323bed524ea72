import { type Config, loadInstallationKey, readConfig } from '@earshot/core/config';
import { whileConnected } from '@earshot/core/database';
import { type Logging, createLogging } from '@earshot/core/logging';
import type { FollowListsAtHand, PrivacyDesk } from '@earshot/server';
import { type StartedDatabase, joinDatabase } from '@earshot/server/database';
import type { Client } from 'pg';
import { StopRequest } from './stop-request.js';

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

/** Runs `work` as the owner of the database, beside an Earshot that may be running, and leaves everything as it was found, also where Ctrl-C ends it. */
export const asOwner = async <T>(work: (owner: Client, database: StartedDatabase) => Promise<T>): Promise<T> => {
  const stop = new StopRequest();
  const { config, logging, key } = await openInstallation(true);
  const database = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    return await whileConnected(database.owner, (owner) => stop.before(() => work(owner, database)));
  } finally {
    await database.stop();
  }
};

/** The same at the lists and searches of one library, by its handle. The server is loaded where it is needed. */
export const atLists = async <T>(library: string | undefined, work: (lists: FollowListsAtHand) => Promise<T>): Promise<T> => {
  const stop = new StopRequest();
  const { withFollowLists } = await import('@earshot/server');
  return withFollowLists({ ...(await openInstallation(true)), library }, (lists) => stop.before(() => work(lists)));
};

/** The same at what forgets. `stopped` aborts at Ctrl-C. */
export const atDesk = async <T>(work: (desk: PrivacyDesk, stopped: AbortSignal) => Promise<T>): Promise<T> => {
  const [stop, stopped] = [new StopRequest(), new AbortController()];
  void stop.when.then(() => stopped.abort());
  const { atPrivacyDesk } = await import('@earshot/server');
  return atPrivacyDesk(await openInstallation(true), (desk) => stop.before(() => work(desk, stopped.signal)));
};
