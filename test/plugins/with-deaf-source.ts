import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, post, silent } from './events.js';

const never = new Promise<never>(() => {});

/** One batch, then silence that no abort ends. */
export const withDeafSource = definePlugin({
  id: 'with-deaf-source',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read() {
      yield { events: [post('the last word')] };
      await never;
    },
  },
});
