import type { Batch, WantSpan } from '@earshot/plugin-sdk';
import { EntryBook } from './entry-book.js';
import { bookedOf, eventsOf } from './entry-events.js';
import { type NamedEntry, nameEntries } from './entry-id.js';
import { type LoadedFeed, loadWholeFeed } from './load-feed.js';
import { dateOf, type Place } from './map-entry.js';
import type { FeedsCtx } from './settings.js';

const MAX_PAGES = 20;
const MAX_ENTRIES = 10_000;
const BATCH = 100;

interface FoundEntry {
  readonly named: NamedEntry;
  readonly place: Place;
  readonly at: number;
}

const inSpan = ({ feed }: LoadedFeed, { target, since, until }: WantSpan, now: Date): readonly FoundEntry[] =>
  nameEntries(feed.entries, target.key).flatMap((named) => {
    const at = dateOf(named.entry)?.getTime();
    return at !== undefined && at >= since.getTime() && at < until.getTime() ? [{ named, at, place: { feed, scope: target.key, now } }] : [];
  });

const reachesBefore = ({ feed }: LoadedFeed, since: Date): boolean => feed.entries.some((entry) => (dateOf(entry)?.getTime() ?? Infinity) < since.getTime());

interface Collected {
  readonly entries: readonly FoundEntry[];
  /** The feed was read to before the span: nothing of it can be missing. */
  readonly whole: boolean;
}

/** Walks from the newest document towards older ones (RFC 5005, JSON Feed `next_url`), as far as the span and the limits reach. */
const collect = async (want: WantSpan, ctx: FeedsCtx): Promise<Collected> => {
  const found = new Map<string, FoundEntry>();
  const visited = new Set<string>();
  let whole = false;
  let next: string | undefined = want.target.key;
  while (next !== undefined && !visited.has(next) && visited.size < MAX_PAGES && found.size < MAX_ENTRIES && !ctx.abort.aborted) {
    visited.add(next);
    const loaded: LoadedFeed = await loadWholeFeed(next, ctx);
    for (const entry of inSpan(loaded, want, ctx.now())) if (!found.has(entry.named.id)) found.set(entry.named.id, entry);
    whole = reachesBefore(loaded, want.since);
    next = whole ? undefined : loaded.feed.older;
    ctx.progress(visited.size);
  }
  if (next !== undefined) ctx.log.info('a feed has more archived pages than are read', { pages: visited.size, entries: found.size });
  return { entries: [...found.values()].sort((one, other) => one.at - other.at), whole };
};

/** What a feed said in a stretch of time, oldest first. Entries without a date are left to the channel: nobody knows whether they belong. */
export async function* fetchSpan(want: WantSpan, ctx: FeedsCtx): AsyncIterable<Batch<never>> {
  if (want.target.kind !== 'feed') return;
  const { entries: found, whole } = await collect(want, ctx);
  const book = new EntryBook(ctx.store);
  for (let at = 0; at < found.length && !ctx.abort.aborted; at += BATCH) {
    const part = found.slice(at, at + BATCH);
    const events = [];
    for (const [place, entries] of Map.groupBy(part, ({ place: { feed } }) => feed)) {
      const [first] = entries;
      if (first !== undefined) events.push(...(await eventsOf(entries.map(({ named }) => named), { ...first.place, feed: place }, ctx.abort)));
    }
    await book.remember(part.map(({ named, place }) => bookedOf(named, place)));
    yield { events };
  }
  if (ctx.abort.aborted) return;
  // A feed has its newest entries only: whether it ever had older ones of the span, nobody can tell.
  if (whole) yield { events: [], heardUntil: want.until };
  else yield { events: [{ kind: 'gap', from: want.since, to: new Date(found[0]?.at ?? want.until), why: 'The feed does not reach back that far.' }] };
}
