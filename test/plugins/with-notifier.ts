import { type Notice, type RemoteErrorKind, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';

/** What was told, in its order, and by which room. */
export const told: { readonly room: string; readonly notice: Notice }[] = [];
const waiting = new Set<() => void>();

/** Resolves once so many notices were told. */
export const toldOnce = async (count: number): Promise<void> => {
  while (told.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
};

/** Tells staff in a room, or fails in the way that the room is named after. */
export const withNotifier = definePlugin({
  id: 'with-notifier',
  version: '1',
  sdk: '^0.1.0',
  networks: [],
  account: { settings: z.strictObject({ room: z.string() }), secrets: z.strictObject({}), identify: async () => undefined },
  notifier: {
    notify: async (notice, ctx) => {
      const { room } = ctx.settings;
      if (room === 'throws') throw new TypeError('the address of the room is secret');
      if (room === 'hangs') return new Promise(() => {});
      if (room.startsWith('fails ')) throw new RemoteError(room.slice('fails '.length) as RemoteErrorKind, `The room says: ${room}.`, { retryAfter: new Date(ctx.now().getTime() + 600_000) });
      told.push({ room, notice });
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
  },
});
