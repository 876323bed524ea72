import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { json } from 'express';
import type { GraphQLFormattedError } from 'graphql';
import { newId } from '../database/index.js';
import { correlationId, withCorrelation } from '../logging/index.js';
import { ContextFactory } from './context.factory.js';
import { formatGraphqlError } from './errors/graphql-error.js';
import { logFailure } from './errors/log-failure.js';
import { GraphiqlController } from './graphiql/graphiql.controller.js';
import { bodyLimit, GraphqlOptions, graphqlPath, tokenLimit } from './graphql.options.js';
import { OperationGuard } from './operation.guard.js';
import { RenewingInterceptor } from './renewing.interceptor.js';
import { requestLifecycle } from './request-lifecycle.plugin.js';
import { schemaOptions } from './schema.js';
import { SocketDoor } from './subscriptions/socket-door.js';
import { SubscriptionServer } from './subscriptions/subscription-server.js';

const driverConfig = (options: GraphqlOptions, contexts: ContextFactory): ApolloDriverConfig => ({
  path: graphqlPath,
  autoSchemaFile: true,
  buildSchemaOptions: schemaOptions,
  sortSchema: true,
  graphiql: false,
  introspection: true,
  csrfPrevention: true,
  allowBatchedHttpRequests: false,
  includeStacktraceInErrorResponses: false,
  autoTransformHttpErrors: false,
  parseOptions: { maxTokens: tokenLimit, noLocation: false },
  // Answers are told to no cache; to work out a policy that nobody reads, Apollo would wrap every field of every answer.
  plugins: [requestLifecycle(options), ApolloServerPluginCacheControlDisabled()],
  context: (given: Parameters<ContextFactory['ofHttp']>[0]) => contexts.ofHttp(given),
  formatError: (formatted: GraphQLFormattedError, error: unknown) => formatGraphqlError(formatted, error, logFailure),
});

@Module({ providers: [ContextFactory], exports: [ContextFactory] })
class ContextModule {}

/**
 * GraphQL over HTTP and sockets, for the resolvers of whatever modules the application has.
 * Needs the global modules of the database and of staff.
 */
@Module({})
export class GraphqlModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    // Here and not in a hook: the limit has to stand before any parser of the application's own.
    httpAdapter?.use(graphqlPath, json({ limit: bodyLimit }), (_request: unknown, _response: unknown, next: () => void) => withCorrelation(correlationId() ?? newId(), next));
  }

  static forRoot(options: GraphqlOptions): DynamicModule {
    return {
      module: GraphqlModule,
      controllers: [GraphiqlController],
      imports: [
        ContextModule,
        GraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          imports: [ContextModule],
          inject: [ContextFactory],
          useFactory: (contexts: ContextFactory) => driverConfig(options, contexts),
        }),
      ],
      providers: [
        { provide: GraphqlOptions, useValue: options },
        { provide: APP_GUARD, useClass: OperationGuard },
        { provide: APP_INTERCEPTOR, useClass: RenewingInterceptor },
        SocketDoor,
        SubscriptionServer,
      ],
    };
  }
}
