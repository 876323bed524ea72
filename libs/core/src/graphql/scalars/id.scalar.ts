import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isId } from '../../database/index.js';

const read = (value: unknown): string => {
  if (typeof value !== 'string' || !isId(value)) throw new GraphQLError('An ID is a UUID, as in "0190a5de-0000-7000-8000-000000000000".');
  return value.toLowerCase();
};

/**
 * `ID`, which here is always a UUID: anything else is refused before a resolver runs.
 * Use it instead of the `ID` of @nestjs/graphql (a schema that mixes the two does not build).
 */
export const Id = new GraphQLScalarType<string, string>({
  name: 'ID',
  description: 'A UUID. What it names is one kind of thing only.',
  serialize: (value) => value as string,
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
});
