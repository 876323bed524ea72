import { readBatch, type Batch, type Channel, type SourceEvent } from '@earshot/plugin-sdk';
import { ContractBroken, demand } from '../check.js';
import type { FakeCtx } from '../fakes/fake-ctx.js';
import { opened, type SourceContract } from './source-contract.js';

const mostBatches = 10_000;

/** The source of a contract, which must have one. */
export const sourceOf = <S, K, C>({ plugin }: SourceContract<S, K, C>): NonNullable<typeof plugin.source> => {
  demand(plugin.source !== undefined, `plugin ${plugin.id} has no source`);
  return plugin.source;
};

/** What tells one event from another: two with the same mark are the same delivery. */
export const markOf = (event: SourceEvent): string => {
  switch (event.kind) {
    case 'post':
      return `post ${JSON.stringify(event.post.ref)} version ${event.post.version}`;
    case 'post-gone':
    case 'profile-gone':
      return `${event.kind} ${JSON.stringify(event.ref)} ${event.why}`;
    case 'profile':
      return `profile ${JSON.stringify(event.profile)}`;
    case 'counts':
      return `counts ${JSON.stringify(event.ref)} ${event.replies}`;
    case 'gap':
      return `gap until ${event.to.toISOString()}`;
    case 'unreadable':
      return `unreadable ${event.digest}`;
    case 'waiting':
      return `waiting ${event.conversations} ${event.url}`;
  }
};

const kindOf = (event: unknown): unknown => (typeof event === 'object' && event !== null ? (event as { kind?: unknown }).kind : undefined);

/** Reads one batch as the host does, and lets no event be made unreadable by it: what the plugin could not read it says itself. */
export const demandBatch = <C>(value: unknown, cursor?: SourceContract<unknown, unknown, C>['plugin']['cursor']): Batch<C> => {
  const batch = readValid(value, cursor);
  const raw = (value as Batch<C>).events;
  for (const [index, event] of batch.events.entries()) {
    const isOurs = event.kind === 'unreadable' && kindOf(raw[index]) !== 'unreadable';
    demand(!isOurs, `event ${index} is not valid: ${event.kind === 'unreadable' ? event.why : ''}`);
  }
  return batch;
};

const readValid = <C>(value: unknown, cursor?: SourceContract<unknown, unknown, C>['plugin']['cursor']): Batch<C> => {
  try {
    return readBatch(value, cursor);
  } catch (error) {
    throw new ContractBroken(error instanceof Error ? error.message : 'no batch', { cause: error });
  }
};

/** All batches of a channel: a poll to its end, a stream until it brought `streamEvents` events, whereupon it is aborted. */
export const readWhole = async <S, K, C>(
  contract: SourceContract<S, K, C>,
  channel: Channel,
  cursor?: C,
  ctx: FakeCtx<S, K> = contract.ctx(),
  wanted: number = contract.streamEvents ?? 1,
): Promise<readonly Batch<C>[]> => {
  const batches: Batch<C>[] = [];
  let events = 0;
  if (channel.mode === 'stream' && wanted <= 0) return batches;
  for await (const value of sourceOf(contract).read(opened(channel, cursor), ctx)) {
    const batch = demandBatch<C>(value, contract.plugin.cursor);
    batches.push(batch);
    events += batch.events.length;
    demand(batches.length < mostBatches, `channel ${channel.key} does not end`);
    if (channel.mode === 'stream' && events >= wanted) break;
  }
  ctx.stop();
  return batches;
};

/** The channels of the contract's targets. */
export const channelsOf = <S, K, C>(contract: SourceContract<S, K, C>): readonly Channel[] => {
  const channels = sourceOf(contract).plan(contract.targets);
  demand(channels.length > 0, 'the targets make no channel');
  return channels;
};
