import { type RemoteErrorKind, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from './events.js';

const never = new Promise<never>(() => {});

/** Tokens that were given back, in their order. */
export const givenBack: string[] = [];

const misbehave = (manner: string): Promise<never> | undefined => {
  if (manner === 'throws') throw new TypeError('the client secret is hunter2');
  if (manner === 'hangs') return never;
  if (manner.startsWith('fails ')) throw new RemoteError(manner.slice('fails '.length) as RemoteErrorKind, `The network says: ${manner}.`);
  return undefined;
};

/** Is signed in to on its network's own page; fails as its settings say when that begins, and as the code says when it ends. */
export const withSignIn = definePlugin({
  id: 'with-sign-in',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: {
    settings: z.strictObject({ manner: z.string().default('well') }),
    secrets: z.strictObject({ token: z.string().min(1) }),
    identify: async (ctx) => {
      if (ctx.secrets.read().token === 'worthless') throw new RemoteError('auth', 'This token was never ours.');
      return { ref: { network: 'fixture', id: 'us' }, handle: '@library', refusals: [] };
    },
    signIn: {
      begin: async ({ manner }, callback, _ctx, ticket) => {
        if (manner === 'garbage') return { url: 'https://network.example/' as never, state: {} };
        if (manner === 'script') return { url: new URL('javascript:alert(1)'), state: {} };
        if (manner === 'endless state') return { url: new URL('https://network.example/'), state: 'x'.repeat(70_000) };
        await misbehave(manner);
        const url = new URL('https://network.example/authorize');
        url.searchParams.set('redirect_uri', callback.href);
        url.searchParams.set('state', ticket);
        return { url, state: { verifier: 'v7' } };
      },
      finish: async (query, state, ctx) => {
        const code = query.get('code') ?? '';
        if ((state as { verifier: string }).verifier !== 'v7') throw new Error('this is not the state that was kept');
        if (query.has('error')) throw new RemoteError('rejected', 'You did not let Earshot in.');
        if (code === 'garbage') return { token: 7 } as never;
        if (code === 'overtaken') await ctx.secrets.replace({ token: 'of another process' });
        await misbehave(code);
        return { token: code };
      },
      revoke: async (ctx) => {
        const { token } = ctx.secrets.read();
        if (token === 'stuck') return never;
        if (token === 'disputed') throw new RemoteError('rejected', 'No.');
        givenBack.push(token);
      },
    },
  },
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {} },
});
