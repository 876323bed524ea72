import { type Batch, isRemoteError, type Ref, type SourceEvent } from '@earshot/plugin-sdk';
import { EntryBook } from './entry-book.js';
import { eventsOf } from './entry-events.js';
import { nameEntries } from './entry-id.js';
import { type CommentedEntry, loadComments } from './fetch-thread.js';
import { loadWholeFeed } from './load-feed.js';
import type { Place } from './map-entry.js';
import { profileOfFeed, profileOfPerson, refTo, scopeOf } from './map-profile.js';
import { orAbort } from './request.js';
import type { FeedsCtx } from './settings.js';

/** Requests for one question of the host. */
const MAX_REQUESTS = 50;

/** Known entries by the feed that brought them, a request each. */
const byFeed = async (refs: readonly Ref[], ctx: FeedsCtx): Promise<ReadonlyMap<string, readonly CommentedEntry[]>> => {
  const book = new EntryBook(ctx.store);
  const known: CommentedEntry[] = [];
  for (const { id } of refs) {
    const record = id === undefined ? undefined : await book.find(id);
    if (id !== undefined && record !== undefined && record.on === undefined) known.push({ id, record });
  }
  return Map.groupBy(known, ({ record }) => record.feed);
};

/** One feed that fails does not keep the others from answering; the host asks again by itself. */
const placeOf = async (scope: string, ctx: FeedsCtx): Promise<Place | undefined> => {
  try {
    const { feed } = await loadWholeFeed(scope, ctx);
    return { feed, scope, now: ctx.now() };
  } catch (error) {
    if (!isRemoteError(error) || ctx.abort.aborted) throw error;
    ctx.log.warn('a feed could not be asked again', { feed: scope, kind: error.kind });
    return undefined;
  }
};

const pageIsGone = async (url: string, ctx: FeedsCtx): Promise<boolean> => {
  try {
    const response = await orAbort(ctx.fetch(url, { signal: ctx.abort }), ctx.abort);
    response.body?.cancel().catch(() => undefined);
    return response.status === 404 || response.status === 410;
  } catch (error) {
    if (ctx.abort.aborted) throw error;
    return false;
  }
};

/**
 * Entries as their feeds hold them now. One that left its feed is old, not gone: it is gone when its own page answers 404 or 410.
 * Comments and entries that were never heard get no answer.
 */
export async function* fetchPosts(refs: readonly Ref[], ctx: FeedsCtx): AsyncIterable<Batch<never>> {
  let requests = 0;
  for (const [scope, asked] of await byFeed(refs, ctx)) {
    if (ctx.abort.aborted || requests >= MAX_REQUESTS) return;
    requests += 1;
    const place = await placeOf(scope, ctx);
    if (place === undefined) continue;
    const wanted = new Set(asked.map(({ id }) => id));
    const there = nameEntries(place.feed.entries, scope).filter(({ id }) => wanted.delete(id));
    const events = [...(await eventsOf(there, place, ctx.abort))];
    for (const { id, record } of asked.filter((entry) => wanted.has(entry.id))) {
      if (record.url === undefined || requests >= MAX_REQUESTS) continue;
      requests += 1;
      if (await pageIsGone(record.url, ctx)) events.push({ kind: 'post-gone', ref: refTo(id), why: 'deleted' });
    }
    yield { events };
  }
}

const countComments = async (entry: CommentedEntry, ctx: FeedsCtx): Promise<SourceEvent | undefined> => {
  const { comments } = entry.record;
  if (comments === undefined || !ctx.settings.includeComments) return undefined;
  try {
    const { feed, scope } = await loadComments(entry, comments, ctx);
    return { kind: 'counts', ref: refTo(entry.id), replies: nameEntries(feed.entries, scope).filter(({ id }) => id !== entry.id).length };
  } catch (error) {
    if (!isRemoteError(error) || ctx.abort.aborted) throw error;
    return undefined;
  }
};

/** Numbers of comments: from the feed for all of its entries at once, else by counting the feed of an entry's comments (a lower bound). */
export async function* fetchCounts(refs: readonly Ref[], ctx: FeedsCtx): AsyncIterable<Batch<never>> {
  let requests = 0;
  for (const [scope, asked] of await byFeed(refs, ctx)) {
    if (ctx.abort.aborted || requests >= MAX_REQUESTS) return;
    requests += 1;
    const place = await placeOf(scope, ctx);
    const counts = new Map(nameEntries(place?.feed.entries ?? [], scope).map(({ id, entry }) => [id, entry.replies]));
    const events: SourceEvent[] = [];
    for (const known of asked) {
      const replies = counts.get(known.id);
      if (replies !== undefined) events.push({ kind: 'counts', ref: refTo(known.id), replies });
      else if (requests < MAX_REQUESTS) {
        requests += 1;
        const counted = await countComments(known, ctx);
        if (counted !== undefined) events.push(counted);
      }
    }
    yield { events };
  }
}

/** Feeds and authors as the feeds' heads and entries name them now. Those who comment have no profile to ask for. */
export async function* fetchProfiles(refs: readonly Ref[], ctx: FeedsCtx): AsyncIterable<Batch<never>> {
  const scopes = [...new Set(refs.flatMap((ref) => scopeOf(ref) ?? []))].slice(0, MAX_REQUESTS);
  const asked = new Set(refs.map(({ id }) => id));
  for (const scope of scopes) {
    if (ctx.abort.aborted) return;
    const place = await placeOf(scope, ctx);
    if (place === undefined) continue;
    const { feed } = place;
    const people = [...feed.authors, ...feed.entries.flatMap(({ authors }) => authors)].map((person) => profileOfPerson(person, scope, 'author', feed.signs));
    const profiles = new Map([profileOfFeed(feed, scope), ...people].map((profile) => [profile.ref.id, profile]));
    yield { events: [...profiles.values()].filter(({ ref }) => asked.has(ref.id)).map((profile) => ({ kind: 'profile', profile })) };
  }
}

