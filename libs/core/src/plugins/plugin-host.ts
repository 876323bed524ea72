import { Injectable } from '@nestjs/common';
import {
  type Attempt, type Batch, type Ctx, type Profile, type Ref, RemoteError, type Responder, type Target, type Want, abilitiesSchema, attemptSchema, isRemoteError, readBatch, refSchema, targetSchema,
} from '@earshot/plugin-sdk';
import type { Abilities } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PlatformError } from '../errors/index.js';
import { ChannelPlanner } from './channels/channel-planner.js';
import { AccountUnusable } from './context/hosted-account.js';
import { type OpenContext, PluginContexts } from './context/plugin-contexts.js';
import { HostOptions } from './host-options.js';
import type { HostedPlugin } from './loader/hosted-plugin.js';
import { PluginFault } from './plugin-fault.error.js';
import { withDeadline } from './with-deadline.js';

const second = 1_000;
const waits = { resolve: 20 * second, abilities: 20 * second, send: 120 * second, find: 120 * second, change: 60 * second, act: 60 * second, batch: 120 * second };

const foundSchema = z.union([z.literal('absent'), z.literal('cannot-tell'), refSchema]);

type Responding = Responder<Ctx<unknown, unknown>>;

/** What an account's responder can do, checked on the way in and out. Every failure is a RemoteError, or a PluginFault that names the plugin. */
export interface AccountResponder {
  abilities(to: Ref | undefined): Promise<Abilities>;
  /** @throws RemoteError outcome-unknown when the plugin failed otherwise, or did not answer: it may have been sent. */
  send(attempt: Attempt): Promise<Ref>;
  find(attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'>;
  /** Undefined where the plugin cannot. */
  readonly change: ((sent: Ref, to: { text: string } | 'removed') => Promise<void>) | undefined;
  readonly act: ((on: Ref, what: 'like' | 'boost') => Promise<void>) | undefined;
}

/** Calls plugins on behalf of the features: one context a call, with a deadline, and nothing unchecked comes back. */
@Injectable()
export class PluginHost {
  constructor(
    private readonly contexts: PluginContexts,
    private readonly planner: ChannelPlanner,
    private readonly options: HostOptions,
  ) {}

  /** Asks who we are there, and remembers it; undefined where nobody is anybody. */
  identify(accountId: string): Promise<Profile | undefined> {
    return this.planner.identify(accountId);
  }

  /**
   * What could be followed under this text, with the network it is on.
   * @throws PlatformError NOT_FOUND, RemoteError, PluginFault
   */
  async resolve(accountId: string, text: string): Promise<readonly (Target & { readonly network: string })[]> {
    return this.with(accountId, async ({ account, ctx }, plugin) => {
      const { source } = plugin;
      if (source === undefined) return [];
      const told: unknown = await this.within(waits.resolve, account.plugin, () => source.resolve(text, ctx));
      const read = targetSchema.array().max(100).safeParse(told);
      if (!read.success) throw new PluginFault(plugin.id, 'found what cannot be followed');
      return read.data.map((target) => ({ ...target, network: plugin.networks[0] ?? plugin.id }));
    });
  }

  /** The events of a `want`, checked. Ends after the last; leaves its context when the caller stops. */
  async *fetch(accountId: string, want: Want): AsyncIterable<Batch<never>> {
    const controller = new AbortController();
    const { account, ctx } = await this.open(accountId, controller.signal);
    const { plugin } = account;
    const batches: unknown = plugin.source?.fetch(want, ctx);
    const iterator = (batches as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator]?.call(batches);
    if (iterator === undefined) return;
    try {
      for (;;) {
        const next = await this.within(waits.batch, plugin, () => iterator.next());
        if (next.done === true) return;
        yield this.batchOf(next.value, plugin);
      }
    } finally {
      controller.abort();
      // A plugin that does not let go holds up nobody; the abort took its network away.
      iterator.return?.()?.catch(() => {});
    }
  }

  /** These profiles as they are now; those that are gone or unknown are left out. */
  async profiles(accountId: string, refs: readonly Ref[]): Promise<readonly Profile[]> {
    const found: Profile[] = [];
    for await (const { events } of this.fetch(accountId, { profiles: refs })) for (const event of events) if (event.kind === 'profile') found.push(event.profile);
    return found;
  }

  /** @throws PlatformError NOT_FOUND where the account's plugin cannot answer at all. */
  async responder(accountId: string): Promise<AccountResponder> {
    const { plugin } = await this.accountOf(accountId);
    const { responder } = plugin;
    if (responder === undefined) throw new PlatformError('NOT_FOUND', 'This account can listen but not answer.');
    const call = <T>(ms: number, work: (ctx: Ctx<unknown, unknown>) => Promise<T>): Promise<T> => this.with(accountId, ({ ctx }) => this.within(ms, plugin, () => work(ctx)));
    return {
      abilities: async (to) => checked(abilitiesSchema, await call(waits.abilities, (ctx) => responder.abilities(to, ctx)), plugin, 'told abilities that cannot be'),
      send: (attempt) => this.send(accountId, plugin, responder, attempt),
      find: async (attempt) => checked(foundSchema, await call(waits.find, (ctx) => responder.find(attempt, ctx)), plugin, 'found what cannot be'),
      change: responder.change && ((sent, to) => call(waits.change, async (ctx) => responder.change?.(sent, to, ctx))),
      act: responder.act && ((on, what) => call(waits.act, async (ctx) => responder.act?.(on, what, ctx))),
    };
  }

  private async send(accountId: string, plugin: HostedPlugin, responder: Responding, attempt: Attempt): Promise<Ref> {
    const valid = attemptSchema.parse(attempt);
    return this.with(accountId, async ({ ctx }) => {
      try {
        const told: unknown = await this.within(waits.send, plugin, () => responder.send(valid, ctx));
        return checked(refSchema, told, plugin, 'sent a reply and did not say which');
      } catch (error) {
        if (isRemoteError(error)) throw error;
        // Whatever went wrong inside the plugin, the request may have left.
        throw new RemoteError('outcome-unknown', `The plugin "${plugin.id}" failed while it sent: it may have been published.`, { cause: error });
      }
    });
  }

  private async with<T>(accountId: string, work: (open: OpenContext, plugin: HostedPlugin) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const open = await this.open(accountId, controller.signal);
    try {
      return await work(open, open.account.plugin);
    } finally {
      controller.abort();
    }
  }

  private async open(accountId: string, abort: AbortSignal): Promise<OpenContext> {
    try {
      return await this.contexts.open(accountId, { abort });
    } catch (error) {
      throw asPlatformError(error);
    }
  }

  private async accountOf(accountId: string): Promise<{ readonly plugin: HostedPlugin }> {
    try {
      return await this.contexts.account(accountId);
    } catch (error) {
      throw asPlatformError(error);
    }
  }

  private within<T>(ms: number, plugin: HostedPlugin, work: () => Promise<T>): Promise<T> {
    return withDeadline(this.options.clock, ms, plugin.id, work);
  }

  private batchOf(value: unknown, plugin: HostedPlugin): Batch<never> {
    try {
      const { events, heardUntil } = readBatch(value, plugin.cursor);
      return { events, ...(heardUntil === undefined ? {} : { heardUntil }) };
    } catch (error) {
      throw new PluginFault(plugin.id, 'gave what is no batch', { cause: error });
    }
  }
}

const asPlatformError = (error: unknown): unknown => (error instanceof AccountUnusable ? new PlatformError('NOT_FOUND', `This account cannot be used: ${error.message}.`, undefined, { cause: error }) : error);

const checked = <T>(schema: z.ZodType<T>, told: unknown, plugin: HostedPlugin, what: string): T => {
  const read = schema.safeParse(told);
  if (!read.success) throw new PluginFault(plugin.id, what, { cause: read.error });
  return read.data;
};
