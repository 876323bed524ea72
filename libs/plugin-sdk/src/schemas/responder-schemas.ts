import { z } from 'zod';
import { limits } from '../limits.js';
import type { Abilities, Attempt } from '../responder.js';
import { langSchema, refSchema } from './event-schemas.js';
import { schemaOf } from './schema-of.js';
import { filledTextOf, momentSchema } from './values.js';

/** Checks {@link Abilities}. */
export const abilitiesSchema = schemaOf<Abilities>()(
  z.object({
    reply: z.enum(['yes', 'by-hand', 'no']),
    because: filledTextOf(limits.line).exactOptional(),
    length: z.object({
      limit: z.int().min(1),
      unit: z.enum(['grapheme', 'character', 'byte']),
      urlWeight: z.int().min(0).exactOptional(),
    }),
    can: z.array(z.enum(['edit', 'remove', 'like', 'boost', 'follow', 'media'])),
  }),
);

/** Checks an {@link Attempt}. */
export const attemptSchema = schemaOf<Attempt>()(
  z.object({
    key: z.string().regex(/^[\x21-\x7e]{1,64}$/, 'is no key: 1 to 64 visible ASCII characters'),
    part: z.int().min(0),
    text: filledTextOf(limits.text),
    to: refSchema.exactOptional(),
    root: refSchema.exactOptional(),
    lang: langSchema,
    firstTriedAt: momentSchema,
    lastTriedAt: momentSchema,
  }),
);
