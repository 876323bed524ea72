import { z } from 'zod';

/** As many as the newest page has, and as many again. */
const MOST_SEEN = 80;

const markSchema = z.object({
  /** The newest id that was heard: of a status, or of a notification where the channel reads those. */
  after: z.string().max(1_000).exactOptional(),
  /** What was told of late, as hashes of id and edit: what comes late, or is edited, has an id of before and is told all the same. */
  seen: z.array(z.string().max(12)).max(MOST_SEEN).exactOptional(),
});
export type Mark = z.output<typeof markSchema>;

/** One for polling and streaming alike: what a stream brings moves the same marks by which polling goes on. */
export const cursorSchema = markSchema.extend({
  /** A profile that the server shows among what our account follows, and not by itself. */
  through: z.literal('home').exactOptional(),
  /** Where a channel has many hashtags: the mark of each. */
  tags: z.record(z.string().max(500), markSchema).exactOptional(),
});
export type MastodonCursor = z.output<typeof cursorSchema>;

export const markIn = (cursor: MastodonCursor | undefined, tag: string | undefined): Mark => (tag === undefined ? (cursor ?? {}) : (cursor?.tags?.[tag] ?? {}));

export const withMark = (cursor: MastodonCursor | undefined, tag: string | undefined, mark: Mark): MastodonCursor =>
  tag === undefined ? { ...cursor, ...mark } : { ...cursor, tags: { ...cursor?.tags, [tag]: mark } };

/** With these as well: the newest stay. */
export const seenToo = (seen: readonly string[] = [], more: readonly string[]): string[] => [...new Set([...more.toReversed(), ...seen.toReversed()])].slice(0, MOST_SEEN).reverse();
