import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Ctx } from '@earshot/plugin-sdk';
import type { Agent } from 'undici';
import { type PrivateAddress, parsePrivateAddress } from '../../config/index.js';
import { HostOptions } from '../host-options.js';
import { AddressGuard } from './address-guard.js';
import { guardedAgent } from './guarded-agent.js';
import { guardedConnect } from './guarded-connect.js';
import { GuardedFetch } from './guarded-fetch.js';
import { HostBudgets } from './host-budgets.repository.js';
import { Network, type NetworkAccount, type UnderWay } from './network.js';

interface Way {
  readonly guard: AddressGuard;
  readonly agent: Agent;
}

/** The network behind the guard. Accounts that may reach the same addresses share connections; others do not. */
@Injectable()
export class GuardedNetwork extends Network implements OnApplicationShutdown {
  private readonly ways = new Map<string, Way>();

  constructor(
    private readonly budgets: HostBudgets,
    private readonly options: HostOptions,
  ) {
    super();
  }

  for(account: NetworkAccount, abort: AbortSignal, underWay: UnderWay): Pick<Ctx<unknown, unknown>, 'fetch' | 'connect'> {
    const { guard, agent } = this.wayFor(account.allowedAddresses);
    const guarded = new GuardedFetch({ accountId: account.id, patient: account.patient === true, deadline: account.deadline, agent, budgets: this.budgets, options: this.options, abort, underWay });
    return {
      fetch: (input, init) => guarded.fetch(input, init),
      connect: (url, protocols) => guardedConnect({ url, protocols, guard, agent, fetching: guarded, options: this.options, abort, underWay }),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.ways.values()].map(({ agent }) => agent.destroy()));
    this.ways.clear();
  }

  private wayFor(allowed: readonly string[]): Way {
    const key = [...allowed].sort().join(' ');
    const known = this.ways.get(key);
    if (known) return known;
    const rules = allowed.map((text) => parsePrivateAddress(text)).filter((rule): rule is PrivateAddress => rule !== undefined);
    const guard = new AddressGuard([...this.options.allowedAddresses, ...rules], this.options.resolve);
    const way = { guard, agent: guardedAgent(guard, this.options.network) };
    this.ways.set(key, way);
    return way;
  }
}
