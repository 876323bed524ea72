import 'reflect-metadata';
import { join } from 'node:path';
import { type Config, deriveSecret } from '@earshot/core/config';
import { Database } from '@earshot/core/database';
import type { Logging } from '@earshot/core/logging';
import { ErasureService, RetentionService, Suppression, SuppressionFile } from '@earshot/core/privacy';
import { Permissions } from '@earshot/core/staff';
import { RegistryClassifiers } from '@earshot/core/understanding';
import { systemClock } from '@earshot/plugin-sdk';
import { loadInstalledPlugins } from './load-installed-plugins.js';
import { joinDatabase } from './start-database.js';

export interface PrivacyDesk {
  readonly database: Database;
  readonly classifiers: RegistryClassifiers;
  readonly erasure: ErasureService;
  readonly retention: RetentionService;
}

/** Where hashes of what was erased are kept, beside the database. */
export const suppressionPath = (config: Config): string => join(config.dataDirectory, 'suppressed');

/** For the commands of whoever administers the machine: beside an Earshot that may be running, and with its classifiers, by whose labels conversations are weighed anew. */
export const atPrivacyDesk = async <T>({ config, logging, key }: { readonly config: Config; readonly logging: Logging; readonly key: Buffer }, work: (desk: PrivacyDesk) => Promise<T>): Promise<T> => {
  const classifiers = new RegistryClassifiers(await loadInstalledPlugins(config));
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const database = await Database.open({ connections: started.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
    try {
      await classifiers.load();
      const suppression = new Suppression(deriveSecret(key, 'suppression'));
      const retention = new RetentionService(database, suppression, classifiers, systemClock);
      await retention.declareLabels();
      return await work({ database, classifiers, erasure: new ErasureService(database, suppression, new SuppressionFile(suppressionPath(config)), classifiers, new Permissions()), retention });
    } finally {
      await database.close();
    }
  } finally {
    await started.stop();
  }
};
