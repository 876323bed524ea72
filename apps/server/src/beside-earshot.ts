import 'reflect-metadata';
import { type Config, deriveSecret } from '@earshot/core/config';
import { Database, DatabaseModule, whileConnected } from '@earshot/core/database';
import { JobsModule } from '@earshot/core/jobs';
import { ListeningModule } from '@earshot/core/listening';
import { type Logging, NestLogger } from '@earshot/core/logging';
import type { PluginRegistry } from '@earshot/core/plugins';
import { StopsModule } from '@earshot/core/stops';
import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Client } from 'pg';
import { HostModule } from './host.module.js';
import { joinDatabase } from './start-database.js';

export interface BesideOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  readonly registry: PluginRegistry;
  /** What the command needs besides the host of the plugins and listening. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
}

export interface Beside<Found> {
  readonly app: INestApplicationContext;
  readonly database: Database;
  /** What `find` answered. */
  readonly found: Found;
}

@Module({})
class CommandModule {}

/**
 * A part of Earshot for one command of whoever administers the machine, beside an Earshot that may be running: it runs no jobs and reads no channel by itself.
 * `find` looks things up as the owner before the application is put together, and may refuse the command.
 */
export const besideEarshot = async <Found, T>({ config, logging, key, registry, imports = [] }: BesideOptions, find: (owner: Client) => Promise<Found>, work: (beside: Beside<Found>) => Promise<T>): Promise<T> => {
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const found = await whileConnected(started.owner, find);
    const database = await Database.open({ connections: started.connections, entities: [] });
    try {
      const app = await NestFactory.createApplicationContext(
        {
          module: CommandModule,
          imports: [
            DatabaseModule.forRoot(database), StopsModule, JobsModule.forRoot({ works: false, log: logging.logger('jobs') }), HostModule.forRoot({ config, logging, key, database, registry }),
            ListeningModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), log: logging.logger('listening') }), ...imports,
          ],
        },
        { logger: new NestLogger(logging), abortOnError: false },
      );
      try {
        return await work({ app, database, found });
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
