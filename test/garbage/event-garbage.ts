import { type SourceEvent, limits, sourceEventSchema } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import type { z } from 'zod';

type Path = readonly (string | number)[];

/** One place in an event of one kind, and that event whole and good: a walk over the contract's own schema, which grows with it. */
export interface EventField {
  readonly name: string;
  readonly path: Path;
  readonly good: SourceEvent;
}

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
}
const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

const goodLeaves = ['fixture', 'https://a.example/', 'public', 'image', 'post', 'post-gone', 'profile', 'profile-gone', 'counts', 'gap', 'unreadable', 'waiting', 'deleted', 'draft-by-machine', 1, new Date('2026-03-01T10:00:00Z')];

/** Every property filled. @throws where nobody says what a good value of a leaf is */
const goodOf = (schema: z.ZodType): unknown => {
  const { shape, innerType, element } = definitionOf(schema);
  if (shape !== undefined) return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, goodOf(inner)]));
  if (innerType !== undefined) return goodOf(innerType);
  if (element !== undefined) return [goodOf(element)];
  const found = goodLeaves.find((value) => schema.safeParse(value).success);
  if (found === undefined) throw new Error(`nobody says what a good ${definitionOf(schema).type} is`);
  return found;
};

const pathsOf = (schema: z.ZodType): readonly Path[] => {
  const { shape, innerType, element } = definitionOf(schema);
  if (innerType !== undefined) return pathsOf(innerType);
  if (shape !== undefined) return [[], ...Object.entries(shape).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path]))];
  return element === undefined ? [[]] : [[], ...pathsOf(element).map((path) => [0, ...path])];
};

/** Every place in every kind of event. */
export const eventFields = (): readonly EventField[] =>
  (definitionOf(sourceEventSchema).options ?? []).flatMap((option) => {
    const good = goodOf(option) as SourceEvent;
    return pathsOf(option).map((path) => ({ name: [good.kind, ...path].join('.'), path, good }));
  });

/** The event with another value there; `undefined` takes the property away. */
export const withValueAt = (value: unknown, path: Path, replacement: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  if (rest.length === 0 && replacement === undefined) delete copy[key];
  else copy[key] = withValueAt(copy[key], rest, replacement);
  return copy;
};

const circular: Record<string, unknown> = {};
circular['self'] = circular;
const hostile = new Proxy({}, { get: () => { throw new Error('do not look'); }, ownKeys: () => { throw new Error('do not look'); } });

const wrong: readonly unknown[] = [
  undefined, null, true, 0, -1, 0.5, Number.NaN, Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 10n, Symbol('x'), () => 1, '', [], {}, [[]], [null], circular, hostile, new Map(), new Uint8Array(9),
  new Date(Number.NaN), new Date(8.64e15), new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59.999Z'), new Date('0000-01-01T00:00:00Z'),
];
const texts: readonly string[] = [
  ' ', '\0', 'a\0b', '\ud800', '\udfffx', '\u202eevil\u202c', '\u200b', '\ufeff', '\u0130', 'ﷺ'.repeat(400), '\r\n\t\u000b', '__proto__', 'constructor', "'; drop table post; --", '\\', '{}', '%', 'NaN', 'infinity',
  '<script>alert(1)</script>', 'javascript:alert(1)', 'data:text/html,x', 'https://', 'https://[::1', 'https://a.example:99999/', 'https://a.example/\u0000', 'https://xn--/', `https://a.example/${'%'.repeat(2_000)}`,
];

/** Texts that no compression makes short, as long as the contract lets each be, and one longer. */
const longTexts = (seed: number): readonly string[] => {
  const lengths = [...new Set([limits.word, limits.tag, limits.line, limits.id, limits.url, limits.passage, limits.text])];
  const random = fc.sample(fc.array(fc.integer({ min: 0x4e00, max: 0x9fa5 }), { minLength: limits.text, maxLength: limits.text }), { seed, numRuns: 1 })[0] ?? [];
  const all = String.fromCharCode(...random.slice(0, 60_000)) + String.fromCharCode(...random.slice(60_000));
  return [...lengths.flatMap((length) => [all.slice(0, length), `${all.slice(0, length)}x`]), `https://a.example/${all.slice(0, limits.url - 18)}`];
};

/** What each place is given in turn: the known evils, and some that the seed draws. */
export const valuesFor = (seed: number): readonly unknown[] => [
  ...wrong, ...texts, ...longTexts(seed), ...fc.sample(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }), { seed, numRuns: 8 }),
  ...fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { seed, numRuns: 8 }),
];
