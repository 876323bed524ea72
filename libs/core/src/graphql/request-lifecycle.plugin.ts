import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import { requireCost } from './limits/cost.js';
import { requireDepth } from './limits/depth.js';
import type { GraphqlOptions } from './graphql.options.js';
import type { GraphqlContext } from './request-context.js';

/** Measures an operation before it runs, and ends its reading before the answer leaves, whether or not it failed. */
export const requestLifecycle = (limits: GraphqlOptions): ApolloServerPlugin<GraphqlContext> => ({
  async requestDidStart() {
    const begun = performance.now();
    return {
      async didResolveOperation({ schema, document, request }) {
        requireDepth(document, limits.depth);
        requireCost({ schema, document, variables: request.variables, operationName: request.operationName }, limits.cost);
      },
      async willSendResponse({ contextValue, operation, response }) {
        await contextValue.request.close();
        if (operation !== undefined && operation.operation !== 'subscription') limits.answered?.(operation.operation, outcomeOf(response.body), (performance.now() - begun) / 1_000);
      },
    };
  },
});

/** What is our bug, or our database's, is told from what the caller may not, or may not so. */
const outcomeOf = (body: GraphQLResponse['body']): 'ok' | 'refused' | 'failed' => {
  const codes = body.kind === 'single' ? (body.singleResult.errors ?? []).map(({ extensions }) => extensions?.['code']) : [];
  if (codes.length === 0) return 'ok';
  return codes.some((code) => code === 'INTERNAL' || code === 'UNAVAILABLE') ? 'failed' : 'refused';
};
