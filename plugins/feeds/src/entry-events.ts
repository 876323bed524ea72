import { type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import type { BookedEntry } from './entry-book.js';
import type { NamedEntry } from './entry-id.js';
import { isBlank, type Place, postOf, writingOf } from './map-entry.js';
import { ReaderFault, reader } from './reading/reader-thread.js';
import type { CleanedWriting } from './reading/documents.js';
import { orAbort } from './request.js';

const cleanOne = async (named: NamedEntry, { on }: Place, abort: AbortSignal): Promise<CleanedWriting | undefined> => {
  try {
    return (await orAbort(reader.clean([writingOf(named.entry, on)]), abort))[0];
  } catch (error) {
    if (error instanceof ReaderFault) return undefined;
    throw error;
  }
};

const cleanAll = async (entries: readonly NamedEntry[], place: Place, abort: AbortSignal): Promise<readonly (CleanedWriting | undefined)[]> => {
  try {
    return await orAbort(reader.clean(entries.map(({ entry }) => writingOf(entry, place.on))), abort);
  } catch (error) {
    if (!(error instanceof ReaderFault)) throw error;
  }
  // One of them is hostile: only that one is lost, at most one deadline each.
  const cleaned: (CleanedWriting | undefined)[] = [];
  for (const named of entries) cleaned.push(await cleanOne(named, place, abort));
  return cleaned;
};

/** Entries as events, in the same order and number: a post each, or the dead letter of one that cannot be read. */
export const eventsOf = async (entries: readonly NamedEntry[], place: Place, abort: AbortSignal): Promise<readonly SourceEvent[]> => {
  const cleaned = await cleanAll(entries, place, abort);
  return entries.map((named, at) => {
    const written = cleaned[at];
    if (written === undefined) return unreadable('entry: its text could not be read in reasonable time and memory', named.entry);
    return isBlank(named.entry, written) ? unreadable('entry: it has no title, no text and no media', named.entry) : postOf(named, written, place);
  });
};

/** What the book keeps of an entry. */
export const bookedOf = ({ id, entry }: NamedEntry, { scope, on }: Place): BookedEntry => ({
  id,
  record: {
    feed: on?.scope ?? scope,
    ...(entry.rawId === undefined ? {} : { rawId: entry.rawId }),
    ...(entry.link === undefined ? {} : { url: entry.link }),
    ...(entry.commentFeed === undefined ? {} : { comments: entry.commentFeed }),
    ...(on === undefined ? {} : { on: on.id }),
  },
});
