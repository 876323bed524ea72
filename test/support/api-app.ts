import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, type INestApplication, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database, DatabaseModule } from '@earshot/core/database';
import { GraphqlModule } from '@earshot/core/graphql';
import { StaffModule } from '@earshot/core/staff';
import { collectedNestLog } from './output/collected-log.js';
import type { TestDatabase } from './test-database.js';

export interface ApiAnswer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[]; readonly extensions: Record<string, unknown> }[];
}

/** An application of some features, listening on 127.0.0.1. */
export interface ApiApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly database: Database;
  /** What the application logged as an error. */
  readonly logged: readonly Error[];
  ask(headers: Readonly<Record<string, string>>, query: string, variables?: object): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface ApiAppOptions {
  readonly imports?: readonly (Type | DynamicModule)[];
  readonly providers?: readonly Provider[];
  readonly publicUrl?: string;
  readonly sessionHours?: number;
  readonly limits?: { readonly depth: number; readonly cost: number };
}

/** Database, staff and GraphQL, and the modules and providers of a test. Close it in afterAll. */
export async function startApi(test: TestDatabase, { imports = [], providers = [], publicUrl, sessionHours = 12, limits = { depth: 12, cost: 10_000 } }: ApiAppOptions = {}): Promise<ApiApp> {
  const database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 3, worker: 1, listener: 2 } });
  const logged: Error[] = [];

  @Module({ imports: [DatabaseModule.forRoot(database), StaffModule.forRoot({ publicUrl, sessionHours }), GraphqlModule.forRoot(limits), ...imports], providers: [...providers] })
  class TestApp {}

  const collected = collectedNestLog();
  const quiet = {
    log: () => {}, warn: (...told: [unknown]) => collected.warn(...told),
    error: (error: unknown, ...rest: unknown[]) => {
      collected.error(error, ...rest);
      logged.push(error instanceof Error ? error : new Error(String(error)));
    },
  };
  const app = await NestFactory.create(TestApp, { logger: quiet, abortOnError: false });
  // Longer than any test: a request never meets a connection that is being closed.
  (app.getHttpServer() as Server).keepAliveTimeout = 600_000;
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  return {
    app, url, database, logged,
    async ask(headers, query, variables = {}) {
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) });
      return { status: response.status, ...((await response.json()) as Omit<ApiAnswer, 'status'>) };
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}

export const codeOf = (answer: ApiAnswer): unknown => answer.errors?.[0]?.extensions['code'];
