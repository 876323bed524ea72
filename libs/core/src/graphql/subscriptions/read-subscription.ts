import { type DocumentNode, getOperationAST, GraphQLError, type GraphQLSchema, OperationTypeNode, parse, validate } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { type GraphqlOptions, tokenLimit } from '../graphql.options.js';
import { requireCost } from '../limits/cost.js';
import { requireDepth } from '../limits/depth.js';

export interface ReadSubscription {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Record<string, unknown> | null;
}

/** The subscription that a message asks for, held to the same limits as what comes by HTTP; or what is wrong with it. */
export const readSubscription = (schema: GraphQLSchema, payload: SubscribePayload, options: GraphqlOptions): ReadSubscription | readonly GraphQLError[] => {
  try {
    const document = parse(payload.query, { maxTokens: tokenLimit });
    const invalid = validate(schema, document);
    if (invalid.length > 0) return invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    if (getOperationAST(document, payload.operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
      return [new GraphQLError('This socket is for subscriptions. Send queries and mutations by HTTP.', { extensions: { code: 'BAD_INPUT' } })];
    requireDepth(document, options.depth);
    requireCost({ schema, document, variables: payload.variables, operationName: payload.operationName }, options.cost);
    return {
      document,
      ...(payload.operationName === undefined ? {} : { operationName: payload.operationName }),
      ...(payload.variables === undefined ? {} : { variableValues: payload.variables }),
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
};

const withCode = (error: GraphQLError, code: string): GraphQLError =>
  error.extensions['code'] !== undefined ? error : new GraphQLError(error.message, { ...(error.nodes && { nodes: error.nodes }), extensions: { code } });
