import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { limits } from './limits.js';
import { readSourceEvent } from './read-source-event.js';
import { momentSchema } from './schemas/values.js';
import type { Batch } from './source-event.js';

type Acknowledge = NonNullable<Batch<unknown>['acknowledge']>;

/** The shape of a {@link Batch}, before its events and its cursor are looked at. */
export const batchShapeSchema = z.object({
  events: z.array(z.unknown()).max(limits.events, `more than ${limits.events} events`),
  cursor: z.unknown().optional(),
  heardUntil: momentSchema.optional(),
  acknowledge: z.custom<Acknowledge>((value) => typeof value === 'function', 'is no function').optional(),
});

/** A source broke the contract in a way that no event can stand for: a fault of the plugin, for which its channel is quarantined. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
}

const cursorProblem = (cursor: unknown, schema: z.ZodType | undefined): string | undefined => {
  if (schema === undefined) return 'the plugin declares no cursor';
  let json: string | undefined;
  try {
    json = JSON.stringify(cursor);
  } catch {
    return 'its cursor is no JSON';
  }
  if (json === undefined || !isDeepStrictEqual(JSON.parse(json), cursor)) return 'its cursor does not survive JSON';
  if (json.length > limits.cursor) return `its cursor is longer than ${limits.cursor}`;
  return schema.safeParse(cursor).success ? undefined : "its cursor does not fit the plugin's own schema";
};

/**
 * Reads whatever a source yielded as a batch.
 *
 * Events that cannot be read become {@link Unreadable} ones in their place; order and number stay.
 *
 * @param cursor - the plugin's schema of cursors, where it declares one
 * @throws {@link BatchError} when it is no batch at all, or its cursor could not be stored and read back
 */
export const readBatch = <C>(value: unknown, cursor?: z.ZodType<C>): Batch<C> => {
  const read = batchShapeSchema.safeParse(value);
  if (!read.success) {
    throw new BatchError(`No batch: ${read.error.issues.map((issue) => `${issue.path.join('.') || 'batch'}: ${issue.message}`).join('; ')}`);
  }
  const { events, heardUntil, acknowledge } = read.data;
  const problem = read.data.cursor === undefined ? undefined : cursorProblem(read.data.cursor, cursor);
  if (problem !== undefined) throw new BatchError(`A batch was refused: ${problem}`);
  return {
    events: events.map(readSourceEvent),
    ...(read.data.cursor === undefined ? {} : { cursor: read.data.cursor as C }),
    ...(heardUntil === undefined ? {} : { heardUntil }),
    ...(acknowledge === undefined ? {} : { acknowledge }),
  };
};
