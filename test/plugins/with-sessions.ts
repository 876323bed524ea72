import { definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, post, silent } from './events.js';

const secretsSchema = z.object({ password: z.string(), session: z.string().optional() });

/** Signs in by a password, as networks do whose sessions are counted: a session is kept, and of all channels of a process one makes it. */
export const withSessions = (host: string) => {
  const underWay = new Map<string, Promise<string>>();
  const ask = async (fetch: typeof globalThis.fetch, path: string): Promise<string> => z.object({ token: z.string() }).parse(await (await fetch(`http://${host}${path}`)).json()).token;
  return definePlugin({
    id: 'with-sessions',
    version: '1',
    sdk: '^0.1.0',
    networks: ['fixture'],
    cursor: z.object({ at: z.number() }),
    account: {
      settings: z.strictObject({ account: z.string() }),
      secrets: secretsSchema,
      identify: async ({ settings, secrets, fetch }) => {
        if (secrets.read().session === undefined) {
          const making = underWay.get(settings.account) ?? ask(fetch, `/session/${settings.account}`);
          underWay.set(settings.account, making);
          await secrets.replace({ ...secrets.read(), session: await making });
        }
        await ask(fetch, `/who/${settings.account}`);
        return undefined;
      },
    },
    source: {
      ...silent,
      plan: (targets) => channelEach(targets, { pulseMs: 600_000 }),
      async *read({ key, cursor }, { settings, secrets, fetch, now }) {
        if (secrets.read().session === undefined) throw new Error('nobody made a session');
        await ask(fetch, `/feed/${settings.account}/${key}`);
        const at = (cursor?.at ?? 0) + 1;
        yield { events: [post(`${settings.account}/${key}/${at}`)], cursor: { at }, heardUntil: now() };
      },
    },
  });
};
