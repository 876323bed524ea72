import { z } from 'zod';
import type { Effects, Finding, Label } from '../classifier.js';
import { limits } from '../limits.js';
import { schemaOf } from './schema-of.js';
import { filledTextOf, idSchema, listOf } from './values.js';

const labelIdSchema = z.string().max(limits.word).regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, 'is no label: dotted lower-case words');

/** Checks {@link Effects}. An unknown effect is refused: it would silently do nothing. */
export const effectsSchema = schemaOf<Effects>()(
  z.strictObject({
    attention: z.number().min(-10).max(10).exactOptional(),
    holdUnprompted: z.literal(true).exactOptional(),
    view: z.string().max(limits.word).regex(/^[a-z][a-z0-9-]*$/, 'is no name of a view').exactOptional(),
    blur: z.literal(true).exactOptional(),
    retention: z.literal('short').exactOptional(),
  }),
);

/** Checks a {@link Label}. */
export const labelSchema = schemaOf<Label>()(
  z.object({ id: labelIdSchema, title: filledTextOf(limits.line), effects: effectsSchema }),
);

const offsetSchema = z.int().min(0).max(limits.text);

/** Checks a {@link Finding} by itself; whether its spans fit a text, and its label a classifier, {@link findingProblem} tells. */
export const findingSchema = schemaOf<Finding>()(
  z.object({
    label: labelIdSchema,
    score: z.number().min(0).max(1),
    spans: listOf(z.tuple([offsetSchema, offsetSchema]).readonly(), limits.spans),
    place: idSchema.exactOptional(),
    restated: filledTextOf(limits.restated).exactOptional(),
  }),
);

const splitsPair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && text.charCodeAt(at - 1) >> 10 === 0x36 && text.charCodeAt(at) >> 10 === 0x37;

/**
 * What is wrong with a finding for this text, in words without any of it; `undefined` where it holds.
 *
 * Beside the schema: its label is one of `labels`, and every span is not empty, within the text, and splits no surrogate pair.
 */
export const findingProblem = (finding: unknown, text: string, labels: ReadonlySet<string>): string | undefined => {
  const read = findingSchema.safeParse(finding);
  if (!read.success) return read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
  const { label, spans } = read.data;
  if (!labels.has(label)) return `label ${label} is not declared`;
  for (const [start, end] of spans) {
    if (start >= end || end > text.length) return `span ${start}–${end} is empty or outside a text of ${text.length}`;
    if (splitsPair(text, start) || splitsPair(text, end)) return `span ${start}–${end} splits a surrogate pair`;
  }
  return undefined;
};
