import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Mark, seenToo } from './cursor.js';
import { newerId } from './ids.js';
import { idIn } from './taps.js';

const editSchema = z.object({ edited_at: z.string().nullish().catch(undefined), status: z.unknown().optional() });

/** Until when an item was edited; of a notification its status. */
const editIn = (item: unknown): string => {
  const read = editSchema.safeParse(item).data;
  return read?.edited_at ?? (read?.status === undefined ? '' : editIn(read.status));
};

/** Names an item in its present version. */
export const nameOf = (item: unknown): string => createHash('sha256').update(`${idIn(item) ?? ''} ${editIn(item)}`).digest('base64url').slice(0, 8);

/** The mark behind these too. It never moves back. */
export const markAfter = (mark: Mark, items: readonly unknown[]): Mark => {
  const ids = items.map(idIn).filter((id) => id !== undefined);
  const after = ids.reduce<string | undefined>((newest, id) => newerId(newest, id), mark.after);
  return { ...(after === undefined ? {} : { after }), seen: seenToo(mark.seen, items.map(nameOf)) };
};

/** Both marks as one. */
export const together = (one: Mark, other: Mark): Mark => {
  const after = other.after === undefined ? one.after : newerId(one.after, other.after);
  return { ...(after === undefined ? {} : { after }), seen: seenToo(one.seen, other.seen ?? []) };
};
