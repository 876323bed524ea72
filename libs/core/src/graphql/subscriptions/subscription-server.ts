import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, type GraphQLSchema, subscribe } from 'graphql';
import { type Disposable, GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authority } from '../../staff/index.js';
import { ContextFactory } from '../context.factory.js';
import { formatGraphqlError } from '../errors/graphql-error.js';
import { logFailure } from '../errors/log-failure.js';
import { bodyLimit, GraphqlOptions, graphqlPath } from '../graphql.options.js';
import type { GraphqlContext } from '../request-context.js';
import { SocketDoor } from './socket-door.js';
import { readSubscription } from './read-subscription.js';

interface Session {
  readonly authority: Authority;
}
type SocketExtra = Extra & Partial<Session>;

/** On one socket. A dashboard needs one. */
const subscriptionLimit = 20;
/** For its first message. After a start everybody comes back in the same second, and then a socket's words may wait longer than the library's three seconds to be read. */
const firstWordsMs = 20_000;

/**
 * Subscriptions by graphql-ws, at the path of GraphQL. Queries and mutations go over HTTP, which has their limits and their end.
 * A socket is one actor's from its first message on; whether the actor may still be here is asked again for each operation.
 */
@Injectable()
export class SubscriptionServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: bodyLimit,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  private serving: Disposable | undefined;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly schemaHost: GraphQLSchemaHost,
    private readonly contexts: ContextFactory,
    private readonly door: SocketDoor,
    private readonly options: GraphqlOptions,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.http.httpAdapter?.getHttpServer() as Server | undefined;
    if (server === undefined) return;
    this.serving = this.serve(this.schemaHost.schema);
    server.on('upgrade', (request, socket, head) => this.upgrade(server, request, socket, head));
  }

  async onModuleDestroy(): Promise<void> {
    await this.serving?.dispose();
    this.sockets.close();
  }

  private upgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.url?.split('?')[0] === graphqlPath) this.sockets.handleUpgrade(request, socket, head, (opened) => this.sockets.emit('connection', opened, request));
    // Somebody else's path, unless nobody else listens: then it would hang for ever.
    else if (server.listenerCount('upgrade') === 1) socket.destroy();
  }

  private serve(schema: GraphQLSchema): Disposable {
    return useServer<Record<string, unknown>, Partial<Session>>(
      {
        schema,
        connectionInitWaitTimeout: firstWordsMs,
        onConnect: async ({ connectionParams, extra }) => {
          const authority = await this.door.open(extra.request.headers, connectionParams);
          if (authority !== undefined) Object.assign(extra, { authority });
          return authority !== undefined;
        },
        onSubscribe: ({ extra, subscriptions }, _id, payload) => this.prepare(schema, extra, Object.keys(subscriptions).length, payload),
        subscribe: (args) => establish(args as ExecutionArgs & { contextValue: GraphqlContext }),
        onError: (_context, _id, _payload, errors) => errors.map(present),
        onNext: (_context, _id, _payload, _args, result) => (result.errors ? { data: result.data ?? null, errors: result.errors.map(present) } : undefined),
      },
      this.sockets,
    );
  }

  private async prepare(schema: GraphQLSchema, extra: SocketExtra, open: number, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const authority = extra.authority && (await this.door.stillOpen(extra.authority));
    if (authority === undefined) {
      forbid(extra.socket);
      return [new GraphQLError('This session or token has ended.', { extensions: { code: 'UNAUTHENTICATED' } })];
    }
    if (open > subscriptionLimit) return [new GraphQLError(`One socket carries at most ${subscriptionLimit} subscriptions.`, { extensions: { code: 'QUERY_TOO_LARGE' } })];
    const read = readSubscription(schema, payload, this.options);
    if (!('document' in read)) return read;
    const contextValue = this.contexts.ofSocket(authority, extra.request);
    return { ...read, schema, contextValue };
  }
}

const forbid = (socket: WebSocket): void => socket.close(4403, 'Forbidden');
const present = (error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError => formatGraphqlError(error instanceof GraphQLError ? error.toJSON() : error, error, logFailure);

/** What an established subscription sends on was told to it: the reading that its rule needed is over. */
const establish = async (args: ExecutionArgs & { contextValue: GraphqlContext }): ReturnType<typeof subscribe> => {
  try {
    return await subscribe(args);
  } finally {
    await args.contextValue.request.close();
  }
};
