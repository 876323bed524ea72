import { z } from 'zod';
import { lineOf } from '../staff/index.js';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // RangeError: no such zone.
    return false;
  }
};

const languages = z
  .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'A language is a tag like "en" or "pt-BR".'))
  .min(1, 'A library reads one language at least.')
  .max(20, 'A library reads at most 20 languages.')
  .transform((tags) => [...new Set(tags)]);
const timeZone = z.string().max(64).refine(isTimeZone, 'A time zone is a name like "Europe/Lisbon".');

export const foundingInput = z.object({
  kind: z.enum(['library', 'branch']),
  name: lineOf('The name', 200),
  handle: z.string().trim().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'A handle has small letters, digits and dashes, and begins with no dash.'),
  languages,
  timeZone,
});
export type LibraryFounding = z.input<typeof foundingInput>;

export const changeInput = z.object({ name: lineOf('The name', 200).optional(), languages: languages.optional(), timeZone: timeZone.optional() });
export type LibraryChange = z.input<typeof changeInput>;

/** At one library. Matching takes all of them into memory. */
export const placeLimit = 2_000;

const placeInput = z
  .object({ kind: z.enum(['name', 'alias', 'postcode', 'hashtag']), value: lineOf('A place', 200) })
  .transform(({ kind, value }) => ({ kind, value: kind === 'hashtag' ? value.replace(/^#+/, '') : value }))
  .refine(({ kind, value }) => kind !== 'hashtag' || /^[\p{L}\p{N}\p{M}_]+$/u.test(value), { error: 'A hashtag is one word of letters, digits and underscores.', path: ['value'] });
export const placesInput = z.array(placeInput).max(placeLimit, `A library serves at most ${placeLimit} places.`);
export type PlaceWish = z.input<typeof placeInput>;
