import { type FollowLists, isRemoteError, type ListMaking, type MemberChanged, targetSchema, type Target } from '@earshot/plugin-sdk';
import { type Check, demand } from '../check.js';
import { demandRemoteError, settled } from '../settle.js';

/** A network of its own for one check, with what the plugin needs to reach it. */
export interface ListsWorld<X> {
  readonly ctx: X;
  /** Fires `ctx.abort`. */
  stop(): void;
}

/** What {@link describeFollowListsContract} needs to know. */
export interface FollowListsContract<X> {
  readonly followLists: FollowLists<X>;
  /** A fresh network, on which the account has a list at least. */
  readonly world: () => ListsWorld<X> | Promise<ListsWorld<X>>;
  /** Where the plugin has `change`: a list that the account may write in that world, and two who can be put on it and are not. */
  readonly writes?: { readonly list: string; readonly who: readonly [Target, Target] };
  /** Networks on which everything fails: signed out, down. */
  readonly failing: readonly { readonly name: string; readonly world: () => ListsWorld<X> | Promise<ListsWorld<X>> }[];
  /** Milliseconds within which it settles after an abort. Default 5,000; shorter only where this suite itself is tested. */
  readonly abortDeadlineMs?: number;
}

const tellsLists = async <X>({ followLists, world, writes }: FollowListsContract<X>): Promise<void> => {
  const lists = await followLists.lists((await world()).ctx);
  demand(lists.length > 0, 'it tells no list');
  demand(new Set(lists.map(({ id }) => id)).size === lists.length, 'two lists have the same id');
  for (const { id, name, public: isPublic } of lists) demand(id !== '' && name !== '' && typeof isPublic === 'boolean', `a list has no id or no name, or does not say who sees it: ${JSON.stringify({ id, name })}`);
  if (writes !== undefined) demand(lists.find(({ id }) => id === writes.list)?.writing !== undefined, `the list "${writes.list}" does not say that it can be written (writing)`);
};

const membersOf = async <X>({ followLists }: FollowListsContract<X>, list: string, ctx: X): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const member of followLists.members(list, ctx)) {
    demand(targetSchema.safeParse(member).success, `a member is no valid target: ${JSON.stringify(member)}`);
    keys.push(member.key);
  }
  demand(new Set(keys).size === keys.length, `a member of "${list}" is told twice`);
  return keys;
};

const tellsMembers = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  const { ctx } = await contract.world();
  for (const { id } of await contract.followLists.lists(ctx)) await membersOf(contract, id, ctx);
};

type Changing<X> = NonNullable<FollowLists<X>['change']>;
interface Writing<X> {
  readonly change: Changing<X>;
  readonly list: string;
  readonly who: readonly [Target, Target];
}

const writingOf = <X>({ followLists, writes }: FollowListsContract<X>): Writing<X> | undefined => {
  if (followLists.change === undefined) return undefined;
  demand(writes !== undefined, 'it has change, and the contract does not say what can be written');
  return { change: followLists.change.bind(followLists), ...writes };
};

const demandStates = (what: string, told: readonly MemberChanged[], of: readonly Target[], states: readonly MemberChanged['state'][]): void => {
  for (const { key } of of) {
    const became = told.filter((each) => each.key === key);
    demand(became.length === 1, `${what}: it says ${became.length} times what became of ${key}`);
    demand(states.includes(became[0]?.state as never), `${what}: ${key} is ${became[0]?.state}, and not ${states.join(' or ')}`);
  }
  for (const { key, state, because } of told) {
    demand(of.some((each) => each.key === key), `${what}: it says what became of ${key}, who was not asked about`);
    demand(state !== 'refused' || (because ?? '') !== '', `${what}: ${key} is refused, and not because of what`);
  }
};

const changes = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  const writing = writingOf(contract);
  if (writing === undefined) return;
  const { change, list, who } = writing;
  const { ctx } = await contract.world();
  const before = await membersOf(contract, list, ctx);
  // Twice: the host may not have heard the end of the first.
  for (const what of ['adding', 'adding again']) demandStates(what, await change(list, who, [], ctx), who, ['on']);
  const added = await membersOf(contract, list, ctx);
  demand(who.every(({ key }) => added.includes(key)) && added.length === before.length + who.length, `after adding two, ${added.length} are on it, where ${before.length} were`);
  const [one, other] = who;
  demandStates('adding one and removing the other', await change(list, [one], [other], ctx), who, ['on', 'off']);
  for (const what of ['removing', 'removing again']) demandStates(what, await change(list, [], who, ctx), who, ['off']);
  const after = await membersOf(contract, list, ctx);
  demand([...after].sort().join('\n') === [...before].sort().join('\n'), 'after adding and removing, others are on it than before');
};

const makes = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  const { followLists } = contract;
  const { making } = followLists;
  const writing = writingOf(contract);
  if (making === undefined) return;
  demand(writing !== undefined, 'it makes lists, and cannot put anybody on them (change)');
  const { ctx } = await contract.world();
  await making.asks(ctx);
  const before = await followLists.lists(ctx);
  const made = await making.make({ key: 'first', name: 'Clubs of the town' }, ctx);
  demand((await making.make({ key: 'first', name: 'Clubs of the town' }, ctx)).id === made.id, 'the same key made two lists');
  demand(!before.some(({ id }) => id === made.id), 'it took a list that was there for one that it made');
  const second = await making.make({ key: 'second', name: 'Clubs of the town' }, ctx);
  demand(second.id !== made.id, 'two keys made one list');
  demand((await followLists.lists(ctx)).length === before.length + 2, 'lists that it made are not among the lists, or are there twice');
  demandStates('adding to a list that it made', await writing.change(made.id, writing.who, [], ctx), writing.who, ['on']);
  await endsTwice(making, made.id, ctx);
  await endsTwice(making, second.id, ctx);
  demand((await followLists.lists(ctx)).length === before.length, 'a list that it ended is still there');
};

const endsTwice = async <X>(making: ListMaking<X>, list: string, ctx: X): Promise<void> => {
  await making.end(list, ctx);
  await making.end(list, ctx);
};

const missesWell = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  const { ctx } = await contract.world();
  const [read] = await Promise.allSettled([membersOf(contract, 'no such list, at all', ctx)]);
  demand(read.status === 'rejected' && isRemoteError(read.reason) && read.reason.kind === 'rejected', 'a list that is not there is not said to be missing (RemoteError rejected)');
};

const callsOf = <X>(contract: FollowListsContract<X>): readonly ((ctx: X) => Promise<unknown>)[] => {
  const { followLists, writes } = contract;
  const list = writes?.list;
  return [
    (ctx) => Promise.resolve(followLists.lists(ctx)),
    ...(list === undefined || followLists.change === undefined ? [] : [(ctx: X) => membersOf(contract, list, ctx), (ctx: X) => followLists.change?.(list, writes?.who ?? [], [], ctx) ?? Promise.resolve()]),
    ...(followLists.making === undefined ? [] : [(ctx: X) => followLists.making?.make({ key: 'first', name: 'Clubs' }, ctx) ?? Promise.resolve()]),
  ];
};

const failsWell = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  demand(contract.failing.length > 0, 'no failing network was given');
  for (const { name, world } of contract.failing) {
    for (const call of callsOf(contract)) {
      const [result] = await Promise.allSettled([call((await world()).ctx)]);
      demandRemoteError(`a call to ${name}`, result);
      demand(result.status === 'rejected', `a call to ${name} succeeded`);
    }
  }
};

const obeysAbort = async <X>(contract: FollowListsContract<X>): Promise<void> => {
  for (const call of callsOf(contract)) {
    const { ctx, stop } = await contract.world();
    const work = call(ctx);
    stop();
    await settled('a call that is aborted', work, contract.abortDeadlineMs);
  }
};

/** The checks of {@link describeFollowListsContract}, to be run one by one. */
export const followListsChecks = <X>(contract: FollowListsContract<X>): readonly Check[] => [
  { name: 'tells lists, each by its own id, and who sees them', run: () => tellsLists(contract) },
  { name: 'tells who is on a list, each once', run: () => tellsMembers(contract) },
  { name: 'says so where there is no such list', run: () => missesWell(contract) },
  { name: 'adds and removes, and does so twice without harm, where it can', run: () => changes(contract) },
  { name: 'makes a list for a key once, never taking another for it, and ends it, where it can', run: () => makes(contract) },
  { name: 'fails with RemoteErrors only', run: () => failsWell(contract) },
  { name: 'settles when the host aborts', run: () => obeysAbort(contract) },
];
