import { z } from 'zod';
import { parseDuration } from './duration.js';

/** An ISO 8601 duration in the file, milliseconds in the program. */
const duration = z.string().transform((text, checked) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  checked.addIssue({ code: 'custom', message: `"${text}" is no ISO 8601 duration` });
  return z.NEVER;
});

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'ids are lower-case letters, digits, hyphens and dots');

const refusal = z.strictObject({
  purpose: z.enum(['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer']),
  sign: z.string().min(1),
});

/** Someone of the town; `followed`, `reason` and `kind` tell which follow list the demonstration makes. `whenPosted.after` counts from the library's first post of its own. */
export const person = z.strictObject({
  id,
  handle: z.string().regex(/^@[a-z0-9_]+$/),
  name: z.string().min(1),
  kind: z.enum(['organisation', 'business', 'community-leader', 'media', 'person', 'other']),
  bio: z.string().default(''),
  place: z.string().optional(),
  followed: z.boolean(),
  reason: z.string().optional(),
  refusals: z.array(refusal).default([]),
  refusalsLater: z.array(z.strictObject({ after: duration, refusals: z.array(refusal) })).default([]),
  renamedLater: z.strictObject({ after: duration, handle: z.string().regex(/^@[a-z0-9_]+$/) }).optional(),
  blocksUs: z.strictObject({ after: duration }).optional(),
  goneAfter: duration.optional(),
  whenPosted: z.strictObject({ after: duration, text: z.string().min(1) }).optional(),
});
export type Person = z.output<typeof person>;

/** One thing said in town. Times are milliseconds since the town's clock began; `whenAnswered.after` counts from the library's answer. */
export const townPost = z.strictObject({
  id,
  by: id,
  to: id.optional(),
  at: duration,
  arrives: duration.optional(),
  text: z.string().min(1),
  kind: z.string().optional(),
  topic: z.string().optional(),
  lang: z.string().optional(),
  tags: z.array(z.string().min(1)).default([]),
  mentions: z.array(id).default([]),
  quotes: z.array(id).default([]),
  audience: z.enum(['public', 'unlisted', 'addressed', 'members']).default('public'),
  link: z.strictObject({ url: z.url(), title: z.string().optional() }).optional(),
  media: z.array(z.strictObject({ url: z.url(), alt: z.string().optional(), kind: z.enum(['image', 'video', 'audio']) })).default([]),
  edits: z.array(z.strictObject({ at: duration, text: z.string().min(1) })).default([]),
  deletedAt: duration.optional(),
  whenAnswered: z.strictObject({ after: duration, text: z.string().min(1) }).optional(),
});
export type TownPost = z.output<typeof townPost>;

export const conversation = z.strictObject({ id, posts: z.array(townPost).min(1) });

/** The whole town as it stands in the files. */
export interface Town {
  readonly people: ReadonlyMap<string, Person>;
  readonly posts: ReadonlyMap<string, TownPost>;
}

/** The town's library: us. */
export const libraryId = 'ashford-library';
