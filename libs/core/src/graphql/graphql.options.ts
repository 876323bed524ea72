/** The limits of one GraphQL operation. The token by which they are injected, too. */
export abstract class GraphqlOptions {
  /** Fields within fields. */
  abstract readonly depth: number;
  /** One for each value that could be returned, pages counted whole. */
  abstract readonly cost: number;
  /** Told of each operation that was answered. */
  readonly answered?: (kind: 'query' | 'mutation', outcome: 'ok' | 'refused' | 'failed', seconds: number) => void;
}

export const graphqlPath = '/graphql';
/** Of one request, after decompression, and of one message on a socket. */
export const bodyLimit = 256 * 1_024;
/** Of one document: parsing is what comes before every other limit. */
export const tokenLimit = 4_000;
