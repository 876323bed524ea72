import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, silent } from './events.js';

/** Says nothing for ever, and lets go when it is told to. The feed `stream` is a stream. */
export const withHangingSource = definePlugin({
  id: 'with-hanging-source',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => channelEach(targets).map((channel) => (channel.key === 'stream' ? { ...channel, mode: 'stream', pulseMs: 1_000 } : channel)),
    async *read(_channel, ctx) {
      ctx.progress(0);
      await new Promise<void>((resolve) => ctx.abort.addEventListener('abort', () => resolve()));
    },
  },
});
