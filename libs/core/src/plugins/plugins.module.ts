import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdvisorHost } from './advising/advisor-host.js';
import { AdvisorRefreshes } from './advising/advisor-refreshes.js';
import { PluginCalls } from './calls/plugin-calls.js';
import { PluginLists } from './calls/plugin-lists.js';
import { PluginNotifiers } from './calls/plugin-notifiers.js';
import { PluginSignIns } from './calls/plugin-sign-ins.js';
import { AccountHealth } from './channels/account-health.js';
import { AccountPlans } from './channels/account-plan.repository.js';
import { ChannelCare } from './channels/channel-care.js';
import { ChannelLeases } from './channels/channel-leases.repository.js';
import { ChannelPlanner } from './channels/channel-planner.js';
import { ChannelRunner } from './channels/channel-runner.js';
import { ChannelSigns } from './channels/channel-signs.js';
import { ChannelStore } from './channels/channel-store.js';
import { PluginContexts } from './context/plugin-contexts.js';
import { HostOptions, webhookPath } from './host-options.js';
import { PluginRegistry } from './loader/plugin-registry.js';
import { GuardedNetwork } from './network/guarded-network.js';
import { HostBudgets } from './network/host-budgets.repository.js';
import { LinkProbe } from './network/link-probe.js';
import { Network } from './network/network.js';
import { PublicPost, WebPost } from './network/web-post.js';
import { PluginHost } from './plugin-host.js';
import { WebhookDoor } from './webhooks/webhook-door.js';
import { Webhooks } from './webhooks/webhooks.js';

/**
 * The host of the plugins. Global; needs Database and Intake of other global modules.
 * It listens to nothing by itself: the composition root starts {@link ChannelRunner} where this process has that role.
 */
@Module({})
export class PluginsModule {
  constructor({ httpAdapter }: HttpAdapterHost, door: WebhookDoor) {
    // Here and not in a hook: before every parser, since signatures cover the raw bytes.
    httpAdapter?.use(webhookPath, (...[incoming, outgoing]: Parameters<WebhookDoor['handle']>) => void door.handle(incoming, outgoing));
  }

  static forRoot(registry: PluginRegistry, options: HostOptions): DynamicModule {
    return {
      module: PluginsModule,
      global: true,
      providers: [
        { provide: PluginRegistry, useValue: registry },
        { provide: HostOptions, useValue: options },
        { provide: Network, useClass: GuardedNetwork },
        LinkProbe, WebPost, PublicPost, HostBudgets, PluginContexts, PluginCalls, PluginHost, AdvisorHost, AdvisorRefreshes, AccountHealth, AccountPlans, ChannelStore, ChannelLeases, ChannelPlanner, ChannelCare, ChannelSigns, ChannelRunner,
        PluginLists, PluginNotifiers, PluginSignIns, Webhooks, WebhookDoor,
      ],
      exports: [PluginRegistry, HostOptions, Network, LinkProbe, WebPost, PublicPost, PluginContexts, PluginCalls, PluginHost, PluginLists, PluginNotifiers, PluginSignIns, AdvisorHost, AdvisorRefreshes, AccountHealth, ChannelStore, ChannelLeases, ChannelPlanner, ChannelSigns, ChannelRunner],
    };
  }
}
