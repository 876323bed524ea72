import { Injectable } from '@nestjs/common';
import { type AttachedImage, type Attempt, type Batch, type Ctx, type Profile, type ProfileGone, type Ref, RemoteError, type Target, type Want, abilitiesSchema, attemptSchema, readBatch, refSchema, targetSchema, uploadedSchema } from '@earshot/plugin-sdk';
import type { Abilities, SmallAnswer } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PluginCalls, checked } from './calls/plugin-calls.js';
import { ChannelPlanner } from './channels/channel-planner.js';
import type { HostedPlugin } from './loader/hosted-plugin.js';
import { PluginFault } from './plugin-fault.error.js';

const second = 1_000;
const waits = { resolve: 20 * second, abilities: 20 * second, upload: 90 * second, send: 120 * second, find: 120 * second, change: 60 * second, act: 60 * second, batch: 120 * second };

const foundSchema = z.union([z.literal('absent'), z.literal('cannot-tell'), refSchema]);

/** What an account's responder can do, checked on the way in and out. Every failure is a RemoteError, or a PluginFault that names the plugin. */
export interface AccountResponder {
  abilities(to: Ref | undefined): Promise<Abilities>;
  /** Undefined where images leave with the attempt itself. */
  readonly upload: ((image: AttachedImage) => Promise<string>) | undefined;
  /** @throws RemoteError outcome-unknown when the plugin failed otherwise, or did not answer: it may have been sent. */
  send(attempt: Attempt): Promise<Ref>;
  find(attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'>;
  /** Undefined where the plugin cannot. */
  readonly change: ((sent: Ref, to: { text: string } | 'removed') => Promise<void>) | undefined;
  readonly act: ((on: Ref, what: SmallAnswer) => Promise<void>) | undefined;
}

/** Calls plugins on behalf of the features: one context a call, with a deadline, and nothing unchecked comes back. */
@Injectable()
export class PluginHost {
  constructor(
    private readonly calls: PluginCalls,
    private readonly planner: ChannelPlanner,
  ) {}

  /** Asks who we are there, and remembers it; undefined where nobody is anybody. */
  identify(accountId: string): Promise<Profile | undefined> {
    return this.planner.identify(accountId);
  }

  /** The networks that the account's plugin speaks for, the first of which is that of what it resolves. @throws PlatformError NOT_FOUND */
  async networks(accountId: string): Promise<readonly string[]> {
    const { plugin } = await this.calls.account(accountId);
    return plugin.networks.length === 0 ? [plugin.id] : plugin.networks;
  }

  /**
   * What could be followed under this text, with the network it is on.
   * @throws PlatformError NOT_FOUND, RemoteError, PluginFault
   */
  async resolve(accountId: string, text: string): Promise<readonly (Target & { readonly network: string })[]> {
    // The account is read once, with its context: a list to follow asks for a hundred thousand names.
    const { told, plugin } = await this.calls.call<{ readonly told: unknown; readonly plugin: HostedPlugin }>(accountId, waits.resolve, async ({ ctx, account }) =>
      ({ plugin: account.plugin, told: account.plugin.source === undefined ? [] : await account.plugin.source.resolve(text, ctx) }));
    return checked(targetSchema.array().max(100), told, plugin, 'found what cannot be followed').map((target) => ({ ...target, network: plugin.networks[0] ?? plugin.id }));
  }

  /**
   * The events of a `want`, checked. Ends after the last; leaves its context when the caller stops, or aborts. `patient`: nobody waits for it, and
   * whatever somebody waits for goes first at the network.
   */
  async *fetch(accountId: string, want: Want, abort?: AbortSignal, { patient }: { readonly patient?: boolean } = {}): AsyncIterable<Batch<never>> {
    for await (const { value, plugin } of this.calls.each(accountId, waits.batch, ({ account, ctx }) => account.plugin.source?.fetch(want, ctx), { abort, patient })) yield batchOf(value, plugin);
  }

  /** These profiles as they are now, and which of them are gone or block us; those that are unknown are left out. */
  async profiles(accountId: string, refs: readonly Ref[]): Promise<readonly (Profile | ProfileGone)[]> {
    const found: (Profile | ProfileGone)[] = [];
    for await (const { events } of this.fetch(accountId, { profiles: refs })) for (const event of events) if (event.kind === 'profile') found.push(event.profile); else if (event.kind === 'profile-gone') found.push(event);
    return found;
  }

  /** Undefined where the account's plugin cannot answer at all. @throws PlatformError NOT_FOUND where there is no such account */
  async responder(accountId: string): Promise<AccountResponder | undefined> {
    const { plugin } = await this.calls.account(accountId);
    const { responder } = plugin;
    if (responder === undefined) return undefined;
    const call = <T>(ms: number, work: (ctx: Ctx<unknown, unknown>) => Promise<T>): Promise<T> => this.calls.call(accountId, ms, ({ ctx }) => work(ctx));
    return {
      abilities: async (to) => checked(abilitiesSchema, await call(waits.abilities, (ctx) => responder.abilities(to, ctx)), plugin, 'told abilities that cannot be'),
      upload: responder.upload && (async (image) => checked(uploadedSchema, await call<unknown>(waits.upload, async (ctx) => responder.upload?.(image, ctx)), plugin, 'took an image and did not say as which')),
      send: async (attempt) => {
        const valid = attemptSchema.parse(attempt);
        try {
          return checked(refSchema, await call<unknown>(waits.send, (ctx) => responder.send(valid, ctx)), plugin, 'sent a reply and did not say which');
        } catch (error) {
          if (!(error instanceof PluginFault)) throw error;
          // Whatever went wrong inside the plugin, the request may have left.
          throw new RemoteError('outcome-unknown', `The plugin "${plugin.id}" failed while it sent: it may have been published.`, { cause: error });
        }
      },
      find: async (attempt) => checked(foundSchema, await call(waits.find, (ctx) => responder.find(attempt, ctx)), plugin, 'found what cannot be'),
      change: responder.change && ((sent, to) => call(waits.change, async (ctx) => responder.change?.(sent, to, ctx))),
      act: responder.act && ((on, what) => call(waits.act, async (ctx) => responder.act?.(on, what, ctx))),
    };
  }
}

const batchOf = (value: unknown, plugin: HostedPlugin): Batch<never> => {
  try {
    const { events, heardUntil } = readBatch(value, plugin.cursor);
    return { events, ...(heardUntil === undefined ? {} : { heardUntil }) };
  } catch (error) {
    throw new PluginFault(plugin.id, 'gave what is no batch', { cause: error });
  }
};
