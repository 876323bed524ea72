import type { Config } from '@earshot/core/config';
import { type Database, newId, ownersTransaction } from '@earshot/core/database';
import { DatabaseGone, StartError } from '@earshot/core/errors';
import type { Logging } from '@earshot/core/logging';
import { ChannelRunner, ChannelSigns, HostOptions, PluginRegistry } from '@earshot/core/plugins';
import { RegistryClassifiers } from '@earshot/core/understanding';
import type { Client } from 'pg';
import { besideEarshot } from './beside-earshot.js';
import { followSource } from './follow-source.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';

export interface ImportWish {
  /** Absolute. */
  readonly path: string;
  readonly label: string;
  /** The library that hears it, by handle. */
  readonly library: string;
  readonly reason: string;
  /** Else as the library's retention says of what is brought in. */
  readonly keepDays: number | undefined;
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

/**
 * Brings in an archive, in this process, beside an Earshot that may be running: the channel's lease sees to it that only one of them reads.
 * It is followed as a thing of its own with a reason and a retention, and goes the way of everything heard. Resumable: call it again.
 */
export const importArchive = async (options: ImportOptions): Promise<ImportEnd> => {
  const { config, logging, key, wish } = options;
  const installed = await loadInstalledPlugins(config);
  // Only archives are read here, whatever else is due; all classifiers judge what they bring.
  const registry = new PluginRegistry(installed.plugins.filter((plugin) => plugin.source === undefined || plugin.id === 'archive'));
  return besideEarshot({ config, logging, key, registry }, (owner) => followed(owner, wish), async ({ app, database, found: accountId }) => {
    const over = new AbortController();
    try {
      await app.get(RegistryClassifiers).load();
      return await Promise.race([readToTheEnd(app.get(ChannelRunner), app.get(ChannelSigns), accountId, options), readByAnother(database, app.get(HostOptions), accountId, over.signal)]);
    } finally {
      over.abort();
    }
  });
};

const lookMs = 1_000;

/** For how long PostgreSQL may be away: an Earshot that runs beside this starts it again within seconds. */
const databaseAwayMs = 30_000;
/** One that backs off for the third time does not go on by itself soon. */
const mostFailures = 3;

/** A running Earshot may be faster and read the channel itself: it was asked for, so it is over once whoever read it gave it back until later. */
const readByAnother = async (database: Database, { clock }: HostOptions, accountId: string, over: AbortSignal): Promise<ImportEnd> => {
  let answeredAt = clock.now();
  for (;;) {
    await new Promise<void>((resolve) => void clock.after(lookMs, resolve));
    if (over.aborted) return 'stopped';
    try {
      const [channel] = await database.listening((tx) =>
        tx.query<{ state: string; words: string | null; failures: number }>(
          'select state, state_words as words, failures from channel where account_id = $1 and removed_at is null and lease_holder is null and next_at > now()', [accountId]),
      );
      answeredAt = clock.now();
      if (channel?.state === 'waiting') return 'done';
      if (channel !== undefined && (channel.state !== 'backing-off' || channel.failures >= mostFailures)) return { failed: channel.words ?? channel.state };
    } catch (error) {
      if (!(error instanceof DatabaseGone)) throw error;
      if (clock.now() - answeredAt > databaseAwayMs) throw new StartError('DATABASE_UNREACHABLE', 'The database has not answered for half a minute.', 'Start it, or Earshot itself where it runs the built-in one, and import again: what came in stays, and is not brought in twice.');
    }
  }
};

const readToTheEnd = (runner: ChannelRunner, signs: ChannelSigns, accountId: string, { watch, stop }: ImportOptions): Promise<ImportEnd> =>
  new Promise((resolve) => {
    signs.watch((sign) => {
      if (!('accountId' in sign) || sign.accountId !== accountId) return;
      if (sign.kind === 'progress') watch.progress(sign.done, sign.of);
      if (sign.kind === 'taken') watch.taken(sign.taken.kept, Object.values(sign.taken.dropped).reduce((sum, times) => sum + times, 0));
      // What the database's absence ended is read again as soon as it is back.
      if (sign.kind === 'ended' && sign.how !== 'database-gone') resolve(sign.how === 'returned' || sign.state === 'waiting' ? 'done' : { failed: sign.how });
    });
    stop.addEventListener('abort', () => resolve('stopped'), { once: true });
    runner.start();
  });

/** The account and follow of this file, made once. */
const followed = (owner: Client, wish: ImportWish): Promise<string> =>
  ownersTransaction(owner, async () => {
    const name = `Archive: ${wish.label}`;
    const accountId = await followSource(owner, {
      libraryId: await libraryOf(owner, wish.library), plugin: 'archive', key: wish.path, label: wish.label, accountName: name,
      // A second file of the same name gets a list of its own.
      listName: `${name.slice(0, 190)} ${newId().slice(-6)}`, settings: { path: wish.path }, reason: wish.reason, keepDays: wish.keepDays,
    });
    // Due now, also where it was read before: an import that was asked for looks.
    await owner.query(`update channel set next_at = now(), state = 'waiting' where account_id = $1 and removed_at is null and state <> 'reading'`, [accountId]);
    return accountId;
  });

const libraryOf = async (client: Client, handle: string): Promise<string> => {
  const { rows } = await client.query<{ id: string }>('select id from library where handle = $1', [handle]);
  if (rows[0] === undefined) throw new StartError('BAD_SETTINGS', `There is no library with the handle "${handle}".`, 'Name one with --library; `earshot staff list` shows the handles in use.');
  return rows[0].id;
};
