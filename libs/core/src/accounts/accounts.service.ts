import { Injectable } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import { type HostedPlugin, HostOptions, PluginRegistry, PluginSignIns } from '../plugins/index.js';
import type { Actor } from '../staff/index.js';
import { type AccountAct, AccountDesk } from './account-desk.js';
import { AccountRestarts } from './account-restarts.js';
import { AccountWrites } from './account-writes.repository.js';
import { accountName, writtenAddresses, writtenFor } from './account.input.js';
import type { AccountRow } from './account.row.js';

/**
 * Accounts at networks: set up by the administrators of their library, each change in one transaction with its entry in the audit log.
 * Every method throws PlatformError: NOT_FOUND where the actor may not see the account, FORBIDDEN where it is not theirs to change,
 * BAD_INPUT, with the field, for what cannot be.
 */
@Injectable()
export class AccountsService {
  constructor(
    private readonly desk: AccountDesk,
    private readonly writes: AccountWrites,
    private readonly registry: PluginRegistry,
    private readonly host: HostOptions,
    private readonly restarts: AccountRestarts,
    private readonly signIns: PluginSignIns,
  ) {}

  /** @param told.settings a JSON object */
  create(actor: Actor, told: { readonly libraryId: string; readonly plugin: string; readonly name: string; readonly settings: string }): Promise<AccountRow> {
    return this.desk.act(actor, async (act) => {
      await act.requireAdministrator(told.libraryId);
      const plugin = this.plugin(told.plugin);
      if (!needsAccount(plugin)) throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" works without an account.`, 'plugin');
      const wish = { libraryId: told.libraryId, plugin: plugin.id, name: accountName(told.name), settings: writtenFor(plugin, 'settings', told.settings) };
      const account = await this.writes.create(act.tx, { ...wish, createdBy: actor.id });
      await act.record(account, 'account.created', { plugin: plugin.id });
      return account;
    });
  }

  rename(actor: Actor, accountId: string, to: string): Promise<AccountRow> {
    return this.change(actor, accountId, 'account.renamed', ({ tx }, account) => this.writes.change(tx, account, { name: accountName(to) }));
  }

  /** @param settings a JSON object, instead of the one before */
  changeSettings(actor: Actor, accountId: string, settings: string): Promise<AccountRow> {
    return this.change(actor, accountId, 'account.settings-changed', async (act, account) => {
      const changed = await this.writes.change(act.tx, account, { settings: writtenFor(this.plugin(account.plugin), 'settings', settings) });
      return this.restarts.restarted(act.tx, changed);
    });
  }

  /** What is off hears nothing, and goes on where it was. */
  turn(actor: Actor, accountId: string, state: AccountRow['state']): Promise<AccountRow> {
    return this.change(actor, accountId, `account.turned-${state}`, async ({ tx }, account) => {
      await this.writes.interrupt(tx, account);
      return this.writes.change(tx, account, { state });
    });
  }

  /** Ends it and its channels, gives its tokens back where the plugin can, and overwrites its secrets. What was heard by it stays. */
  async remove(actor: Actor, accountId: string): Promise<AccountRow> {
    await this.desk.act(actor, (act) => act.account(accountId));
    await this.signIns.revoke(accountId);
    return this.change(actor, accountId, 'account.removed', ({ tx }, account) => this.writes.remove(tx, account));
  }

  /**
   * Seals secrets and stores them instead of those before: signing in. They are never told again, to nobody.
   * @param secrets a JSON object
   */
  putSecrets(actor: Actor, accountId: string, secrets: string): Promise<AccountRow> {
    return this.change(actor, accountId, 'account.secrets-put', async (act, account) => {
      const plugin = this.plugin(account.plugin);
      if (plugin.account === undefined) throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" takes no secrets.`, 'secrets');
      const plain = JSON.stringify(writtenFor(plugin, 'secrets', secrets));
      await this.writes.putSecrets(act.tx, account, this.host.secretKeys.seal(account.id, plain));
      return this.restarts.restarted(act.tx, await this.writes.signedIn(act.tx, account));
    });
  }

  /**
   * Which private addresses the account may reach, instead of those before. For persons who administer the topmost library:
   * it opens this installation's own network.
   */
  allowPrivateAddresses(actor: Actor, accountId: string, addresses: readonly string[]): Promise<AccountRow> {
    return this.desk.act(actor, async (act) => {
      const account = await act.account(accountId);
      await act.requireRoot(account.libraryId);
      const allowedAddresses = writtenAddresses(addresses);
      const changed = await this.restarts.restarted(act.tx, await this.writes.change(act.tx, account, { allowedAddresses }));
      await act.record(account, 'account.addresses-allowed', { addresses: allowedAddresses.length });
      return changed;
    });
  }

  /** Lets a channel try again at once that was set aside or had stopped. @throws PlatformError CONFLICT where it was neither */
  releaseChannel(actor: Actor, channelId: string): Promise<AccountRow> {
    return this.desk.act(actor, async (act) => {
      const [channel] = await act.tx.query<{ accountId: string }>(
        'select account_id as "accountId" from channel where id = $1 and removed_at is null and library_id in (select scope() union select scope_up())',
        [channelId],
      );
      if (channel === undefined) throw new PlatformError('NOT_FOUND', 'There is no such channel.', 'channelId');
      const account = await act.account(channel.accountId);
      if (account.health === 'sign-in-again') throw new PlatformError('CONFLICT', 'Somebody has to sign in to this account first.', 'channelId');
      if (!(await this.writes.release(act.tx, account, channelId))) throw new PlatformError('CONFLICT', 'This channel was neither set aside nor stopped.', 'channelId');
      await act.record(account, 'account.channel-released', { channel: channelId });
      return this.restarts.withHealth(act.tx, account);
    });
  }

  private change(actor: Actor, accountId: string, action: string, work: (act: AccountAct, account: AccountRow) => Promise<AccountRow>): Promise<AccountRow> {
    return this.desk.act(actor, async (act) => {
      const changed = await work(act, await act.account(accountId));
      await act.record(changed, action);
      return changed;
    });
  }

  private plugin(id: string): HostedPlugin {
    const plugin = this.registry.find(id);
    if (plugin === undefined) throw new PlatformError('BAD_INPUT', 'There is no such plugin in this installation.', 'plugin');
    return plugin;
  }
}

/** Classifiers work on whatever is heard, for everybody. */
const needsAccount = (plugin: HostedPlugin): boolean => [plugin.account, plugin.source, plugin.responder, plugin.followLists, plugin.advisor, plugin.notifier].some((part) => part !== undefined);
