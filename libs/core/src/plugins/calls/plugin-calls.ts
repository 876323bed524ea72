import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { PlatformError } from '../../errors/index.js';
import { Deadline } from '../../time/index.js';
import { AccountUnusable, type HostedAccount } from '../context/hosted-account.js';
import { type OpenContext, PluginContexts } from '../context/plugin-contexts.js';
import { withholdSecrets } from '../context/withhold-secrets.js';
import { HostOptions } from '../host-options.js';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';
import { withDeadline } from '../with-deadline.js';
import { pull } from './pull.js';

/** Of all that is pulled out of a plugin. */
export interface PullBounds {
  readonly ms: number;
  readonly most: number;
  readonly abort: AbortSignal;
}

/**
 * Single questions to the plugin of an account: one context a call, which ends with it, and a deadline. What fails is a RemoteError, a
 * PluginFault that names the plugin, or PlatformError NOT_FOUND where there is no such account or its plugin is not here.
 */
@Injectable()
export class PluginCalls {
  constructor(
    private readonly contexts: PluginContexts,
    private readonly options: HostOptions,
  ) {}

  account(accountId: string): Promise<HostedAccount> {
    return usable(() => this.contexts.account(accountId));
  }

  /**
   * `abort` ends the context before its time.
   * @throws RemoteError auth where nobody has signed in
   */
  call<T>(accountId: string, ms: number, work: (open: OpenContext) => Promise<T>, abort?: AbortSignal): Promise<T> {
    return this.with(accountId, 'open', ms, work, abort);
  }

  /** For signing in: the same, also where nobody has. */
  callUnsigned<T>(accountId: string, ms: number, work: (open: OpenContext) => Promise<T>): Promise<T> {
    return this.with(accountId, 'openUnsigned', ms, work);
  }

  /**
   * What a plugin yields, unchecked; each step has `ms`. Nothing where `begin` gives nothing to go through. The context is left when the caller stops, or `abort` ends it.
   */
  async *each(accountId: string, ms: number, begin: (open: OpenContext) => unknown, { abort, patient }: { readonly abort?: AbortSignal | undefined; readonly patient?: boolean | undefined } = {}): AsyncIterable<{ readonly value: unknown; readonly plugin: HostedPlugin }> {
    const controller = new AbortController();
    const open = await usable(() => this.contexts.open(accountId, { abort: abort === undefined ? controller.signal : AbortSignal.any([abort, controller.signal]), patient: patient === true }));
    const { plugin } = open.account;
    const told = await this.within(ms, open, async () => ({ yielded: begin(open) }));
    const iterator = (told.yielded as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator]?.call(told.yielded);
    if (iterator === undefined) return;
    try {
      for (;;) {
        const next = await this.within(ms, open, () => iterator.next());
        if (next.done === true) return;
        yield { value: next.value, plugin };
      }
    } finally {
      controller.abort();
      // A plugin that does not let go holds up nobody; the abort took its network away.
      iterator.return?.()?.catch(() => {});
    }
  }

  /** What a plugin yields, unchecked, until it ends, its bounds are reached, or the caller stops. */
  async *pull(accountId: string, bounds: PullBounds, begin: (open: OpenContext) => unknown): AsyncIterable<unknown> {
    const controller = new AbortController();
    const open = await usable(() => this.contexts.open(accountId, { abort: AbortSignal.any([bounds.abort, controller.signal]) }));
    try {
      yield* pull(() => begin(open), { ...bounds, clock: this.options.clock, plugin: open.account.plugin.id });
    } catch (error) {
      throw withholdSecrets(error, open.secrets.peek());
    } finally {
      controller.abort();
    }
  }

  private async with<T>(accountId: string, how: 'open' | 'openUnsigned', ms: number, work: (open: OpenContext) => Promise<T>, abort?: AbortSignal): Promise<T> {
    // From here, and not only once it is open: whoever calls may hold something for as long.
    const deadline = new Deadline(this.options.clock, ms);
    const controller = new AbortController();
    const ends = abort === undefined ? controller.signal : AbortSignal.any([abort, controller.signal]);
    try {
      const open = await usable(() => this.contexts[how](accountId, { abort: ends, deadline }));
      return await this.within(ms, open, () => work(open));
    } finally {
      controller.abort();
    }
  }

  private async within<T>(ms: number, { account, secrets }: OpenContext, work: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(this.options.clock, ms, account.plugin.id, work);
    } catch (error) {
      throw withholdSecrets(error, secrets.peek());
    }
  }
}

/** What a plugin told, as its contract has it. @throws PluginFault */
export const checked = <T>(schema: z.ZodType<T>, told: unknown, plugin: HostedPlugin, what: string): T => {
  const read = schema.safeParse(told);
  if (!read.success) throw new PluginFault(plugin.id, what, { cause: read.error });
  return read.data;
};

const usable = async <T>(open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    if (error instanceof AccountUnusable) throw new PlatformError('NOT_FOUND', `This account cannot be used: ${error.message}.`, undefined, { cause: error });
    throw error;
  }
};
