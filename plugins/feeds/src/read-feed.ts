import { type Batch, isRemoteError, type OpenChannel, type SourceEvent } from '@earshot/plugin-sdk';
import { type FeedCursor, SeenEntries, type SeenEntry, shortHash } from './cursor.js';
import { EntryBook } from './entry-book.js';
import { bookedOf, eventsOf } from './entry-events.js';
import { globalId, type NamedEntry, nameEntries } from './entry-id.js';
import { type LoadedFeed, loadFeed } from './load-feed.js';
import { dateOf, type Place, postedAt, versionOf } from './map-entry.js';
import { profileOfFeed, refTo } from './map-profile.js';
import { notBefore, PULSE_MINUTES } from './pace.js';
import type { Unchanged } from './request.js';
import type { FeedsCtx } from './settings.js';

const BATCH = 250;

/** A date in the future is no measure of what was heard until when. */
const seenAs = ({ id, entry }: NamedEntry, { feed, now }: Place): SeenEntry => {
  const date = dateOf(entry);
  const dated = date !== undefined && date.getTime() <= now.getTime() ? date : undefined;
  return { id, version: versionOf(entry, feed), ...(entry.replies === undefined ? {} : { replies: entry.replies }), ...(dated === undefined ? {} : { dated }) };
};

/** Feeds put the newest first; entries of the same time, as all are where none has a date, keep that order among themselves. */
const oldestFirst = (entries: readonly NamedEntry[], place: Place): readonly NamedEntry[] =>
  entries
    .map((named) => ({ named, at: postedAt(named.entry, place).getTime() }))
    .reverse()
    .sort((one, other) => one.at - other.at)
    .map(({ named }) => named);

/** A permanent redirect is followed for ever, unless its end is dead: then it may have been a mistake, and the old address is asked. */
const load = async (address: string, cursor: FeedCursor | undefined, ctx: FeedsCtx): Promise<LoadedFeed | Unchanged> => {
  if (cursor?.movedTo === undefined) return loadFeed(address, ctx, cursor);
  try {
    return await loadFeed(cursor.movedTo, ctx, cursor);
  } catch (error) {
    if (!isRemoteError(error) || error.kind === 'rate-limited' || ctx.abort.aborted) throw error;
    ctx.log.warn('the place that the feed moved to does not answer as a feed: asking at the old one', { feed: address });
    return loadFeed(address, ctx);
  }
};

const movedOf = (address: string, cursor: FeedCursor | undefined, loaded: LoadedFeed | Unchanged, ctx: FeedsCtx): Pick<FeedCursor, 'movedTo'> => {
  const { permanentUrl } = loaded;
  if (permanentUrl !== undefined && permanentUrl !== address && permanentUrl !== cursor?.movedTo) {
    ctx.log.info('the feed has moved for good', { from: cursor?.movedTo ?? address, to: permanentUrl });
  }
  if (permanentUrl !== undefined) return permanentUrl === address ? {} : { movedTo: permanentUrl };
  const before = cursor?.movedTo;
  return before !== undefined && (loaded.unchanged || loaded.url !== address) ? { movedTo: before } : {};
};

const waitOf = (pace: FeedCursor['pace'], readAt: Date, { settings }: FeedsCtx): Pick<FeedCursor, 'notBefore'> => {
  const ttlMinutes = Math.max(pace?.ttlMinutes ?? 0, settings.pollMinutes);
  const until = notBefore({ skipHours: [], skipDays: [], ...pace, ttlMinutes }, readAt, PULSE_MINUTES);
  return until === undefined ? {} : { notBefore: until.toISOString() };
};

const withoutWait = ({ notBefore: _wait, ...cursor }: FeedCursor): FeedCursor => cursor;

const paceFrom = ({ feed }: LoadedFeed): NonNullable<FeedCursor['pace']> => ({ ...feed.pace, skipHours: [...feed.pace.skipHours], skipDays: [...feed.pace.skipDays] });

/** What is told before the entries: the feed's own profile when it is new or changed, and what may have passed unheard. */
const preambleOf = (loaded: LoadedFeed, cursor: FeedCursor | undefined, seen: SeenEntries, document: readonly SeenEntry[], scope: string, readAt: Date) => {
  const profile = profileOfFeed(loaded.feed, scope);
  const hash = shortHash(JSON.stringify(profile));
  const events: SourceEvent[] = cursor?.profile === hash ? [] : [{ kind: 'profile', profile }];
  const heardBefore = Object.keys(cursor?.seen ?? {}).length > 0;
  if (heardBefore && document.length > 0 && !seen.knowsAny(document)) {
    const oldest = Math.min(...document.map(({ dated }) => dated?.getTime() ?? readAt.getTime()));
    const from = cursor?.newest === undefined ? undefined : new Date(cursor.newest);
    const to = new Date(Math.max(oldest, from?.getTime() ?? oldest));
    events.push({ kind: 'gap', ...(from === undefined ? {} : { from }), to, why: 'Nothing that the feed held at the last reading is in it any more: entries between may have passed unheard.' });
  }
  return { events, hash };
};

const changedEvents = async (changed: readonly NamedEntry[], seen: SeenEntries, place: Place, ctx: FeedsCtx): Promise<readonly SourceEvent[]> => {
  const counted = (named: NamedEntry): boolean => seen.judge(seenAs(named, place)) === 'counted';
  const posts = changed.filter((named) => !counted(named));
  const written = await eventsOf(posts, place, ctx.abort);
  const events = new Map(posts.map((named, at) => [named, written[at]]));
  return changed.flatMap((named) => {
    const event = events.get(named) ?? { kind: 'counts' as const, ref: refTo(named.id), replies: named.entry.replies ?? 0 };
    return [event];
  });
};

async function* readDocument(loaded: LoadedFeed, scope: string, cursor: FeedCursor | undefined, readAt: Date, ctx: FeedsCtx): AsyncIterable<Batch<FeedCursor>> {
  const place: Place = { feed: loaded.feed, scope, now: readAt };
  const entries = oldestFirst(nameEntries(loaded.feed.entries, scope), place);
  const document = entries.map((named) => seenAs(named, place));
  const seen = new SeenEntries(cursor, document);
  const preamble = preambleOf(loaded, cursor, seen, document, scope, readAt);
  const changed = entries.filter((_entry, at) => seen.judge(document[at] as SeenEntry) !== 'known');
  const book = new EntryBook(ctx.store);
  let before = preamble.events;
  for (let at = 0; at < changed.length - BATCH && !ctx.abort.aborted; at += BATCH) {
    const part = changed.slice(at, at + BATCH);
    const events = await changedEvents(part, seen, place, ctx);
    await book.remember(part.map((named) => bookedOf(named, place)));
    for (const named of part) seen.remember(seenAs(named, place));
    // Without the new validators: until the last batch is stored, the document must be read again.
    yield { events: [...before, ...events], cursor: { ...(cursor === undefined ? {} : withoutWait(cursor)), ...seen.snapshot(), profile: preamble.hash } };
    before = [];
  }
  if (ctx.abort.aborted) return;
  const rest = changed.slice(Math.floor(Math.max(0, changed.length - 1) / BATCH) * BATCH);
  const events = await changedEvents(rest, seen, place, ctx);
  await book.remember(rest.map((named) => bookedOf(named, place)));
  for (const entry of document) seen.remember(entry);
  seen.dropDeparted();
  const pace = paceFrom(loaded);
  yield {
    events: [...before, ...events, ...goneEvents(loaded, scope)],
    cursor: {
      ...movedOf(scope, cursor, loaded, ctx),
      ...(loaded.etag === undefined ? {} : { etag: loaded.etag }),
      ...(loaded.lastModified === undefined ? {} : { lastModified: loaded.lastModified }),
      ...seen.snapshot(),
      profile: preamble.hash,
      pace,
      ...waitOf(pace, readAt, ctx),
    },
    heardUntil: readAt,
  };
}

const goneEvents = ({ feed }: LoadedFeed, scope: string): readonly SourceEvent[] =>
  feed.tombstones.map((rawId) => ({ kind: 'post-gone' as const, ref: refTo(globalId(rawId, scope)), why: 'deleted' as const }));

/** One reading of a feed: what it holds that was not heard before, oldest first; nothing at all while the feed asks not to be read. */
export async function* readFeed(channel: OpenChannel<FeedCursor>, ctx: FeedsCtx): AsyncIterable<Batch<FeedCursor>> {
  const { cursor, key } = channel;
  const readAt = ctx.now();
  if (ctx.abort.aborted || (cursor?.notBefore !== undefined && readAt.getTime() < Date.parse(cursor.notBefore))) return;
  try {
    const loaded = await load(key, cursor, ctx);
    if (!loaded.unchanged) yield* readDocument(loaded, key, cursor, readAt, ctx);
    else if (cursor !== undefined) {
      yield { events: [], cursor: { ...withoutWait(cursor), ...movedOf(key, cursor, loaded, ctx), ...waitOf(cursor.pace, readAt, ctx) }, heardUntil: readAt };
    }
  } catch (error) {
    if (!ctx.abort.aborted) throw error;
  }
}
