import { type Advisor, type Ctx, type Need, type Suggestion, needSchema, suggestionSchema, webAddressSchema } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { PluginCalls, type PullBounds, checked } from '../calls/plugin-calls.js';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';
import { PluginIndex } from './plugin-index.js';

const second = 1_000;
const waits = { advise: 20 * second, enrich: 20 * second, check: 20 * second, press: 20 * second, refresh: 3_600 * second };
/** Suggestions that are taken of one advisor for one need. */
const mostSuggestions = 50;
const againSchema = z.object({ again: z.custom<Date>((value) => value instanceof Date && !Number.isNaN(value.getTime()), 'is no moment') });

type Context = Ctx<unknown, unknown>;

/** What an account's advisor can do, checked on the way in and out. Every failure is a RemoteError, or a PluginFault that names the plugin. */
export interface AccountAdvisor {
  /** What the buttons say that a person may press. */
  readonly actions: readonly string[];
  /** Best first, at most 50, within 20 s as a whole. What came before a failure stands. Stops at `abort`, and when the caller leaves the loop. */
  advise(need: Need, abort: AbortSignal): AsyncIterable<Suggestion>;
  /** Those of `found` of which it knows more. Undefined where the plugin cannot. */
  readonly enrich: ((found: readonly Suggestion[], abort: AbortSignal) => AsyncIterable<Suggestion>) | undefined;
  /** The same suggestions, in the same order, with their availability now. Undefined where the plugin cannot. */
  readonly check: ((found: readonly Suggestion[]) => Promise<readonly Suggestion[]>) | undefined;
  /** Brings the index up to date; resolves to when to do so again. Undefined where the plugin keeps none. */
  readonly refresh: ((abort: AbortSignal) => Promise<Date>) | undefined;
  /** @throws PlatformError NOT_FOUND where there is no such action. Whatever else is thrown: it may have been done. */
  press(action: string, need: Need, key: string): Promise<URL>;
}

/** Calls advisors on behalf of the features: one context a call, with a deadline, and nothing unchecked comes back. */
@Injectable()
export class AdvisorHost {
  constructor(
    private readonly calls: PluginCalls,
    private readonly database: Database,
  ) {}

  /** @throws PlatformError NOT_FOUND where there is no such account, or its plugin does not advise; RemoteError where its settings no longer fit. */
  async advisor(accountId: string): Promise<AccountAdvisor> {
    const { plugin } = await this.calls.account(accountId);
    const { advisor } = plugin;
    if (advisor === undefined) throw new PlatformError('NOT_FOUND', 'This account does not advise.');
    return {
      actions: Object.keys(advisor.actions ?? {}),
      advise: (need, abort) => this.advise(accountId, plugin, advisor, need, abort),
      enrich: advisor.enrich && ((found, abort) => this.enrich(accountId, plugin, advisor, found, abort)),
      check: advisor.check && ((found) => this.check(accountId, plugin, advisor, found)),
      refresh: advisor.refresh && ((abort) => this.refresh(accountId, plugin, advisor, abort)),
      press: (action, need, key) => this.press(accountId, plugin, advisor, { action, need, key }),
    };
  }

  private async *advise(accountId: string, plugin: HostedPlugin, advisor: Advisor<Context>, need: Need, abort: AbortSignal): AsyncIterable<Suggestion> {
    const valid = needSchema.parse(need);
    yield* this.stream(accountId, plugin, { ms: waits.advise, most: mostSuggestions, abort }, (ctx) => advisor.advise(valid, this.withIndex(ctx, accountId, plugin)));
  }

  private async *enrich(accountId: string, plugin: HostedPlugin, advisor: Advisor<Context>, found: readonly Suggestion[], abort: AbortSignal): AsyncIterable<Suggestion> {
    yield* this.stream(accountId, plugin, { ms: waits.enrich, most: found.length, abort }, (ctx) => advisor.enrich?.(found, ctx));
  }

  private async check(accountId: string, plugin: HostedPlugin, advisor: Advisor<Context>, found: readonly Suggestion[]): Promise<readonly Suggestion[]> {
    const told: unknown = await this.calls.call(accountId, waits.check, async ({ ctx }) => advisor.check?.(found, ctx));
    const now = checked(suggestionSchema.array(), told, plugin, 'checked suggestions into what cannot be');
    if (now.length !== found.length || now.some(({ cite }, at) => cite.href !== found[at]?.cite.href)) throw new PluginFault(plugin.id, 'checked other suggestions than it was asked about');
    return now;
  }

  private async refresh(accountId: string, plugin: HostedPlugin, advisor: Advisor<Context>, abort: AbortSignal): Promise<Date> {
    const told: unknown = await this.calls.call(accountId, waits.refresh, async ({ ctx }) => advisor.refresh?.(this.withIndex(ctx, accountId, plugin)), abort);
    return checked(againSchema, told, plugin, 'does not say when to refresh its index again').again;
  }

  private async press(accountId: string, plugin: HostedPlugin, { actions = {} }: Advisor<Context>, pressed: { readonly action: string; readonly need: Need; readonly key: string }): Promise<URL> {
    const { action, need, key } = pressed;
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (work === undefined) throw new PlatformError('NOT_FOUND', 'This account has no such action.', 'action');
    const valid = needSchema.parse(need);
    const told: unknown = await this.calls.call(accountId, waits.press, ({ ctx }) => work(valid, key, ctx));
    return checked(webAddressSchema, told, plugin, 'did not say where the result can be seen');
  }

  private async *stream(accountId: string, plugin: HostedPlugin, bounds: PullBounds, begin: (ctx: Context) => unknown): AsyncIterable<Suggestion> {
    for await (const told of this.calls.pull(accountId, bounds, ({ ctx }) => begin(ctx))) yield checked(suggestionSchema, told, plugin, 'suggested what cannot be cited');
  }

  private withIndex(ctx: Context, accountId: string, plugin: HostedPlugin): Context & { readonly index: PluginIndex } {
    return { ...ctx, index: new PluginIndex({ id: accountId, plugin: plugin.id }, this.database, ctx.abort) };
  }
}
