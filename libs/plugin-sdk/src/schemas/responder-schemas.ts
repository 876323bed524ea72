import { z } from 'zod';
import { limits } from '../limits.js';
import type { Abilities, Attempt } from '../responder.js';
import { langSchema, refSchema } from './event-schemas.js';
import { schemaOf } from './schema-of.js';
import { filledTextOf, momentSchema } from './values.js';

const lengthSchema = z.object({
  limit: z.int().min(1),
  unit: z.enum(['grapheme', 'character', 'byte']),
  urlWeight: z.int().min(0).exactOptional(),
});

const mediaTypeSchema = z.string().regex(/^image\/[a-z0-9.+-]{1,60}$/, 'is no type of an image, as in image/jpeg');

/** Checks {@link Abilities}. */
export const abilitiesSchema = schemaOf<Abilities>()(
  z.object({
    reply: z.enum(['yes', 'by-hand', 'no']),
    because: filledTextOf(limits.line).exactOptional(),
    length: lengthSchema,
    media: z.object({ mostImages: z.int().min(1), mediaTypes: z.array(mediaTypeSchema).min(1), mostBytes: z.int().min(1), mostPixels: z.int().min(1).exactOptional(), alt: lengthSchema }).exactOptional(),
    can: z.array(z.enum(['edit', 'remove', 'like', 'boost', 'follow'])),
  }),
);

/** Checks what a responder's `upload` gives. */
export const uploadedSchema = z.string().min(1).max(4_000);

/** Checks an {@link Attempt}. */
export const attemptSchema = schemaOf<Attempt>()(
  z.object({
    key: z.string().regex(/^[\x21-\x7e]{1,64}$/, 'is no key: 1 to 64 visible ASCII characters'),
    part: z.int().min(0),
    text: filledTextOf(limits.text),
    to: refSchema.exactOptional(),
    root: refSchema.exactOptional(),
    lang: langSchema,
    media: z.array(z.object({
      bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'are no bytes'),
      mediaType: mediaTypeSchema,
      width: z.int().min(1),
      height: z.int().min(1),
      alt: filledTextOf(limits.text),
      uploaded: uploadedSchema.exactOptional(),
    })),
    firstTriedAt: momentSchema,
    lastTriedAt: momentSchema,
  }),
);
