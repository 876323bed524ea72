import type { ApolloServerPlugin } from '@apollo/server';
import { requireCost } from './limits/cost.js';
import { requireDepth } from './limits/depth.js';
import type { GraphqlOptions } from './graphql.options.js';
import type { GraphqlContext } from './request-context.js';

/** Measures an operation before it runs, and ends its reading before the answer leaves, whether or not it failed. */
export const requestLifecycle = (limits: GraphqlOptions): ApolloServerPlugin<GraphqlContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, request }) {
        requireDepth(document, limits.depth);
        requireCost({ schema, document, variables: request.variables, operationName: request.operationName }, limits.cost);
      },
      async willSendResponse({ contextValue }) {
        await contextValue.request.close();
      },
    };
  },
});
