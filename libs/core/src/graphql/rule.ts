import { SetMetadata } from '@nestjs/common';
import { TypeMetadataStorage } from '@nestjs/graphql';
import type { Needed } from '../staff/index.js';

/**
 * Who may call a query, mutation or subscription. Everything is for signed-in actors; tokens need `scope` besides.
 *
 * `role` is asked for at the library that the argument `at` names (`'library'`, `'input.library'`), else at any library of the actor's;
 * where the library is known only once a row was read, the service asks `Permissions.require` in its transaction.
 */
export interface Rule extends Needed {
  readonly at?: string;
}

const key = 'earshot:rule';

/** Goes on every @Query, @Mutation and @Subscription: one without it is refused, and fails a test. */
export const Requires = (rule: Rule): MethodDecorator => SetMetadata(key, Object.freeze(rule));

export const ruleOf = (handler: object): Rule | undefined => Reflect.getMetadata(key, handler) as Rule | undefined;

/** Every operation that the loaded resolvers declare, with its rule: for the tests that hold all of them to having one. */
export const declaredOperations = (): readonly { kind: 'query' | 'mutation' | 'subscription'; name: string; rule: Rule | undefined }[] =>
  (
    [
      ['query', TypeMetadataStorage.getQueriesMetadata()],
      ['mutation', TypeMetadataStorage.getMutationsMetadata()],
      ['subscription', TypeMetadataStorage.getSubscriptionsMetadata()],
    ] as const
  ).flatMap(([kind, operations]) =>
    operations.map((operation) => {
      const methods = operation.target.prototype as Record<string, object | undefined>;
      const handler = methods[operation.methodName];
      return { kind, name: operation.schemaName, rule: handler && ruleOf(handler) };
    }),
  );
