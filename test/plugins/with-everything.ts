import { definePlugin, type FollowLists, type ListWish, type Target } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from './events.js';
import { withAdvisor } from './with-advisor.js';
import { withLists } from './with-lists.js';

/** Every capability at once, each behaving well: what the API can ask of a plugin. */
export const withEverything = definePlugin({
  id: 'with-everything', version: '1', sdk: '^0.1.0', networks: ['fixture'],
  account: {
    settings: z.strictObject({ shelf: z.string().default('main'), books: z.array(z.never()).default([]), manner: z.string().default('well') }),
    secrets: z.strictObject({}),
    identify: async () => ({ ref: { network: 'fixture', id: 'us' }, handle: '@library', refusals: [] }),
    signIn: {
      begin: async (_settings, callback) => ({ url: new URL(`https://network.example/authorize?redirect_uri=${encodeURIComponent(callback.href)}`), state: {} }),
      finish: async () => ({}),
    },
  },
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {}, resolve: async (text) => [{ kind: 'profile', key: text, label: text }] },
  responder: {
    abilities: async () => ({ reply: 'yes', length: { limit: 500, unit: 'grapheme' }, can: [] }),
    send: async ({ key }) => ({ network: 'fixture', id: `reply ${key}` }),
    find: async () => 'absent',
  },
  followLists: {
    ...(withLists.followLists as FollowLists<never>),
    change: async (_list: string, add: readonly Target[], remove: readonly Target[]) => [...add.map(({ key }) => ({ key, state: 'on' as const })), ...remove.map(({ key }) => ({ key, state: 'off' as const }))],
    making: { asks: async () => ({ public: true, told: false }), make: async ({ name }: ListWish) => ({ id: 'made', name, public: true, writing: { public: true, told: false } }), end: async () => undefined },
  } as never,
  advisor: withAdvisor.advisor as NonNullable<typeof withAdvisor.advisor>,
});
