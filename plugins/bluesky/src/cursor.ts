import { createHash } from 'node:crypto';
import { z } from 'zod';
import { streamCursorSchema } from './stream/stream-cursor.js';

/** How far behind the newest post others may still turn up: the network's view indexes out of order. */
export const OVERLAP_MS = 15 * 60_000;
const MOST_SEEN = 400;

const pollCursorSchema = z.object({
  /** ISO 8601: the newest that was delivered, by the time by which the network sorts. */
  newest: z.iso.datetime(),
  /** Which of the last minutes before it were delivered, as hashes of address and version. */
  seen: z.array(z.string().max(16)).max(MOST_SEEN),
});
export type PollCursor = z.output<typeof pollCursorSchema>;

/** Of a channel that is polled, or of one that streams. */
export const cursorSchema = z.union([pollCursorSchema, streamCursorSchema]);
export type BlueskyCursor = z.output<typeof cursorSchema>;

export const isPollCursor = (cursor: BlueskyCursor): cursor is PollCursor => 'newest' in cursor;

/** One post as it stands in a page: when the network sorts it, and which version it is. */
export interface Placed {
  readonly at: Date;
  readonly uri: string;
  readonly cid: string;
}

const markOf = ({ uri, cid }: Placed): string => createHash('sha256').update(`${uri} ${cid}`).digest('base64url').slice(0, 12);

/** From when on a page has to be looked at. */
export const horizonOf = (cursor: PollCursor | undefined): number => (cursor === undefined ? Number.NEGATIVE_INFINITY : Date.parse(cursor.newest) - OVERLAP_MS);

export const isNew = (placed: Placed, cursor: PollCursor | undefined): boolean => cursor === undefined || (placed.at.getTime() >= horizonOf(cursor) && !cursor.seen.includes(markOf(placed)));

/** The cursor behind these, which come oldest first. */
export const cursorAfter = (delivered: readonly Placed[], before: PollCursor | undefined): PollCursor | undefined => {
  const last = delivered.at(-1);
  if (last === undefined) return before;
  const newest = Math.max(last.at.getTime(), before === undefined ? 0 : Date.parse(before.newest));
  const recent = delivered.filter(({ at }) => at.getTime() >= newest - OVERLAP_MS).map(markOf);
  // Marks have no time of their own: they are dropped together, once all of them lie beyond the horizon.
  const earlier = before === undefined || newest - Date.parse(before.newest) > OVERLAP_MS ? [] : before.seen;
  return { newest: new Date(newest).toISOString(), seen: [...earlier, ...recent].slice(-MOST_SEEN) };
};
