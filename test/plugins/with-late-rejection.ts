import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, post, silent } from './events.js';

/** Rejects the pull that the host made ahead, and an acknowledgement besides, when nobody may be waiting for either any more. */
export const withLateRejection = definePlugin({
  id: 'with-late-rejection',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(_channel, ctx) {
      yield { events: [post('in time')], acknowledge: () => Promise.reject(new Error('nobody takes receipts')) };
      await new Promise((_, reject) => ctx.abort.addEventListener('abort', () => reject(new Error('too late'))));
    },
  },
});
