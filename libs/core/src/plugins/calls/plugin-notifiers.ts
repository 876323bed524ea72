import { Injectable } from '@nestjs/common';
import type { Notice } from '@earshot/plugin-sdk';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { AccountHealth } from '../channels/account-health.js';
import { ChannelLeases } from '../channels/channel-leases.repository.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { PluginCalls } from './plugin-calls.js';

const notifyMs = 30_000;

/** The accounts by which staff are told something elsewhere. */
@Injectable()
export class PluginNotifiers {
  private readonly plugins: readonly string[];

  constructor(
    private readonly database: Database,
    private readonly calls: PluginCalls,
    private readonly health: AccountHealth,
    private readonly leases: ChannelLeases,
    registry: PluginRegistry,
  ) {
    this.plugins = registry.plugins.filter(({ notifier }) => notifier !== undefined).map(({ id }) => id);
  }

  /** Those of a library and of the libraries above it that are on and signed in. */
  async of(libraryId: string): Promise<readonly string[]> {
    const rows = await this.database.listening((tx) =>
      tx.query<{ id: string }>(
        `select a.id from account a join library_line l on l.ancestor_id = a.library_id
         where l.library_id = $1 and a.plugin = any($2::text[]) and a.state = 'on' and a.health <> 'sign-in-again' and a.removed_at is null order by a.id`,
        [libraryId, this.plugins],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** @throws PlatformError NOT_FOUND where it is off, gone or no notifier; RemoteError, PluginFault */
  async notify(accountId: string, notice: Notice): Promise<void> {
    const { plugin, state } = await this.calls.account(accountId);
    const { notifier } = plugin;
    if (notifier === undefined || state === 'off') throw new PlatformError('NOT_FOUND', 'Nobody is told anything by this account.');
    await this.calls.call(accountId, notifyMs, ({ ctx }) => notifier.notify(notice, ctx));
  }

  /** The network does not let it in any more. */
  async signInAgain(accountId: string, words: string): Promise<void> {
    await this.database.listening(async (tx) => {
      await this.health.lock(tx, accountId);
      await this.leases.stopAccount(tx, accountId, words);
      await this.health.signInAgain(tx, accountId, words);
    });
  }
}
