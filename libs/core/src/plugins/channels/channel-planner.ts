import { Injectable } from '@nestjs/common';
import { type Profile, isRemoteError, profileSchema } from '@earshot/plugin-sdk';
import { Database, type Tx } from '../../database/index.js';
import { AccountUnusable, type HostedAccount } from '../context/hosted-account.js';
import { type OpenContext, PluginContexts } from '../context/plugin-contexts.js';
import { withholdSecrets } from '../context/withhold-secrets.js';
import { HostOptions } from '../host-options.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { PluginFault } from '../plugin-fault.error.js';
import { withDeadline } from '../with-deadline.js';
import { AccountHealth } from './account-health.js';
import { AccountPlans } from './account-plan.repository.js';
import { ChannelLeases } from './channel-leases.repository.js';
import { planChannels } from './planned-channels.js';

const identifyMs = 30_000;
const identifyAgainMs = 86_400_000;

/** Keeps each account's channels to what its plugin plans for its follows. */
@Injectable()
export class ChannelPlanner {
  constructor(
    private readonly database: Database,
    private readonly contexts: PluginContexts,
    private readonly plans: AccountPlans,
    private readonly health: AccountHealth,
    private readonly leases: ChannelLeases,
    private readonly options: HostOptions,
  ) {}

  /** Plans the accounts whose follows changed, some at a time. How many there were. */
  async planStale(registry: PluginRegistry, most = 50): Promise<number> {
    const stale = await this.database.listening((tx) => this.plans.stale(tx, registry.sources(), most));
    for (const accountId of stale) {
      try {
        await this.replan(accountId);
      } catch (error) {
        this.options.log.warn('an account could not be planned', { account: accountId, error });
      }
    }
    return stale.length;
  }

  /** Asks who we are there if that is due, then plans. Safe to call at any time, from any process. */
  async replan(accountId: string): Promise<void> {
    const account = await this.usable(accountId);
    if (account?.plugin.source === undefined) return;
    await this.identifyIfDue(account);
    await this.database.listening(async (tx) => {
      const planning = await this.plans.begin(tx, accountId);
      if (planning === undefined) return;
      try {
        const { channels, leftOut } = planChannels(account.plugin, planning.targets);
        await this.plans.write(tx, accountId, planning.libraryId, channels);
        await this.plans.note(tx, accountId, leftOut.length === 0 ? null : leftOutWords(leftOut));
      } catch (error) {
        // The channels stay as they were: what is heard already is still heard.
        if (!(error instanceof PluginFault)) throw error;
        await this.plans.note(tx, accountId, error.message);
      }
      await this.health.refresh(tx, accountId);
    });
  }

  /** Asks the plugin who we are there, and remembers it. */
  async identify(accountId: string): Promise<Profile | undefined> {
    return this.ask(await this.openToAsk(accountId));
  }

  private openToAsk(accountId: string): Promise<OpenContext> {
    return this.contexts.openUnsigned(accountId, { abort: AbortSignal.timeout(identifyMs) });
  }

  private async ask({ account, ctx, secrets }: OpenContext): Promise<Profile | undefined> {
    secrets.read();
    const told: unknown = await withDeadline(this.options.clock, identifyMs, account.plugin.id, async () => account.plugin.account?.identify(ctx)).catch((error: unknown) => {
      throw withholdSecrets(error, secrets.peek());
    });
    const read = profileSchema.optional().safeParse(told);
    if (!read.success) throw new PluginFault(account.plugin.id, 'gave no profile when it was asked who we are');
    await this.database.listening(async (tx) => {
      if (await this.isNewest(tx, account.id, secrets.version)) await this.plans.identified(tx, account.id, read.data);
    });
    return read.data;
  }

  /** Whether nobody signed in since those secrets; nobody does until `tx` ends. */
  private async isNewest(tx: Tx, accountId: string, version: number): Promise<boolean> {
    await this.health.lock(tx, accountId);
    return (await this.plans.secretVersion(tx, accountId)) === version;
  }

  private async usable(accountId: string): Promise<HostedAccount | undefined> {
    try {
      return await this.contexts.account(accountId);
    } catch (error) {
      if (error instanceof AccountUnusable) return undefined;
      if (!isRemoteError(error)) throw error;
      await this.database.listening(async (tx) => {
        await this.plans.begin(tx, accountId);
        await this.plans.note(tx, accountId, error.message);
        await this.health.refresh(tx, accountId);
      });
      return undefined;
    }
  }

  private async identifyIfDue(account: HostedAccount): Promise<void> {
    if (account.plugin.account === undefined) return;
    if (account.identifiedAt !== null && this.options.clock.now() - account.identifiedAt.getTime() < identifyAgainMs) return;
    await this.identifyAndHeed(account.id);
  }

  /** The same as {@link identify}, whatever comes of it: where the network does not let us in, the account stops and says so. @returns what failed */
  async identifyAndHeed(accountId: string): Promise<unknown> {
    let open: OpenContext | undefined;
    try {
      open = await this.openToAsk(accountId);
      await this.ask(open);
      return undefined;
    } catch (error) {
      if (open === undefined || !isRemoteError(error) || error.kind !== 'auth') {
        this.options.log.warn('an account could not be identified', { account: accountId, kind: isRemoteError(error) ? error.kind : 'foreign' });
        return error;
      }
      const { version } = open.secrets;
      await this.database.listening(async (tx) => {
        // Whoever signed in meanwhile asks again: of the new secrets nothing is known yet.
        if (!(await this.isNewest(tx, accountId, version))) return;
        await this.leases.stopAccount(tx, accountId, error.message);
        await this.health.signInAgain(tx, accountId, error.message);
      });
      return error;
    }
  }
}

const leftOutWords = (targets: readonly { readonly label: string }[]): string =>
  `${targets.length === 1 ? 'One follow' : `${targets.length} follows`} cannot be heard by this account: ${targets.slice(0, 3).map((target) => target.label).join(', ')}${targets.length > 3 ? ', …' : ''}.`;
