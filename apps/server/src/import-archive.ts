import 'reflect-metadata';
import { type Config, deriveSecret } from '@earshot/core/config';
import { Database, DatabaseModule, newId } from '@earshot/core/database';
import { StartError } from '@earshot/core/errors';
import { ListeningModule } from '@earshot/core/listening';
import { type Logging, NestLogger } from '@earshot/core/logging';
import { ChannelRunner, ChannelSigns, PluginRegistry } from '@earshot/core/plugins';
import { RegistryClassifiers } from '@earshot/core/understanding';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg, { type Client } from 'pg';
import { HostModule } from './host.module.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';
import { joinDatabase } from './start-database.js';

export interface ImportWish {
  /** Absolute. */
  readonly path: string;
  readonly label: string;
  /** The library that hears it, by handle. */
  readonly library: string;
  readonly reason: string;
  readonly keepDays: number;
}

export interface ImportWatch {
  progress(done: number, of: number | undefined): void;
  taken(kept: number, dropped: number): void;
}

export interface ImportOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  readonly wish: ImportWish;
  readonly watch: ImportWatch;
  /** Stops after the batch that is being stored; what is left is read by the next import, or by a running Earshot. */
  readonly stop: AbortSignal;
}

/** How it ended, in the host's words; `done` only where the whole file was read. */
export type ImportEnd = 'done' | 'stopped' | { readonly failed: string };

@Module({})
class ImportModule {}

/**
 * Brings in an archive, in this process, beside an Earshot that may be running: the channel's lease sees to it that only one of them reads.
 * It is followed as a thing of its own with a reason and a retention, and goes the way of everything heard. Resumable: call it again.
 */
export const importArchive = async (options: ImportOptions): Promise<ImportEnd> => {
  const { config, logging, key, wish } = options;
  const installed = await loadInstalledPlugins(config);
  // Only archives are read here, whatever else is due; all classifiers judge what they bring.
  const registry = new PluginRegistry(installed.plugins.filter((plugin) => plugin.source === undefined || plugin.id === 'archive'));
  const started = await joinDatabase(config, { key, log: logging.logger('database') });
  try {
    const accountId = await followed(started.owner, wish);
    const database = await Database.open({ connections: started.connections, entities: [] });
    try {
      const app = await NestFactory.createApplicationContext(
        {
          module: ImportModule,
          imports: [
            DatabaseModule.forRoot(database), HostModule.forRoot({ config, logging, key, database, registry }),
            ListeningModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), log: logging.logger('listening') }),
          ],
        },
        { logger: new NestLogger(logging), abortOnError: false },
      );
      try {
        await app.get(RegistryClassifiers).load();
        return await readToTheEnd(app.get(ChannelRunner), app.get(ChannelSigns), accountId, options);
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

const readToTheEnd = (runner: ChannelRunner, signs: ChannelSigns, accountId: string, { watch, stop }: ImportOptions): Promise<ImportEnd> =>
  new Promise((resolve) => {
    signs.watch((sign) => {
      if (!('accountId' in sign) || sign.accountId !== accountId) return;
      if (sign.kind === 'progress') watch.progress(sign.done, sign.of);
      if (sign.kind === 'taken') watch.taken(sign.taken.kept, Object.values(sign.taken.dropped).reduce((sum, times) => sum + times, 0));
      if (sign.kind === 'ended') resolve(sign.how === 'returned' || sign.state === 'waiting' ? 'done' : { failed: sign.how });
    });
    stop.addEventListener('abort', () => resolve('stopped'), { once: true });
    runner.start();
  });

/** The account and follow of this file, made once. */
const followed = async (owner: pg.ClientConfig, wish: ImportWish): Promise<string> => {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query('begin');
    const accountId = (await known(client, wish)) ?? (await follow(client, wish));
    // Due now, also where it was read before: an import that was asked for looks.
    await client.query(`update channel set next_at = now(), state = 'waiting' where account_id = $1 and removed_at is null and state <> 'reading'`, [accountId]);
    await client.query('commit');
    return accountId;
  } finally {
    await client.end();
  }
};

const known = async (client: Client, wish: ImportWish): Promise<string | undefined> => {
  const { rows } = await client.query<{ id: string }>(
    `select a.id from account a join library l on l.id = a.library_id where l.handle = $1 and a.plugin = 'archive' and a.settings ->> 'path' = $2 and a.removed_at is null`,
    [wish.library, wish.path],
  );
  return rows[0]?.id;
};

const follow = async (client: Client, wish: ImportWish): Promise<string> => {
  const { rows } = await client.query<{ id: string }>('select id from library where handle = $1', [wish.library]);
  const library = rows[0]?.id;
  if (library === undefined) throw new StartError('BAD_SETTINGS', `There is no library with the handle "${wish.library}".`, 'Name one with --library; `earshot staff list` shows the handles in use.');
  const [account, list] = [newId(), newId()];
  const name = `Archive: ${wish.label}`.slice(0, 200);
  await client.query(`insert into account(id, library_id, plugin, name, settings) values ($1, $2, 'archive', $3, $4)`, [account, library, name, { path: wish.path }]);
  await client.query('insert into follow_list(id, library_id, name) values ($1, $2, $3)', [list, library, `${name} ${account.slice(-6)}`.slice(0, 200)]);
  await client.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, keep_days) values ($1, $2, $3, $4, 'feed', 'activitypub', $5, $6, $7, 'other', $8)`,
    [newId(), library, list, account, wish.path, wish.label, wish.reason, wish.keepDays],
  );
  return account;
};
