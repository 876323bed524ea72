import { describe, expect, it } from '@jest/globals';
import { type FollowLists, type MemberChanged, RemoteError, type Target } from '@earshot/plugin-sdk';
import { followListsChecks, type FollowListsContract, type ListsWorld } from './follow-lists-checks.js';

class Town {
  readonly lists = new Map<string, { readonly key: string; readonly on: Set<string> }>([['ours', { key: '', on: new Set(['harbour']) }]]);

  constructor(readonly isDown = false) {}

  list(id: string) {
    if (this.isDown) throw new RemoteError('unreachable', 'The town is down.');
    const list = this.lists.get(id);
    if (list === undefined) throw new RemoteError('rejected', 'There is no such list.');
    return list;
  }
}

const writing = { public: true, told: false };
const target = (key: string): Target => ({ kind: 'profile', key, label: `@${key}` });
const remote = (id: string) => ({ id, name: `List ${id}`, public: true, writing });

const good: FollowLists<Town> = {
  lists: async (town) => (town.isDown ? Promise.reject(new RemoteError('unreachable', 'The town is down.')) : [...town.lists.keys()].map(remote)),
  async *members(id, town) { yield* [...town.list(id).on].map(target); },
  change: async (id, add, remove, town) => {
    const { on } = town.list(id);
    for (const { key } of add) on.add(key);
    for (const { key } of remove) on.delete(key);
    return [...add.map(({ key }): MemberChanged => ({ key, state: 'on' })), ...remove.map(({ key }): MemberChanged => ({ key, state: 'off' }))];
  },
  making: {
    asks: async () => writing,
    make: async ({ key }, town) => {
      if (town.isDown) throw new RemoteError('unreachable', 'The town is down.');
      town.lists.set(`made ${key}`, town.lists.get(`made ${key}`) ?? { key, on: new Set() });
      return remote(`made ${key}`);
    },
    end: async (id, town) => void town.lists.delete(id),
  },
};

const world = (isDown = false) => (): ListsWorld<Town> => ({ ctx: new Town(isDown), stop: () => undefined });
const contract = (fault: Partial<FollowLists<Town>>): FollowListsContract<Town> => ({
  followLists: { ...good, ...fault }, world: world(), writes: { list: 'ours', who: [target('paper'), target('shop')] }, failing: [{ name: 'a town that is down', world: world(true) }], abortDeadlineMs: 50,
});
const broken = async (fault: Partial<FollowLists<Town>>): Promise<readonly string[]> => {
  const names: string[] = [];
  for (const { name, run } of followListsChecks(contract(fault))) await run().catch(() => void names.push(name));
  return names;
};
const making = good.making as NonNullable<typeof good.making>;

describe('the contract of followLists', () => {
  it('is kept by one that does all of it well, and by one that only reads', async () => {
    expect(await broken({})).toEqual([]);
    const { lists, members } = good;
    for (const { run } of followListsChecks({ followLists: { lists, members }, world: world(), failing: [{ name: 'down', world: world(true) }] })) await run();
  });
  it.each<[string, Partial<FollowLists<Town>>, string]>([
    ['two lists of one id', { lists: async (town) => [...(await good.lists(town)), ...(await good.lists(town))] }, 'tells lists'],
    ['a list that is not said to be writable', { lists: async (town) => (await good.lists(town)).map(({ writing: _, ...rest }) => rest) }, 'tells lists'],
    ['a member twice', { async *members(id, town) { yield* good.members(id, town); yield* good.members(id, town); } }, 'tells who'],
    ['a missing list that is empty', { async *members(id, town) { if (town.isDown) throw new RemoteError('unreachable', 'down'); yield* town.lists.has(id) ? good.members(id, town) : []; } }, 'says so where'],
    ['nothing of whom it added', { change: async (id, add, remove, town) => { await good.change?.(id, add, remove, town); return []; } }, 'adds and removes'],
    ['a refusal without a reason', { change: async (id, add, _remove, town) => { town.list(id); return add.map(({ key }) => ({ key, state: 'refused' as const })); } }, 'adds and removes'],
    ['a removal that does nothing', { change: async (id, add, remove, town) => { await good.change?.(id, add, [], town); return [...add.map(({ key }) => ({ key, state: 'on' as const })), ...remove.map(({ key }) => ({ key, state: 'off' as const }))]; } }, 'adds and removes'],
    ['a list for each try', { making: { ...making, make: async (wish, town) => making.make({ ...wish, key: `${wish.key} ${town.lists.size}` }, town) } }, 'makes a list'],
    ['a list that was there for its own', { making: { ...making, make: async (_wish, town) => (town.list('ours'), remote('ours')) } }, 'makes a list'],
    ['a list that does not end', { making: { ...making, end: async () => undefined } }, 'makes a list'],
    ['an error of its own kind', { lists: async (town) => { if (town.isDown) throw new TypeError('oops'); return good.lists(town); } }, 'fails with'],
    ['no answer to an abort', { lists: async (town) => (town.lists.size === 1 && !town.isDown ? new Promise(() => {}) : good.lists(town)) }, 'settles'],
  ])('is broken by %s', async (_what, fault, name) => {
    if (name === 'settles') return void (await expect(followListsChecks(contract(fault)).find((each) => each.name.startsWith(name))?.run()).rejects.toThrow('did not settle'));
    expect((await broken(fault)).some((each) => each.startsWith(name))).toBe(true);
  });
});
