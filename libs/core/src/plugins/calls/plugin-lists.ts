import { Injectable } from '@nestjs/common';
import { type FollowLists, type ListWish, type ListWriting, type MemberChanged, type RemoteList, type Target, limits, targetSchema } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PlatformError } from '../../errors/index.js';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';
import { PluginCalls, checked } from './plugin-calls.js';

const waitMs = 20_000;
const mostLists = 1_000;
/** More than a person can look through; a plugin that yields for ever ends here. */
const mostMembers = 20_000;

const writeMs = 120_000;

const writingSchema = z.object({ public: z.boolean(), told: z.boolean() });
const listSchema = z.object({ id: z.string().min(1).max(limits.id), name: z.string().max(limits.line), public: z.boolean(), writing: writingSchema.exactOptional() });
const changedSchema = z.object({ key: z.string(), state: z.enum(['on', 'asked', 'off', 'refused']), because: z.string().max(limits.passage).exactOptional() });
type Context = Parameters<FollowLists<never>['lists']>[0];

/** The lists that people keep on a network itself, read and written. What fails is a RemoteError, a PluginFault, or PlatformError NOT_FOUND where there are none to ask for. */
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

  /** How a list would be seen that is made now. @throws PlatformError NOT_FOUND where the plugin makes none */
  async asks(accountId: string): Promise<ListWriting> {
    return this.making(accountId, (making, ctx) => making.asks(ctx), writingSchema, 'told nothing of how a list is seen');
  }

  async make(accountId: string, wish: ListWish): Promise<RemoteList> {
    return this.making(accountId, (making, ctx) => making.make(wish, ctx), listSchema, 'made what is no list');
  }

  async end(accountId: string, list: string): Promise<void> {
    await this.making(accountId, (making, ctx) => making.end(list, ctx), z.unknown(), '');
  }

  /** What became of each that was come to. */
  async change(accountId: string, list: string, add: readonly Target[], remove: readonly Target[]): Promise<readonly MemberChanged[]> {
    const plugin = await this.pluginOf(accountId);
    if (plugin.followLists?.change === undefined) throw new PlatformError('NOT_FOUND', 'Nobody can be put onto lists of this network from here.', 'accountId');
    const told: unknown = await this.calls.call(accountId, writeMs, async ({ ctx }) => plugin.followLists?.change?.(list, add, remove, ctx));
    return checked(changedSchema.array(), told, plugin, 'did not say what became of a list');
  }

  private async making<T>(accountId: string, work: (making: NonNullable<FollowLists<Context>['making']>, ctx: Context) => Promise<unknown>, schema: z.ZodType<T>, what: string): Promise<T> {
    const plugin = await this.pluginOf(accountId);
    const making = plugin.followLists?.making as FollowLists<Context>['making'];
    if (making === undefined) throw new PlatformError('NOT_FOUND', 'No lists can be made on this network from here.', 'accountId');
    return checked(schema, await this.calls.call(accountId, writeMs, ({ ctx }) => work(making, ctx as Context)), plugin, what);
  }

  private async pluginOf(accountId: string): Promise<HostedPlugin> {
    const { plugin } = await this.calls.account(accountId);
    if (plugin.followLists === undefined) throw new PlatformError('NOT_FOUND', 'The network of this account keeps no lists that could be read.', 'accountId');
    return plugin;
  }
}
