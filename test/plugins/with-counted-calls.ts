import { definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { silent } from './events.js';

/** What a network was asked, by account. */
export class CountedCalls {
  readonly asked: { readonly what: 'identify' | 'stream' | 'poll' | 'fetch'; readonly account: string }[] = [];

  of(what: CountedCalls['asked'][number]['what']): readonly string[] {
    return this.asked.filter((call) => call.what === what).map(({ account }) => account);
  }
}

/** A stream of those who are followed and a poll beside it, as networks have whose notifications do not come by the stream. */
export const withCountedCalls = (calls: CountedCalls) =>
  definePlugin({
    id: 'with-counted-calls',
    version: '1',
    sdk: '^0.1.0',
    networks: ['fixture'],
    cursor: z.object({ at: z.number() }),
    account: {
      settings: z.strictObject({ account: z.string() }),
      secrets: z.strictObject({}),
      identify: async ({ settings }) => {
        calls.asked.push({ what: 'identify', account: settings.account });
        return undefined;
      },
    },
    source: {
      ...silent,
      plan: (targets) => (targets.length === 0 ? [] : (['stream', 'poll'] as const).map((mode) => ({ key: mode, mode, pulseMs: 600_000, targets: mode === 'stream' ? targets : [], retarget: 'reopen' }))),
      async *read({ mode }, { settings, now, abort }) {
        calls.asked.push({ what: mode, account: settings.account });
        yield { events: [], cursor: { at: now().getTime() }, heardUntil: now() };
        if (mode === 'stream') await new Promise<void>((resolve) => abort.addEventListener('abort', () => resolve(), { once: true }));
      },
      async *fetch(_want, { settings }) {
        calls.asked.push({ what: 'fetch', account: settings.account });
      },
    },
  });
