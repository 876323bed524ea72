import { Injectable } from '@nestjs/common';
import { type RemoteList, type Target, limits, targetSchema } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PlatformError } from '../../errors/index.js';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';
import { PluginCalls, checked } from './plugin-calls.js';

const waitMs = 20_000;
const mostLists = 1_000;
/** More than a person can look through; a plugin that yields for ever ends here. */
const mostMembers = 20_000;

const listSchema = z.object({ id: z.string().min(1).max(limits.id), name: z.string().max(limits.line), public: z.boolean() });

/** The lists that people keep on a network itself. What fails is a RemoteError, a PluginFault, or PlatformError NOT_FOUND where there are none to ask for. */
@Injectable()
export class PluginLists {
  constructor(private readonly calls: PluginCalls) {}

  async lists(accountId: string): Promise<readonly RemoteList[]> {
    const plugin = await this.pluginOf(accountId);
    const told: unknown = await this.calls.call(accountId, waitMs, async ({ ctx }) => plugin.followLists?.lists(ctx));
    return checked(listSchema.array().max(mostLists), told, plugin, 'told lists that cannot be');
  }

  /** Everybody on it, with the network that they are on, as slowly as the network tells. */
  async *members(accountId: string, list: string): AsyncIterable<Target & { readonly network: string }> {
    const plugin = await this.pluginOf(accountId);
    const network = plugin.networks[0] ?? plugin.id;
    let count = 0;
    for await (const { value } of this.calls.each(accountId, waitMs, ({ ctx }) => plugin.followLists?.members(list, ctx))) {
      if (++count > mostMembers) throw new PluginFault(plugin.id, `told of more than ${mostMembers} members of one list`);
      yield { ...checked(targetSchema, value, plugin, 'told of a member that cannot be followed'), network };
    }
  }

  private async pluginOf(accountId: string): Promise<HostedPlugin> {
    const { plugin } = await this.calls.account(accountId);
    if (plugin.followLists === undefined) throw new PlatformError('NOT_FOUND', 'The network of this account keeps no lists that could be read.', 'accountId');
    return plugin;
  }
}
