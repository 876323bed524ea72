import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { readConfig } from '@earshot/core/config';
import { ProcessFigures } from '@earshot/core/health';
import { Database } from '@earshot/core/database';
import { correlateRequests } from '@earshot/core/logging';
import { loadPlugins } from '@earshot/core/plugins';
import { RegistryClassifiers } from '@earshot/core/understanding';
import { AppModule } from '../../apps/server/src/app.module.js';
import { hashOf, newSecretText } from '../../libs/core/src/staff/secret-text.js';
import { newId } from '../../libs/core/src/database/ids.js';
import { collectedLog, collectedNestLog } from './output/collected-log.js';
import { wentIn } from './output/record.js';
import type { Scene } from './scene.js';
import type { TestDatabase } from './test-database.js';

/** The whole application with plugins of a test, listening on 127.0.0.1. Its roles stand still until the test starts them. */
export interface WholeApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly database: Database;
  ask(as: Readonly<Record<string, string>>, query: string, variables?: object): Promise<{ readonly data?: Record<string, unknown> | null; readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[] }>;
  close(): Promise<void>;
}

export const startWholeApp = async (test: TestDatabase, plugins: readonly { readonly id: string }[], settings: Readonly<Record<string, string>> = {}): Promise<WholeApp> => {
  const config = readConfig({ EARSHOT_PORT: '0', ...settings }, { read: () => undefined });
  const database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 2, listener: 4 } });
  const registry = await loadPlugins({ bundled: plugins.map((definition) => ({ name: definition.id, definition })), packages: [] });
  const http = new ExpressAdapter();
  http.use(correlateRequests);
  const key = randomBytes(32);
  wentIn('the installation key', key);
  const app = await NestFactory.create(AppModule.forRoot({ config, logging: collectedLog(), key, database, registry, figures: new ProcessFigures() }), http, { logger: collectedNestLog(), abortOnError: false, bodyParser: false });
  await app.get(RegistryClassifiers).load();
  // Longer than any test: a request never meets a connection that is being closed.
  (app.getHttpServer() as Server).keepAliveTimeout = 600_000;
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  return {
    app, url, database,
    async ask(as, query, variables = {}) {
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-earshot': '1', ...as }, body: JSON.stringify({ query, variables }) });
      return (await response.json()) as Awaited<ReturnType<WholeApp['ask']>>;
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
};

/** The cookie of a new session of this person, as long as one is that was just begun: its first use prolongs nothing. */
export const sessionOf = async (scene: Scene, person: string): Promise<{ readonly cookie: string }> => {
  const { text } = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '12 hours')`, [newId(), person, hashOf(text)]);
  // With the prefix where the public address begins with https.
  return { cookie: `earshot=${text}; __Host-earshot=${text}` };
};
