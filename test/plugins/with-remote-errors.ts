import { type RemoteErrorKind, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

/** Fails on purpose, in the way that the feed is named after; `<kind> later` gives a batch first. */
export const withRemoteErrors = definePlugin({
  id: 'with-remote-errors',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  cursor: z.number(),
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(channel, ctx) {
      const [kind, later] = channel.key.split(' ');
      const lost = kind === 'cursor-lost';
      if (later !== undefined || (lost && channel.cursor === undefined)) yield { events: [post(`before ${kind}`)], cursor: 1, heardUntil: new Date(ctx.now().getTime() - 3_600_000) };
      if (kind === 'fine' || (lost && later === undefined && channel.cursor === undefined)) return;
      throw new RemoteError(kind as RemoteErrorKind, `The network says: ${kind}.`, { retryAfter: new Date(ctx.now().getTime() + 600_000), digest: 'a digest' });
    },
  },
});
