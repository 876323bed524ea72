import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const opaque = /^[A-Za-z0-9_-]{1,1024}$/;

const read = (value: unknown): string => {
  if (typeof value !== 'string' || !opaque.test(value)) throw new GraphQLError('A Cursor is what an earlier answer gave, unchanged.');
  return value;
};

/** A place in a list, or in time. What it holds is read and checked by whoever made it. */
export const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  description: 'A place in a list, or in the course of changes: opaque, taken from one answer and given back unchanged.',
  serialize: (value) => value as string,
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
});
