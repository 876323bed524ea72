import { definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

/** Says two posts a look, one a batch, and counts on from its cursor. */
export const withPollSource = definePlugin({
  id: 'with-poll-source',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  cursor: z.object({ at: z.number() }),
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(channel, ctx) {
      const from = channel.cursor?.at ?? 0;
      for (const at of [from + 1, from + 2]) yield { events: [post(`${channel.key}/${at}`)], cursor: { at }, heardUntil: ctx.now() };
    },
  },
});
