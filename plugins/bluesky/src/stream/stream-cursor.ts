import { z } from 'zod';
import type { Host } from './hosts.js';

const micros = z.int().min(0);

export const streamCursorSchema = z.strictObject({
  /** Microseconds since 1970: all that was said before was told, by whichever way. Absent until that is so. */
  at: micros.optional(),
  /** The host that was heard last: a sequence is its own, and no two see an event at the same time. */
  host: z.strictObject({ origin: z.string().max(500), speaks: z.enum(['jetstream', 'repos']), seq: z.int().min(0).optional() }).optional(),
  /** A round of asking one by one: since when (milliseconds), and who was asked last. */
  round: z.strictObject({ began: z.int().min(0), after: z.string().max(2_048) }).optional(),
});
export type StreamCursor = z.output<typeof streamCursorSchema>;

/** How far one goes back at a host that was heard last: it sees things in about their order. */
const SAME_HOST_US = 5_000_000;
/** And at another, which may see them earlier or later. */
const OTHER_HOST_US = 5 * 60_000_000;

/** From when on a host is asked, in microseconds. What comes twice by it is known by its address and version. */
export const startAt = (cursor: StreamCursor, { origin, speaks }: Pick<Host, 'origin' | 'speaks'>, now: Date): number => {
  if (cursor.at === undefined) return now.getTime() * 1_000 - OTHER_HOST_US;
  // Without a sequence it was polled since, and what that shows may be some minutes old.
  const isSame = cursor.host?.origin === origin && cursor.host.speaks === speaks && cursor.host.seq !== undefined;
  return Math.max(0, cursor.at - (isSame ? SAME_HOST_US : OTHER_HOST_US));
};
