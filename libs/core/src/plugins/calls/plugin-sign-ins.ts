import { Injectable } from '@nestjs/common';
import { isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PlatformError } from '../../errors/index.js';
import { ChannelPlanner } from '../channels/channel-planner.js';
import { HostOptions } from '../host-options.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { PluginFault } from '../plugin-fault.error.js';
import { PluginCalls, checked } from './plugin-calls.js';

const waits = { begin: 30_000, finish: 30_000, revoke: 15_000 };
const largestState = 65_536;

const begunSchema = z.object({
  url: z.instanceof(URL).refine(({ protocol }) => protocol === 'https:' || protocol === 'http:'),
  state: z.unknown(),
});

/** Signing in on a network's own page, as far as its plugin has it. What fails is a RemoteError or a PluginFault. */
@Injectable()
export class PluginSignIns {
  constructor(
    private readonly calls: PluginCalls,
    private readonly registry: PluginRegistry,
    private readonly planner: ChannelPlanner,
    private readonly options: HostOptions,
  ) {}

  offeredBy(pluginId: string): boolean {
    return this.registry.find(pluginId)?.account?.signIn !== undefined;
  }

  /** Where to send the person, and what `finish` needs again: JSON, which may be secret. */
  begin(accountId: string, callback: URL, ticket: string): Promise<{ readonly url: URL; readonly state: string }> {
    return this.calls.callUnsigned(accountId, waits.begin, async ({ account: { plugin, settings }, ctx }) => {
      const { url, state } = checked(begunSchema, await plugin.account?.signIn?.begin(settings, callback, ctx, ticket), plugin, 'began a sign-in without saying where');
      const json = jsonOf(state);
      if (json === undefined || json.length > largestState) throw new PluginFault(plugin.id, `began a sign-in whose state is no JSON of at most ${largestState} characters`);
      return { url, state: json };
    });
  }

  /** The account's secrets, checked, and the version of those that it had before: whoever stores them compares it. */
  finish(accountId: string, query: URLSearchParams, state: string): Promise<{ readonly secrets: string; readonly before: number }> {
    return this.calls.callUnsigned(accountId, waits.finish, async ({ account: { plugin }, ctx, secrets }) => {
      const before = secrets.version;
      const told: unknown = await plugin.account?.signIn?.finish(query, JSON.parse(state), ctx);
      // The values stay out of the fault: it is logged.
      if (plugin.account?.secrets.safeParse(told).success !== true) throw new PluginFault(plugin.id, 'ended a sign-in with secrets that its own schema refuses');
      return { secrets: JSON.stringify(told), before };
    });
  }

  /** Gives the tokens back, if the plugin knows how and there are any. Never throws: what the network says keeps nobody's account. */
  async revoke(accountId: string): Promise<void> {
    try {
      const { plugin } = await this.calls.account(accountId);
      if (plugin.account?.signIn?.revoke === undefined) return;
      await this.calls.call(accountId, waits.revoke, async ({ ctx }) => plugin.account?.signIn?.revoke?.(ctx));
    } catch (error) {
      // No such plugin any more, or nobody is signed in.
      if (error instanceof PlatformError) return;
      this.options.log.warn('the tokens of an account could not be given back', { account: accountId, ...(isRemoteError(error) ? { kind: error.kind } : { error }) });
    }
  }

  /** Asks who we are there, now. Never throws; where the secrets do not hold after all, the account says so. @returns what failed */
  async identify(accountId: string): Promise<unknown> {
    return this.planner.identifyAndHeed(accountId);
  }
}

const jsonOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    return undefined;
  }
};
