import { z } from 'zod';

/** One for polling and streaming alike: what a stream brings moves the same mark by which polling goes on. */
export const cursorSchema = z.object({
  /** The newest id that was heard: of a status, or of a notification where the channel reads those. */
  after: z.string().max(1_000).exactOptional(),
  /** A profile that the server shows among what our account follows, and not by itself. */
  through: z.literal('home').exactOptional(),
});
export type MastodonCursor = z.output<typeof cursorSchema>;
