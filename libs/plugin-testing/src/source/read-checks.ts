import type { Batch, Channel, Ref, SourceEvent } from '@earshot/plugin-sdk';
import { demand, type Check } from '../check.js';
import { channelsOf, markOf, readWhole } from './read-whole.js';
import type { SourceContract } from './source-contract.js';

const eventsOf = <C>(batches: readonly Batch<C>[]): readonly SourceEvent[] => batches.flatMap(({ events }) => events);

const isValid = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const all: SourceEvent[] = [];
  for (const channel of channelsOf(contract)) all.push(...eventsOf(await readWhole(contract, channel)));
  demand(all.length > 0, 'no channel brought anything: give targets on which there is something');
};

const isOldestFirst = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  if (contract.order === 'arrival') return;
  for (const channel of channelsOf(contract)) {
    const seen = new Set<string>();
    let newest = Number.NEGATIVE_INFINITY;
    for (const event of eventsOf(await readWhole(contract, channel))) {
      if (event.kind !== 'post') continue;
      const name = JSON.stringify(event.post.ref);
      const at = event.post.postedAt.getTime();
      // An edit comes when it was made, and keeps the date of the post.
      demand(seen.has(name) || at >= newest, `channel ${channel.key}: ${name} is older than what came before it`);
      if (!seen.has(name)) newest = at;
      seen.add(name);
    }
  }
};

const refsIn = (event: SourceEvent): readonly Ref[] => {
  switch (event.kind) {
    case 'post': {
      const { ref, author, inReplyTo, root, quotes = [], mentions } = event.post;
      const others = [author, inReplyTo, root, event.author?.ref, event.author?.movedTo];
      return [ref, ...quotes, ...mentions, ...others.filter((other) => other !== undefined)];
    }
    case 'profile':
      return event.profile.movedTo ? [event.profile.ref, event.profile.movedTo] : [event.profile.ref];
    case 'post-gone':
    case 'profile-gone':
    case 'counts':
      return [event.ref];
    case 'gap':
    case 'unreadable':
    case 'waiting':
      return [];
  }
};

/** What no event of a plugin may hold: refs of networks that it does not declare. */
export const demandOwnNetworks = (networks: readonly string[], events: readonly SourceEvent[]): void => {
  for (const ref of events.flatMap(refsIn)) {
    demand(networks.includes(ref.network), `a ref is of network ${ref.network}, which the plugin does not declare`);
  }
};

const staysInNetworks = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const channel of channelsOf(contract)) {
    demandOwnNetworks(contract.plugin.networks, eventsOf(await readWhole(contract, channel)));
  }
};

const endsWithCursor = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const channel of channelsOf(contract)) {
    const batches = await readWhole(contract, channel);
    const last = batches.findLastIndex(({ events }) => events.length > 0);
    if (last < 0) continue;
    demand(
      batches.slice(last).some(({ cursor }) => cursor !== undefined),
      `channel ${channel.key}: no cursor stands behind the last events, so they would be read for ever`,
    );
  }
};

const resumesFrom = async <S, K, C>(contract: SourceContract<S, K, C>, channel: Channel, batches: readonly Batch<C>[], at: number): Promise<void> => {
  const cursor = batches[at]?.cursor;
  if (cursor === undefined) return;
  const rest = eventsOf(batches.slice(at + 1)).map(markOf);
  const all = new Set(eventsOf(batches).map(markOf));
  const stored = JSON.parse(JSON.stringify(cursor)) as C;
  const again = eventsOf(await readWhole(contract, channel, stored, contract.ctx(), rest.length)).map(markOf);
  const heard = new Set(again);
  for (const mark of rest) demand(heard.has(mark), `channel ${channel.key}, read on from batch ${at + 1}: lost ${mark}`);
  if (channel.mode === 'poll') {
    for (const mark of again) demand(all.has(mark), `channel ${channel.key}, read on from batch ${at + 1}: made up ${mark}`);
  }
};

const resumes = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const channel of channelsOf(contract)) {
    const batches = await readWhole(contract, channel);
    for (const at of batches.keys()) await resumesFrom(contract, channel, batches, at);
  }
};

/** Checks of what a channel brings. */
export const readChecks = <S, K, C>(contract: SourceContract<S, K, C>): readonly Check[] => [
  { name: 'brings batches of valid events, with cursors that survive JSON', run: () => isValid(contract) },
  { name: 'brings the oldest first', run: () => isOldestFirst(contract) },
  { name: 'names things of its own networks only', run: () => staysInNetworks(contract) },
  { name: 'puts a cursor behind the last events', run: () => endsWithCursor(contract) },
  { name: 'goes on from every cursor with exactly the rest', run: () => resumes(contract) },
];
