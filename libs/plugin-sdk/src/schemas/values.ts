import { isDate } from 'node:util/types';
import { z } from 'zod';
import { limits } from '../limits.js';

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** A string that PostgreSQL and JSON can carry unchanged; empty allowed. */
export const textOf = (max: number): z.ZodString =>
  z.string().max(max, `longer than ${max} UTF-16 units`).refine(isStorable, 'holds U+0000 or a lone surrogate');

/** The same, and something is in it. */
export const filledTextOf = (max: number): z.ZodString => textOf(max).min(1, 'is empty');

/**
 * What is told apart by an index, whose rows PostgreSQL keeps below 2,704 bytes: counted as they are stored, for 2,048 UTF-16 units of
 * Chinese are 6,144 bytes.
 */
const keyOf = (maxBytes: number): z.ZodString => filledTextOf(maxBytes).refine((text) => text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes, `longer than ${maxBytes} bytes in UTF-8`);

export const idSchema = keyOf(limits.id);
/** Checks what names something unreadable: the digest of a dead letter. */
export const digestSchema = keyOf(limits.line);
/** With or without a port. */
export const hostSchema = keyOf(limits.word).regex(/^[^\s/?#@]+$/, 'is no host name');

/** http or https, absolute, without white space or control characters. */
export const urlSchema = filledTextOf(limits.url).refine(
  (text) => /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text),
  'is no http or https address',
);

export const networkSchema = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'is no network: lower-case letters, digits, dots and hyphens');

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A point in time that every part of the way can write down: of the years 1 to 9999.
 * NOTE: not `z.date()`, whose `instanceof` refuses dates made in another realm (a worker's message, structuredClone inside jest).
 */
export const momentSchema = z.custom<Date>(
  (value) => isDate(value) && value.getTime() >= earliest && value.getTime() <= latest,
  'is no date between the years 1 and 9999',
);

export const countSchema = z.int().min(0).max(limits.count);

/** At most `max` of them. */
export const listOf = <Item extends z.ZodType>(item: Item, max: number): z.ZodArray<Item> => z.array(item).max(max, `more than ${max}`);
