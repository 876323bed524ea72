import { z } from 'zod';
import type { IndexedDocument, Need, Suggestion } from '../advisor.js';
import { limits } from '../limits.js';
import { langSchema } from './event-schemas.js';
import { schemaOf } from './schema-of.js';
import { filledTextOf, idSchema, listOf, momentSchema, textOf } from './values.js';

/** Checks an address that is shown to staff: http or https, and not too long. */
export const webAddressSchema = z.custom<URL>(
  (value) => value instanceof URL && /^https?:$/.test(value.protocol) && value.href.length <= limits.url,
  'is no http or https URL',
);

/** Checks a {@link Need}. */
export const needSchema = schemaOf<Need>()(
  z.object({
    restated: filledTextOf(limits.restated),
    topic: filledTextOf(limits.line).exactOptional(),
    lang: langSchema.exactOptional(),
    near: filledTextOf(limits.line).exactOptional(),
  }),
);

/** Checks a {@link Suggestion}. What cannot be cited by an http or https address is refused. */
export const suggestionSchema = schemaOf<Suggestion>()(
  z.object({
    title: filledTextOf(limits.line),
    cite: webAddressSchema,
    summary: textOf(limits.passage).exactOptional(),
    cover: webAddressSchema.exactOptional(),
    identifiers: listOf(z.object({ scheme: z.enum(['isbn', 'issn', 'oclc', 'event', 'work', 'url']), value: idSchema }), 100),
    availability: z.object({ text: filledTextOf(limits.line), at: momentSchema }).exactOptional(),
    starts: momentSchema.exactOptional(),
  }),
);

/** Checks an {@link IndexedDocument}. */
export const indexedDocumentSchema = schemaOf<IndexedDocument>()(
  z.object({ id: idSchema, fields: z.record(z.string(), textOf(limits.text)), suggestion: suggestionSchema }),
);
