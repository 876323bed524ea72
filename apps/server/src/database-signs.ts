import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@earshot/core/config';
import type { Logger } from '@earshot/core/logging';
import { type DatabaseSigns, SentMark } from '@earshot/core/replies';

/** Kept apart from the database, as `suppressed` is. */
export const sentMarkPath = (config: Config): string => join(config.dataDirectory, 'sent');

/** By what this machine knows its database: when something was sent from here, and, of the built-in one, the files themselves, which are others in a copy. */
export const databaseSigns = async (config: Config, log: Logger): Promise<DatabaseSigns> => {
  const sentAt = await new SentMark(sentMarkPath(config), log).read();
  if (config.database.url !== undefined) return { sentAt };
  // PostgreSQL writes this file once, when it makes the cluster.
  const { ino, birthtimeMs } = await stat(join(config.dataDirectory, 'postgres', 'PG_VERSION'));
  return { sentAt, files: `${ino} ${Math.trunc(birthtimeMs)}` };
};
