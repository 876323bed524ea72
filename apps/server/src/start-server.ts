import 'reflect-metadata';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config } from '@earshot/core/config';
import { Database, whileConnected } from '@earshot/core/database';
import { StartError } from '@earshot/core/errors';
import { ProcessFigures, Readiness } from '@earshot/core/health';
import { type Logging, NestLogger, correlateRequests } from '@earshot/core/logging';
import { noticePutBack } from '@earshot/core/replies';
import { SetupLink } from '@earshot/core/staff';
import { ErasureService, RetentionService } from '@earshot/core/privacy';
import { RegistryClassifiers } from '@earshot/core/understanding';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { Client, ClientConfig } from 'pg';
import { AppModule } from './app.module.js';
import { Listening } from './listening.role.js';
import { databaseSigns } from './database-signs.js';
import { loadInstalledPlugins } from './load-installed-plugins.js';
import { Working } from './working.role.js';
import { startDatabase } from './start-database.js';
import { type Stopped, stopServer } from './stop-server.js';

export interface ServerOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  /** Runs as the owner of the migrated database, before anything listens. */
  readonly beforeListening?: (owner: Client) => Promise<void>;
  /** PostgreSQL ended and could not be started again: stop. */
  readonly onLost: (error: StartError) => void;
}

/** An Earshot that serves, listens and works, as its roles say. */
export interface RunningServer {
  readonly url: string;
  /** The one-time link of an installation without anybody; undefined where somebody can sign in. */
  readonly setupUrl: string | undefined;
  readonly owner: ClientConfig;
  stop(): Promise<Stopped>;
}

/** Plugins first, since an invalid one must stop the start before anything was touched; then the database, then the application. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { config, logging, key } = options;
  const log = logging.logger('start');
  const registry = await loadInstalledPlugins(config);
  const started = await startDatabase(config, { key, log: logging.logger('database'), onLost: options.onLost });
  let database: Database | undefined;
  let app: INestApplication | undefined;
  try {
    const signs = await databaseSigns(config, log);
    const doubted = await whileConnected(started.owner, (owner) => noticePutBack(owner, signs));
    if (doubted !== undefined) log.warn('This database was put back from a backup, or moved: sending is stopped everywhere. Look at the replies of which nobody knows whether they were sent, then run `earshot resume`', { unknown: doubted });
    if (options.beforeListening !== undefined) await whileConnected(started.owner, options.beforeListening);
    database = await Database.open({ connections: started.connections, entities: [], onHookError: (error) => log.error('Work after a commit failed', error) });
    const figures = new ProcessFigures();
    const http = new ExpressAdapter();
    http.use(correlateRequests);
    const nest = await NestFactory.create<NestExpressApplication>(AppModule.forRoot({ config, logging, key, database, registry, figures }), http, {
      logger: new NestLogger(logging), abortOnError: false, bodyParser: false,
    });
    app = nest;
    nest.set('trust proxy', [...config.http.trustedProxies]);
    nest.disable('x-powered-by');
    for (const { id, error } of await nest.get(RegistryClassifiers).load()) log.error('A classifier could not be loaded; the others work without it', error, { classifier: id });
    const again = await nest.get(ErasureService).reapply();
    if (again > 0) log.warn('This database still held people who had been erased, or half of them, as a restored backup or a crash leaves it: they were erased again', { people: again });
    await nest.get(RetentionService).declareLabels();
    await listen(nest, config);
    const url = config.http.publicUrl ?? addressOf(nest, config);
    const setup = await nest.get(SetupLink).issue();
    if (config.roles.includes('listen')) await nest.get(Listening).start();
    if (config.roles.includes('work')) await nest.get(Working).start();
    nest.get(Readiness).started();
    return {
      url, owner: started.owner, setupUrl: setup === undefined ? undefined : `${url}/setup?key=${setup}`,
      stop: () => stopServer({ app: nest, database, started, log }),
    };
  } catch (error) {
    await stopServer({ app, database, started, log });
    throw error;
  }
};

/**
 * Connections that may wait to be accepted: after a start every dashboard comes back in the same second, while we have much else to do. Of Node's own 511
 * those that come later are let believe that they are connected, and broken off when they say something. The system may allow fewer.
 */
const backlog = 4_096;

/** How long a connection is kept for the next request: longer than proxies keep theirs (nginx and most load balancers 60 s), which would else send one into a connection that is being closed. */
const keptMs = 75_000;

const listen = async (app: INestApplication, { http: { port, host } }: Config): Promise<void> => {
  try {
    await app.init();
    const server = app.getHttpServer() as Server;
    server.keepAliveTimeout = keptMs;
    const listens = once(server, 'listening');
    server.listen({ port, host, backlog });
    await listens;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw new StartError('PORT_TAKEN', `Another program listens on ${host}:${port} already.`, 'Stop it, or choose another port: EARSHOT_PORT=3421 npm start', { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES') throw new StartError('PORT_TAKEN', `This machine does not let us listen on ${host}:${port} (${code}).`, 'Choose an address of this machine with EARSHOT_HOST, and a port above 1024 with EARSHOT_PORT.', { cause: error });
    throw error;
  }
};

const addressOf = (app: INestApplication, { http }: Config): string => {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const host = http.host === '0.0.0.0' || http.host === '::' ? 'localhost' : http.host.includes(':') ? `[${http.host}]` : http.host;
  return `http://${host}:${port}`;
};
