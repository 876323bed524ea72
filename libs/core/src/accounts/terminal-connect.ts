import { isRemoteError } from '@earshot/plugin-sdk';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { AccountHealth, type HostedPlugin, HostOptions, type PluginRegistry, PluginSignIns } from '../plugins/index.js';
import { Audit } from '../staff/index.js';
import { AccountRestarts } from './account-restarts.js';
import { AccountWrites } from './account-writes.repository.js';
import { accountName, writtenFor } from './account.input.js';
import { accountColumns, type AccountRow } from './account.row.js';
import { type AskedField, connectSecrets, connectSettings, type ConnectTold } from './connect-settings.js';
import type { NamedAccount } from './terminal-sign-in.js';

/** Whose account it shall be, and that library's system actor. */
export interface ConnectAt {
  readonly libraryId: string;
  readonly actorId: string;
}

/** How one is let in to an account of a plugin. */
export type LettingIn = { readonly by: 'sign-in' } | { readonly by: 'secrets'; readonly fields: readonly AskedField[] } | { readonly by: 'nothing' };

/**
 * Makes accounts from the terminal of the machine, as {@link TerminalSignIn} signs in to them. What was connected before is found again, so
 * that a sign-in that broke off is repeated by the same command.
 */
export class TerminalConnect {
  private readonly writes = new AccountWrites();
  private readonly restarts = new AccountRestarts(this.writes, new AccountHealth());
  private readonly audit = new Audit();

  constructor(
    private readonly database: Database,
    private readonly registry: PluginRegistry,
    private readonly signIns: PluginSignIns,
    private readonly host: HostOptions,
  ) {}

  /** @throws PlatformError BAD_INPUT where there is no such plugin, or nothing of it to connect; the others are named */
  lettingIn(pluginId: string): LettingIn {
    const plugin = this.plugin(pluginId);
    if (plugin.account?.signIn !== undefined) return { by: 'sign-in' };
    const fields = connectSecrets(plugin);
    return fields.length === 0 ? { by: 'nothing' } : { by: 'secrets', fields };
  }

  /** The account with these settings, made where the library has none. @throws PlatformError BAD_INPUT with what the plugin does not take */
  async account(at: ConnectAt, told: ConnectTold & { readonly plugin: string; readonly name: string | undefined }): Promise<{ readonly account: AccountRow; readonly made: boolean }> {
    const plugin = this.plugin(told.plugin);
    const settings = taken(plugin, told);
    return this.database.working(at.actorId, async (tx) => {
      // Two terminals at once make one account.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`connect ${at.libraryId}`]);
      const [before] = await tx.query<AccountRow>(
        `select ${accountColumns} from account a where a.library_id = $1 and a.plugin = $2 and a.settings = $3::jsonb and a.removed_at is null order by a.id limit 1`,
        [at.libraryId, plugin.id, JSON.stringify(settings)],
      );
      if (before !== undefined) return { account: before, made: false };
      const name = accountName(told.name ?? [plugin.id, told.word].filter((part) => part !== undefined).join(' ').slice(0, 200));
      const account = await this.writes.create(tx, { libraryId: at.libraryId, plugin: plugin.id, name, settings, createdBy: at.actorId });
      await this.note(tx, account, 'account.created');
      return { account, made: true };
    });
  }

  /** Takes back what was made a moment ago and led to nothing. */
  async discard({ id, actorId }: NamedAccount): Promise<void> {
    await this.database.working(actorId, async (tx) => {
      const account = await this.locked(tx, id);
      if (account !== undefined) await this.note(tx, await this.writes.remove(tx, account), 'account.removed');
    });
  }

  /** Stores secrets that were asked for, and asks the network who we are with them. @throws PlatformError BAD_INPUT where the plugin does not take them */
  async storeSecrets({ id, actorId }: NamedAccount, pluginId: string, told: Readonly<Record<string, string>>): Promise<AccountRow> {
    const plain = JSON.stringify(writtenFor(this.plugin(pluginId), 'secrets', JSON.stringify(told)));
    await this.database.working(actorId, async (tx) => {
      const account = await this.required(tx, id);
      await this.writes.putSecrets(tx, account, this.host.secretKeys.seal(id, plain));
      await this.restarts.restarted(tx, await this.writes.signedIn(tx, account));
      await this.note(tx, account, 'account.secrets-put');
    });
    return this.identified({ id, actorId });
  }

  /** Asks the network who we are. The account then says whether it let us in. @throws PlatformError UNAVAILABLE where that cannot be known */
  async identified({ id, actorId }: NamedAccount): Promise<AccountRow> {
    const failed = await this.signIns.identify(id);
    if (failed !== undefined && !isRemoteError(failed)) throw failed;
    // A name that is none, or a server that is: nobody should be told that they are connected.
    if (isRemoteError(failed) && failed.kind !== 'auth') throw new PlatformError('UNAVAILABLE', failed.message, undefined, { cause: failed });
    return this.database.working(actorId, (tx) => this.required(tx, id));
  }

  /** Who we are there, as the network said; undefined where nobody is anybody, or it has not answered yet. */
  async whoWeAre(accountId: string): Promise<{ readonly handle: string; readonly url: string | null } | undefined> {
    const [profile] = await this.database.listening((tx) =>
      tx.query<{ handle: string; url: string | null }>('select p.handle, p.url from account a join profile p on p.id = a.profile_id where a.id = $1 and p.handle is not null', [accountId]));
    return profile;
  }

  private plugin(id: string): HostedPlugin {
    const there = this.registry.plugins.filter((plugin) => [plugin.account, plugin.source, plugin.responder, plugin.advisor, plugin.notifier].some((part) => part !== undefined));
    const plugin = there.find((each) => each.id === id);
    if (plugin !== undefined) return plugin;
    const others = `There are: ${there.map((each) => each.id).toSorted().join(', ')}.`;
    throw new PlatformError('BAD_INPUT', this.registry.find(id) === undefined ? `There is no plugin "${id}" in this installation. ${others}` : `The plugin "${id}" works without an account: there is nothing to connect. ${others}`);
  }

  private async required(tx: Tx, id: string): Promise<AccountRow> {
    const account = await this.locked(tx, id);
    if (account === undefined) throw new PlatformError('NOT_FOUND', 'The account was removed meanwhile: begin again.');
    return account;
  }

  private async locked(tx: Tx, id: string): Promise<AccountRow | undefined> {
    const [account] = await tx.query<AccountRow>(`select ${accountColumns} from account a where a.id = $1 and a.removed_at is null and a.library_id in (select scope()) for update`, [id]);
    return account;
  }

  private async note(tx: Tx, { id, libraryId, plugin }: AccountRow, action: string): Promise<void> {
    await this.audit.record(tx, { libraryId, actorId: undefined, action, subjectKind: 'account', subjectId: id, ...(action === 'account.created' ? { detail: { plugin } } : {}) });
    tx.hint({ kind: 'account', id, library: libraryId });
  }
}

const taken = (plugin: HostedPlugin, told: ConnectTold): Readonly<Record<string, unknown>> => {
  const settings = connectSettings(plugin, told);
  try {
    return writtenFor(plugin, 'settings', JSON.stringify(settings));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" does not take this: ${error.message.replaceAll(/^settings\./gm, '')}`, error.field, { cause: error });
  }
};
