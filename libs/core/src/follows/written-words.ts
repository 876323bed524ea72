import { isId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';

/** One character as PostgreSQL's length() counts: a code point. */
const lengthOf = (text: string): number => [...text].length;

/**
 * What a person wrote into a field: well-formed and trimmed.
 * @throws PlatformError BAD_INPUT where it is empty, longer than `max` characters, or holds U+0000, which PostgreSQL cannot store.
 */
export const writtenWords = (text: string, field: string, max: number): string => {
  const words = text.toWellFormed().trim();
  if (words === '') throw new PlatformError('BAD_INPUT', `${field} must not be empty.`, field);
  if (words.includes('\u0000')) throw new PlatformError('BAD_INPUT', `${field} holds a character that cannot be stored (U+0000).`, field);
  if (words.length > 2 * max || lengthOf(words) > max) throw new PlatformError('BAD_INPUT', `${field} is longer than ${max} characters.`, field);
  return words;
};

/** The same, where nothing may be said: blank is nothing. */
export const optionalWords = (text: string | null | undefined, field: string, max: number): string | null =>
  text === null || text === undefined || text.trim() === '' ? null : writtenWords(text, field, max);

/** @throws PlatformError BAD_INPUT where it is not an id of ours. */
export const writtenId = (text: string, field: string): string => {
  if (!isId(text)) throw new PlatformError('BAD_INPUT', `${field} is not an id.`, field);
  return text.toLowerCase();
};

/** @throws PlatformError BAD_INPUT where it is none of `choices`. */
export const writtenChoice = <Choice extends string>(text: string, choices: readonly Choice[], field: string): Choice => {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw new PlatformError('BAD_INPUT', `${field} must be one of: ${choices.join(', ')}.`, field);
  return chosen;
};

const day = /^\d{4}-\d{2}-\d{2}$/;

/** A day as 2026-03-01. @throws PlatformError BAD_INPUT where the calendar has no such day. */
export const writtenDay = (text: string | null | undefined, field: string): string | null => {
  if (text === null || text === undefined) return null;
  // Date rolls the 31st of June over into July.
  if (!day.test(text) || Number.isNaN(Date.parse(text)) || !new Date(text).toISOString().startsWith(text) || text.startsWith('0000')) throw new PlatformError('BAD_INPUT', `${field} is not a day, as in 2026-03-01.`, field);
  return text;
};

/** A number of days, up to a hundred years. @throws PlatformError BAD_INPUT */
export const writtenDays = (days: number | null | undefined, field: string): number | null => {
  if (days === null || days === undefined) return null;
  if (!Number.isInteger(days) || days < 1 || days > 36_525) throw new PlatformError('BAD_INPUT', `${field} is a whole number of days, from 1 to 36525.`, field);
  return days;
};
