import { type MemberChanged, type RemoteErrorKind, RemoteError, type Target, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from './events.js';

interface KeptList {
  readonly key?: string;
  readonly name: string;
  readonly on: Set<string>;
}

/** The network: a list that is there, and those that are made; who has to be asked, or says no; and what goes wrong. */
export const network = {
  lists: new Map<string, KeptList>(),
  public: true,
  locked: new Set<string>(),
  unwilling: new Set<string>(),
  /** Of the next calls that write: fails before anything is done, or after it is. */
  troubles: [] as (readonly [RemoteErrorKind, 'before' | 'after'])[],
  /** What was asked of it, call by call. */
  asked: [] as string[],
  /** Comes to so many in one call and leaves the rest. */
  most: 25,
};
export const clearNetwork = (): void => {
  Object.assign(network, { lists: new Map<string, KeptList>([['ours', { name: 'Ours', on: new Set(['harbour']) }]]), public: true, locked: new Set(), unwilling: new Set(), troubles: [], asked: [], most: 25 });
};

const trouble = (when: 'before' | 'after'): void => {
  const [next] = network.troubles;
  if (next?.[1] !== when) return;
  network.troubles.shift();
  throw new RemoteError(next[0], `The network says: ${next[0]}.`, next[0] === 'rate-limited' ? { retryAfter: new Date(Date.now() + 600_000) } : {});
};
const listOf = (id: string): KeptList => {
  const list = network.lists.get(id);
  if (list === undefined) throw new RemoteError('rejected', 'There is no such list.');
  return list;
};
const writing = () => ({ public: network.public, told: false });
const target = (key: string): Target => ({ kind: 'profile', key, label: `@${key}` });
const adding = (list: KeptList, key: string): MemberChanged => {
  if (network.unwilling.has(key)) return { key, state: 'refused', because: 'They do not want to.' };
  if (network.locked.has(key)) return { key, state: 'asked' };
  list.on.add(key);
  return { key, state: 'on' };
};

/** Keeps lists of its own network in this process, and can be written. */
export const withWritableLists = definePlugin({
  id: 'with-writable-lists',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  account: { settings: z.strictObject({}), secrets: z.strictObject({}), identify: async () => undefined },
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {} },
  followLists: {
    lists: async () => [...network.lists].map(([id, { name }]) => ({ id, name, public: network.public, writing: writing() })),
    async *members(id) {
      yield* [...listOf(id).on].map(target);
    },
    change: async (id, add, remove) => {
      network.asked.push(`+${add.map(({ key }) => key).join(' ')} -${remove.map(({ key }) => key).join(' ')}`);
      trouble('before');
      const list = listOf(id);
      const became = [...remove.map(({ key }): MemberChanged => (list.on.delete(key), { key, state: 'off' })), ...add.slice(0, network.most).map(({ key }) => adding(list, key))];
      trouble('after');
      return became;
    },
    making: {
      asks: async () => writing(),
      make: async ({ key, name }) => {
        network.asked.push(`make ${name}`);
        trouble('before');
        const [there] = [...network.lists].find(([, list]) => list.key === key) ?? [];
        const id = there ?? `made-${network.lists.size}`;
        if (there === undefined) network.lists.set(id, { key, name, on: new Set() });
        trouble('after');
        return { id, name, public: network.public, writing: writing() };
      },
      end: async (id) => void network.lists.delete(id),
    },
  },
});
