import type { Batch, Ref } from '@earshot/plugin-sdk';
import { EntryBook, type EntryRecord } from './entry-book.js';
import { bookedOf, eventsOf } from './entry-events.js';
import { nameEntries } from './entry-id.js';
import { loadWholeFeed } from './load-feed.js';
import type { Place } from './map-entry.js';
import type { FeedsCtx } from './settings.js';

const BATCH = 100;

export interface CommentedEntry {
  readonly id: string;
  readonly record: EntryRecord;
}

/** The entry that a ref is about: itself, or for a comment the entry below which it stands. */
export const commentedEntry = async (ref: Ref, book: EntryBook): Promise<CommentedEntry | undefined> => {
  const record = ref.id === undefined ? undefined : await book.find(ref.id);
  if (ref.id === undefined || record === undefined) return undefined;
  if (record.on === undefined) return { id: ref.id, record };
  const parent = await book.find(record.on);
  return parent === undefined ? undefined : { id: record.on, record: parent };
};

/** The feed of an entry's comments. */
export const loadComments = async ({ id, record }: CommentedEntry, comments: string, ctx: FeedsCtx): Promise<Place> => {
  const { feed } = await loadWholeFeed(comments, ctx);
  return { feed, scope: comments, now: ctx.now(), on: { id, scope: record.feed, ...(record.rawId === undefined ? {} : { rawId: record.rawId }) } };
};

/**
 * The comments on an entry, oldest first; nothing where the entry is unknown or has no feed of comments. The entry itself is left to
 * its own feed, whose words and refusals count.
 */
export async function* fetchThread(ref: Ref, ctx: FeedsCtx): AsyncIterable<Batch<never>> {
  if (!ctx.settings.includeComments) return;
  const book = new EntryBook(ctx.store);
  const commented = await commentedEntry(ref, book);
  if (commented?.record.comments === undefined) return;
  const place = await loadComments(commented, commented.record.comments, ctx);
  const entries = nameEntries(place.feed.entries, place.scope).filter(({ id }) => id !== commented.id).reverse();
  for (let at = 0; at < entries.length && !ctx.abort.aborted; at += BATCH) {
    const part = entries.slice(at, at + BATCH);
    const events = await eventsOf(part, place, ctx.abort);
    await book.remember(part.map((named) => bookedOf(named, place)));
    yield { events };
  }
}
