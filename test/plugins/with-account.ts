import { RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

/** Needs a password, changes its token at every look, and is somebody. */
export const withAccount = definePlugin({
  id: 'with-account',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: {
    settings: z.strictObject({ greeting: z.string().default('hello') }),
    secrets: z.strictObject({ token: z.string().min(1) }),
    identify: async (ctx) => {
      if (ctx.secrets.read().token === 'revoked') throw new RemoteError('auth', 'The token was revoked.');
      return { ref: { network: 'fixture', id: 'us' }, handle: '@library', refusals: [] };
    },
  },
  source: {
    ...silent,
    plan: (targets) => [...channelEach(targets), ...targets.filter((target) => target.kind === 'mentions').map((target) => ({ ...channelEach([{ ...target, kind: 'feed' }])[0], key: `mentions ${target.key}`, targets: [target] }) as never)],
    async *read(channel, ctx) {
      const { token } = ctx.secrets.read();
      ctx.log.info(`reading with ${token}`, { token, channel: channel.key });
      await ctx.secrets.replace({ token: `${token}+` });
      const visits = Number((await ctx.store.get('visits')) ?? 0) + 1;
      await ctx.store.set('visits', visits);
      yield { events: [post(`${ctx.settings.greeting} ${visits}`)], heardUntil: ctx.now() };
    },
  },
});
