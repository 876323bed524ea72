import { Injectable } from '@nestjs/common';
import { type Ctx, RemoteError } from '@earshot/plugin-sdk';
import { Database } from '../../database/index.js';
import type { Deadline } from '../../time/index.js';
import { HostOptions } from '../host-options.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { Network } from '../network/network.js';
import { AccountSecrets } from './account-secrets.js';
import { type HostedAccount, AccountUnusable } from './hosted-account.js';
import { PluginStore } from './plugin-store.js';
import { RedactedLog } from './redacted-log.js';

interface AccountRow {
  readonly id: string;
  readonly library_id: string;
  readonly state: 'on' | 'off';
  readonly plugin: string;
  readonly settings: unknown;
  readonly allowed_addresses: readonly string[];
  readonly identified_at: Date | null;
  readonly network: string | null;
  readonly remote_id: string | null;
  readonly handle: string | null;
}

/** What the one who opens a context wants to hear of it. */
export interface ContextWatch {
  readonly abort: AbortSignal;
  /** Something was begun on behalf of the plugin; call the answer when it has ended. */
  readonly underWay?: () => () => void;
  readonly progress?: (done: number, of?: number) => void;
  /** Nobody waits for what is asked in it: at the network, others go first. */
  readonly patient?: boolean;
  /** Past this, nothing leaves for the network. */
  readonly deadline?: Deadline;
}

export interface OpenContext {
  readonly account: HostedAccount;
  readonly ctx: Ctx<unknown, unknown>;
  readonly secrets: AccountSecrets;
}

/** Makes what the host lends to a running capability of one account. */
@Injectable()
export class PluginContexts {
  constructor(
    private readonly database: Database,
    private readonly registry: PluginRegistry,
    private readonly network: Network,
    private readonly options: HostOptions,
  ) {}

  /**
   * @throws AccountUnusable when there is no such account, or no such plugin here.
   * @throws RemoteError rejected when its stored settings no longer fit the plugin, auth when nobody has signed in.
   */
  async open(accountId: string, watch: ContextWatch): Promise<OpenContext> {
    const account = await this.account(accountId);
    const secrets = new AccountSecrets(accountId, account.plugin.account?.secrets, this.database, this.options.secretKeys);
    await secrets.refresh();
    secrets.read();
    return { account, secrets, ctx: this.context(account, secrets, watch) };
  }

  /** For signing in: the same, without secrets. */
  async openUnsigned(accountId: string, watch: ContextWatch): Promise<OpenContext> {
    const account = await this.account(accountId);
    const secrets = new AccountSecrets(accountId, account.plugin.account?.secrets, this.database, this.options.secretKeys);
    await secrets.refresh();
    return { account, secrets, ctx: this.context(account, secrets, watch) };
  }

  /** @throws as {@link open}, but for auth. */
  async account(accountId: string): Promise<HostedAccount> {
    const [row] = await this.database.listening((tx) =>
      tx.query<AccountRow>(
        `select a.id, a.library_id, a.state, a.plugin, a.settings, a.allowed_addresses, a.identified_at, p.network, p.remote_id, p.handle
         from account a left join profile p on p.id = a.profile_id where a.id = $1 and a.removed_at is null`,
        [accountId],
      ),
    );
    if (row === undefined) throw new AccountUnusable('there is no such account');
    const plugin = this.registry.find(row.plugin);
    if (plugin === undefined) throw new AccountUnusable(`the plugin "${row.plugin}" is not part of this installation`);
    const settings = plugin.account === undefined ? { success: true as const, data: {} } : plugin.account.settings.safeParse(row.settings);
    if (!settings.success) throw new RemoteError('rejected', `The settings of this account no longer fit the plugin "${row.plugin}": save them again.`);
    return {
      id: row.id,
      libraryId: row.library_id,
      state: row.state,
      plugin,
      settings: settings.data,
      allowedAddresses: row.allowed_addresses,
      identifiedAt: row.identified_at,
      ...(row.network === null || row.remote_id === null ? {} : { profile: { network: row.network, remoteId: row.remote_id, handle: row.handle } }),
    };
  }

  private context(account: HostedAccount, secrets: AccountSecrets, watch: ContextWatch): Ctx<unknown, unknown> {
    const underWay = watch.underWay ?? (() => () => {});
    const { clock, log } = this.options;
    const during = async <T>(work: () => Promise<T>): Promise<T> => {
      watch.abort.throwIfAborted();
      const end = underWay();
      try {
        return await work();
      } finally {
        end();
      }
    };
    const store = new PluginStore(account.id, this.database);
    const webhook = this.options.webhookUrl(account.id);
    return {
      settings: account.settings,
      secrets: { read: () => secrets.read(), replace: (next) => during(() => secrets.replace(next)) },
      ...this.network.for({ id: account.id, allowedAddresses: account.allowedAddresses, patient: watch.patient === true, deadline: watch.deadline }, watch.abort, underWay),
      store: { get: (key) => during(() => store.get(key)), set: (key, value) => during(() => store.set(key, value)) },
      ...(webhook === undefined || account.plugin.source?.receive === undefined ? {} : { webhook }),
      log: new RedactedLog(log, { plugin: account.plugin.id, account: account.id }, () => secrets.peek()),
      progress: (done, of) => {
        underWay()();
        watch.progress?.(done, of);
      },
      now: () => new Date(clock.now()),
      abort: watch.abort,
    };
  }
}
