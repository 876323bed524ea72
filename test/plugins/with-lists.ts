import { type RemoteErrorKind, RemoteError, type Target, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from './events.js';

const never = new Promise<never>(() => {});
const member = (key: string): Target => ({ kind: 'profile', key, label: `@${key}` });

/** Who is on the list `moves`, as a test says; or how reading it fails. */
export const moving: { on: readonly string[]; fails: RemoteErrorKind | undefined } = { on: [], fails: undefined };

/** Reads lists of its network; each list fails, when it is read, in the way that it is named after. */
export const withLists = definePlugin({
  id: 'with-lists',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: { settings: z.strictObject({ manner: z.string().default('well') }), secrets: z.strictObject({}), identify: async () => undefined },
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {} },
  followLists: {
    lists: async ({ settings: { manner } }) => {
      if (manner === 'throws') throw new TypeError('oops');
      if (manner === 'hangs') return never;
      if (manner === 'garbage') return [{ id: 7 }] as never;
      if (manner.startsWith('fails ')) throw new RemoteError(manner.slice('fails '.length) as RemoteErrorKind, `The network says: ${manner}.`);
      return ['town', 'moves', 'empty', 'throws', 'garbage', 'endless', 'hangs', 'fails unreachable', 'fails auth'].map((id) => ({ id, name: `Our ${id}`, public: id === 'town' }));
    },
    async *members(list) {
      if (list === 'empty') return;
      if (list === 'moves') {
        if (moving.fails !== undefined) throw new RemoteError(moving.fails, `The network says: ${moving.fails}.`);
        yield* moving.on.map(member);
        return;
      }
      yield member('paper');
      if (list === 'throws') throw new TypeError('oops');
      if (list === 'garbage') yield { kind: 'planet' } as never;
      if (list === 'hangs') await never;
      if (list === 'endless') for (let n = 0; ; n++) yield member(`bot-${n}`);
      if (list.startsWith('fails ')) throw new RemoteError(list.slice('fails '.length) as RemoteErrorKind, `The network says: ${list}.`);
      yield member('council');
    },
  },
});
