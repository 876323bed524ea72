import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;

const read = (value: unknown): Date => {
  const date = typeof value === 'string' && iso.test(value) ? new Date(value) : undefined;
  // Date rolls the 31st of June over into July; what it prints then begins with another day.
  if (date === undefined || Number.isNaN(date.getTime()) || !sameDay(value as string))
    throw new GraphQLError('A DateTime is ISO 8601 with seconds and an offset, as in "2026-03-01T18:30:00Z".');
  return date;
};

const sameDay = (text: string): boolean => new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));

/** Every `Date` of a model or argument. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment, as ISO 8601 with seconds and an offset: "2026-03-01T18:30:00Z". Answers are in UTC, to the millisecond.',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string)).toISOString(),
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
});
