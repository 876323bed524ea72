import 'reflect-metadata';
import { type AccountRow, TerminalSignIn } from '@earshot/core/accounts';
import { type Config, deriveSecret } from '@earshot/core/config';
import { Database, DatabaseModule } from '@earshot/core/database';
import { PlatformError } from '@earshot/core/errors';
import { JobsModule } from '@earshot/core/jobs';
import { ListeningModule } from '@earshot/core/listening';
import { type Logging, NestLogger } from '@earshot/core/logging';
import { HostOptions, type PluginRegistry, PluginSignIns } from '@earshot/core/plugins';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg, { type ClientConfig } from 'pg';
import { HostModule } from './host.module.js';
import { joinDatabase } from './start-database.js';

export interface SignInOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  readonly registry: PluginRegistry;
  /** Its id, or its name where no other has it. */
  readonly account: string;
  /** Shows the person where to go, and answers with what they bring back. */
  readonly ask: (url: URL) => Promise<string>;
}

@Module({})
class SignInModule {}

/**
 * Signs in to an account from the terminal, beside an Earshot that may be running and takes up the new secrets by itself.
 * @throws PlatformError in words for the person at the terminal
 */
export const signInAccount = async (options: SignInOptions): Promise<AccountRow> => {
  const { config, logging, key, registry } = options;
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const named = await accountNamed(started.owner, options.account);
    const database = await Database.open({ connections: started.connections, entities: [] });
    try {
      const app = await NestFactory.createApplicationContext(
        {
          module: SignInModule,
          imports: [
            DatabaseModule.forRoot(database), JobsModule.forRoot({ works: false, log: logging.logger('jobs') }), HostModule.forRoot({ config, logging, key, database, registry }),
            ListeningModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), log: logging.logger('listening') }),
          ],
        },
        { logger: new NestLogger(logging), abortOnError: false },
      );
      try {
        const begun = await new TerminalSignIn(database, app.get(PluginSignIns), app.get(HostOptions)).begin(named);
        return await begun.finish(await options.ask(begun.url));
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

const accountNamed = async (owner: ClientConfig, words: string): Promise<{ readonly id: string; readonly actorId: string }> => {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; actorId: string }>(
      `select a.id, s.actor_id as "actorId" from account a join system_actor s on s.library_id = a.library_id
       where a.removed_at is null and (a.id::text = lower($1) or lower(a.name) = lower($1)) order by a.id limit 10`,
      [words],
    );
    if (rows[0] === undefined) throw new PlatformError('NOT_FOUND', `There is no account "${words}"; \`earshot account list\` shows them.`);
    if (rows.length > 1) throw new PlatformError('CONFLICT', `Several accounts are called "${words}": name one by its id (${rows.map(({ id }) => id).join(', ')}).`);
    return rows[0];
  } finally {
    await client.end();
  }
};
