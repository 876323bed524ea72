import { definePlugin, limits } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

/** More than anybody asked for: `endless` batches, or one batch that is `too large`. */
export const withFlood = definePlugin({
  id: 'with-flood',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  cursor: z.number(),
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(channel) {
      if (channel.key === 'too large') yield { events: Array.from({ length: limits.events + 1 }, (_, n) => post(`${n}`)) };
      for (let at = (channel.cursor ?? 0) + 1; ; at++) yield { events: [post(`${at}`)], cursor: at };
    },
  },
});
