import 'reflect-metadata';
import { type Config, deriveSecret } from '@earshot/core/config';
import { Database, DatabaseModule } from '@earshot/core/database';
import { JobsModule } from '@earshot/core/jobs';
import { ListeningModule, type Why, WhyService } from '@earshot/core/listening';
import { type Logging, NestLogger } from '@earshot/core/logging';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HostModule } from './host.module.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';
import { joinDatabase } from './start-database.js';

@Module({})
class WhyModule {}

/** Why a post is heard, or is not, for whoever administers the machine: beside an Earshot that may be running. Listens to nothing. */
export const whyPost = async ({ config, logging, key }: { readonly config: Config; readonly logging: Logging; readonly key: Buffer }, post: string): Promise<Why> => {
  const registry = await loadInstalledPlugins(config);
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const database = await Database.open({ connections: started.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
    try {
      const imports = [
        DatabaseModule.forRoot(database), JobsModule.forRoot({ works: false, log: logging.logger('jobs') }), HostModule.forRoot({ config, logging, key, database, registry }),
        ListeningModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), log: logging.logger('listening') }),
      ];
      const app = await NestFactory.createApplicationContext({ module: WhyModule, imports }, { logger: new NestLogger(logging), abortOnError: false });
      try {
        return await app.get(WhyService).why(undefined, post);
      } finally {
        await app.close();
      }
    } finally {
      await database.close();
    }
  } finally {
    await started.stop();
  }
};
