import { createHmac } from 'node:crypto';
import { type RemoteErrorKind, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

const never = new Promise<never>(() => {});
const delivery = z.object({ posts: z.array(z.string()), channel: z.string().optional() });

export const webhookSecret = 'the network and the library know this';
export const signed = (body: string): Record<string, string> => ({ 'x-signature': createHmac('sha256', webhookSecret).update(body).digest('hex') });

/** Takes signed deliveries, greets the network that asks whether we are there, and fails in the way that its path says. */
export const withWebhooks = definePlugin({
  id: 'with-webhooks',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: { settings: z.strictObject({}), secrets: z.strictObject({}), identify: async () => undefined },
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read() {},
    receive: async (request, ctx) => {
      const { pathname, searchParams } = new URL(request.url);
      const [manner, kind] = pathname.split('/').slice(3);
      if (manner === 'throws') throw new TypeError('the password is hunter2');
      if (manner === 'hangs') return never;
      if (manner === 'hangs-in-its-answer') return { response: new Response(new ReadableStream({ pull: () => never })), events: [] };
      if (manner === 'garbage') return { response: 'fine', events: [] } as never;
      if (manner === 'fails') throw new RemoteError(kind as RemoteErrorKind, 'The network says so.', { retryAfter: new Date(ctx.now().getTime() + 60_000) });
      if (manner === 'tells') return { response: Response.json({ url: request.url, cookie: request.headers.get('cookie'), webhook: ctx.webhook?.href, method: request.method }), events: [] };
      if (request.method === 'GET') return { response: new Response(searchParams.get('challenge')), events: [] };
      const body = Buffer.from(await request.arrayBuffer()).toString();
      if (request.headers.get('x-signature') !== signed(body)['x-signature']) return { response: new Response('The signature is wrong.', { status: 401 }), events: [] };
      const { posts, channel } = delivery.parse(JSON.parse(body));
      return {
        response: new Response(null, { status: 202 }),
        events: [...posts.map((id) => post(id)), ...(posts.includes('broken') ? [{ kind: 'party' } as never] : [])],
        ...(channel === undefined ? {} : { channel }),
      };
    },
  },
});
