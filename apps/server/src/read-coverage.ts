import { type CoverageReport, coverageReports } from '@earshot/core/accounts';
import type { Config } from '@earshot/core/config';
import { Database, whileConnected } from '@earshot/core/database';
import { PlatformError } from '@earshot/core/errors';
import type { Logging } from '@earshot/core/logging';
import { noSuchLibrary } from './library-named.js';
import { joinDatabase } from './start-database.js';

export interface CoverageOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  /** By handle; undefined: all. */
  readonly library: string | undefined;
  /** By id or name; undefined: all. */
  readonly account: string | undefined;
}

export interface LibraryCoverage {
  readonly handle: string;
  readonly name: string;
  readonly accounts: readonly CoverageReport[];
}

/** What each library's accounts heard from when to when, beside an Earshot that may be running. @throws PlatformError NOT_FOUND */
export const readCoverage = async ({ config, logging, key, library, account }: CoverageOptions): Promise<readonly LibraryCoverage[]> => {
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const libraries = await whileConnected(started.owner, async (owner) => (await owner.query<{ id: string; handle: string; name: string; actorId: string }>(
      'select l.id, l.handle, l.name, s.actor_id as "actorId" from library l join system_actor s on s.library_id = l.id where $1::text is null or l.handle = lower($1) order by l.handle', [library ?? null])).rows);
    if (libraries.length === 0) throw noSuchLibrary(library);
    const database = await Database.open({ connections: started.connections, entities: [] });
    try {
      const found: LibraryCoverage[] = [];
      for (const { id, handle, name, actorId } of libraries) {
        const reads = database.reads(actorId);
        try {
          found.push({ handle, name, accounts: await coverageReports(reads, { libraryId: id, account }, new Date()) });
        } finally {
          await reads.close();
        }
      }
      if (account !== undefined && found.every(({ accounts }) => accounts.length === 0)) throw new PlatformError('NOT_FOUND', `There is no account "${account}"; \`earshot account list\` shows them.`);
      return found;
    } finally {
      await database.close();
    }
  } finally {
    await started.stop();
  }
};
