import { Injectable } from '@nestjs/common';
import type { Target } from '@earshot/plugin-sdk';
import { Database, goneOf } from '../../database/index.js';
import type { ChannelLease } from '../intake.js';
import type { PluginRegistry } from '../loader/plugin-registry.js';
import { AccountHealth } from './account-health.js';
import { ChannelLeases, type Renewed } from './channel-leases.repository.js';
import { ChannelPlanner } from './channel-planner.js';
import type { Verdict } from './channel-verdict.js';
import type { LeasedChannel } from './leased-channel.js';

type Held = Pick<ChannelLease, 'channelId' | 'token'>;

/** What is stored of channels while they are read: leases, verdicts, and the health that follows from them. */
@Injectable()
export class ChannelCare {
  constructor(
    private readonly database: Database,
    private readonly leases: ChannelLeases,
    private readonly planner: ChannelPlanner,
    private readonly health: AccountHealth,
  ) {}

  planStale(registry: PluginRegistry): Promise<number> {
    return this.planner.planStale(registry);
  }

  take(holder: string, leaseMs: number, mode: 'poll' | 'stream', plugins: readonly string[], room: number): Promise<LeasedChannel[]> {
    return this.leases.take(holder, leaseMs, mode, plugins, room);
  }

  /** Frees what a process of this machine held that was killed: nobody needs to wait for its leases to run out. */
  async freeFromTheGone(): Promise<number> {
    const gone = await goneOf(await this.leases.holders());
    return gone.length === 0 ? 0 : this.leases.endThoseOf(gone);
  }

  renew(held: readonly Held[], leaseMs: number): Promise<Renewed[]> {
    return this.leases.renew(held, leaseMs);
  }

  stopped(): Promise<ReadonlySet<string>> {
    return this.leases.stopped();
  }

  targets(channelId: string): Promise<readonly Target[]> {
    return this.leases.targets(channelId);
  }

  release(held: readonly Held[]): Promise<void> {
    return this.leases.release(held);
  }

  async refreshHealth(accountId: string): Promise<void> {
    await this.database.listening((tx) => this.health.refresh(tx, accountId));
  }

  /** Gives the channel back with what became of it; nothing when somebody else has it by now. */
  async settle(lease: LeasedChannel, verdict: Verdict): Promise<void> {
    if (verdict.signInAgain) return this.stopAccount(lease, verdict);
    const isOurs = await this.database.listening(async (tx) => {
      if (!(await this.leases.settle(tx, lease, verdict))) return false;
      if (verdict.state === 'quarantined') await this.health.quarantined(tx, lease);
      return true;
    });
    const isOrdinary = verdict.state === 'waiting' && lease.failures === 0 && lease.accountHealth === 'well';
    // Apart, because an account is locked before its channels everywhere.
    if (isOurs && !isOrdinary) await this.refreshHealth(lease.accountId);
  }

  private async stopAccount(lease: LeasedChannel, verdict: Verdict): Promise<void> {
    const words = verdict.words ?? 'Sign in again.';
    await this.database.listening(async (tx) => {
      await this.health.lock(tx, lease.accountId);
      if (!(await this.leases.settle(tx, lease, verdict))) return;
      await this.leases.stopAccount(tx, lease.accountId, words);
      await this.health.signInAgain(tx, lease.accountId, words);
    });
  }
}
