import { definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

/** Gives cursors that could not be read back, that its own schema refuses, or that never move; or says to have heard the future. */
export const withLyingCursor = definePlugin({
  id: 'with-lying-cursor',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  cursor: z.object({ at: z.number() }),
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(channel, ctx) {
      if (channel.key === 'no json') yield { events: [post('a')], cursor: { at: new Map() } as never };
      else if (channel.key === 'other schema') yield { events: [post('b')], cursor: { elsewhere: 1 } as never };
      else if (channel.key === 'in place') for (;;) yield { events: [post('c')], cursor: { at: 1 } };
      else if (channel.key === 'future') yield { events: [], heardUntil: new Date(ctx.now().getTime() + 86_400_000) };
      else yield { events: [post(channel.cursor === undefined ? 'from the beginning' : 'from the cursor')], cursor: { at: 1 } };
    },
  },
});
