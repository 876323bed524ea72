import type { Batch, OpenChannel, Post, SourceEvent, Target } from '@earshot/plugin-sdk';
import type { MastodonCursor } from '../cursor.js';
import { plan } from '../plan.js';

/** The channel of a target, or of several that have one together, as the host opens it. */
export const channelOf = (targets: Target | readonly Target[], cursor?: MastodonCursor): OpenChannel<MastodonCursor> => {
  const [channel] = plan([targets].flat());
  if (channel === undefined) throw new Error(`no channel for ${JSON.stringify(targets)}`);
  return { ...channel, ...(cursor === undefined ? {} : { cursor }), changes: (async function* none() {})() };
};

export interface Collected<C> {
  readonly events: readonly SourceEvent[];
  readonly posts: readonly Post[];
  readonly texts: readonly string[];
  readonly cursor: C | undefined;
  readonly last: Batch<C> | undefined;
}

export const told = <C>(batches: readonly Batch<C>[]): Collected<C> => {
  const events = batches.flatMap((batch) => batch.events);
  const posts = events.flatMap((event) => (event.kind === 'post' ? [event.post] : []));
  return { events, posts, texts: posts.map(({ text }) => text), cursor: batches.findLast(({ cursor }) => cursor !== undefined)?.cursor, last: batches.at(-1) };
};

export const collect = async <C>(batches: AsyncIterable<Batch<C>>): Promise<Collected<C>> => told(await Array.fromAsync(batches));
