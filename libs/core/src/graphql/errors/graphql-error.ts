import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { presentError } from './presented-error.js';

/** Codes of GraphQL's own complaints: about the document, the variables, the transport. They are the caller's to read. */
const ofTheDocument: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'BAD_INPUT',
  BAD_USER_INPUT: 'BAD_INPUT',
  BAD_REQUEST: 'BAD_INPUT',
  BAD_INPUT: 'BAD_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  QUERY_TOO_LARGE: 'QUERY_TOO_LARGE',
};

/** An error of a GraphQL answer as the client sees it: a message, a path, a code; no stack, no cause. */
export const formatGraphqlError = (formatted: GraphQLFormattedError, error: unknown, log: (id: string, error: unknown) => void): GraphQLFormattedError => {
  const place = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
  const code = ofTheDocument[String(formatted.extensions?.['code'])];
  if (code !== undefined && isGraphqlsOwn(error)) return { message: formatted.message, ...place, extensions: { code } };
  const { message, ...extensions } = presentError(unwrapResolverError(error), log);
  return { message, ...place, extensions };
};

/** A refused variable carries the scalar's error as its original, which is GraphQL's own as well. */
const isGraphqlsOwn = (error: unknown): boolean =>
  error instanceof GraphQLError && (error.originalError == null || error.originalError instanceof GraphQLError);
