import { type Attempt, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';

const never = new Promise<never>(() => {});

/** Answers, in the way that its settings say. */
export const withResponder = definePlugin({
  id: 'with-responder',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: {
    settings: z.strictObject({ manner: z.enum(['well', 'throws', 'hangs', 'garbage', 'refuses']) }),
    secrets: z.strictObject({}),
    identify: async () => undefined,
  },
  responder: {
    abilities: async (_to, ctx) => (ctx.settings.manner === 'garbage' ? ({ reply: 'perhaps' } as never) : { reply: 'yes', length: { limit: 500, unit: 'grapheme' }, can: [] }),
    upload: async (image, ctx) => {
      if (ctx.settings.manner === 'throws') throw new TypeError('oops');
      if (ctx.settings.manner === 'hangs') return never;
      if (ctx.settings.manner === 'garbage') return 7 as never;
      if (ctx.settings.manner === 'refuses') throw new RemoteError('rejected', 'That is no picture.');
      return `${image.alt}, ${image.bytes.length} bytes`;
    },
    send: async (attempt: Attempt, ctx) => {
      if (ctx.settings.manner === 'throws') throw new TypeError('oops');
      if (ctx.settings.manner === 'hangs') return never;
      if (ctx.settings.manner === 'garbage') return 'sent' as never;
      if (ctx.settings.manner === 'refuses') throw new RemoteError('rejected', 'Replies are closed.');
      return { network: 'fixture', id: `reply ${attempt.key}` };
    },
    find: async (attempt, ctx) => (ctx.settings.manner === 'garbage' ? (7 as never) : ctx.settings.manner === 'well' ? { network: 'fixture', id: `reply ${attempt.key}` } : 'cannot-tell'),
  },
});
