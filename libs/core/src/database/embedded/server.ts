import pg from 'pg';
import { StartError } from '../../errors/start.error.js';
import type { Binaries } from './binaries.js';
import { CLUSTER_USER, readPassword } from './cluster.js';
import { readState, type DataDirectory } from './data-directory.js';
import { findRunning, launch, shutDown, type Postmaster } from './postmaster.js';
import type { RunAs } from './run-as.js';
import { serverSettings } from './server-settings.js';
import { chooseSocketDirectory, forgetSocketDirectory } from './socket-directory.js';

export interface LauncherLog {
  info(message: string): void;
  warn(message: string): void;
}

/** What it takes to start the server of one data directory, again and again if need be. */
export interface Server {
  directory: DataDirectory;
  binaries: Binaries;
  runAs: RunAs;
  durable: boolean;
  log: LauncherLog;
}

/** Patience with a server that is stopped only to be started anew. */
const RESTART_PATIENCE = 10_000;

/**
 * Takes the server that outlived an earlier Earshot, if it is ours and healthy, else starts one. PostgreSQL recovers by itself from
 * whatever ended the last one.
 *
 * @throws {StartError} POSTGRES_FAILED, DATA_NOT_USABLE
 */
export async function adoptOrLaunch(server: Server): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const { directory, binaries, log } = server;
  const running = await findRunning(directory.cluster);
  if (running !== undefined) {
    const problem = await whyNotUse(server, running);
    if (problem === undefined) {
      log.info(`PostgreSQL ${binaries.version} still runs from before, process ${running.process.pid}: it is used on.`);
      return { postmaster: running, adopted: true };
    }
    log.warn(`PostgreSQL still runs from before, process ${running.process.pid}, but ${problem}: it is started anew.`);
    await shutDown(directory.cluster, running, RESTART_PATIENCE);
  }
  const earlier = await readState(directory);
  if (earlier !== undefined) await forgetSocketDirectory(directory, earlier.postgres.host);
  return { postmaster: await start(server, await chooseSocketDirectory(directory, server.runAs)), adopted: false };
}

/** Starts the server again where its clients look for it, after it ended without being told to. */
export async function relaunch(server: Server, socketDirectory: string): Promise<Postmaster> {
  return (await findRunning(server.directory.cluster)) ?? start(server, socketDirectory);
}

async function start(server: Server, socketDirectory: string): Promise<Postmaster> {
  const { directory, binaries, runAs, log } = server;
  const postmaster = await launch(directory, binaries, runAs, serverSettings(socketDirectory, server.durable));
  const problem = await whyNotUse(server, postmaster).catch((error: unknown) => error as StartError);
  if (problem === undefined) {
    log.info(`PostgreSQL ${binaries.version} started ${runAs.description}, process ${postmaster.process.pid}.`);
    return postmaster;
  }
  await shutDown(directory.cluster, postmaster, RESTART_PATIENCE);
  await forgetSocketDirectory(directory, socketDirectory);
  if (problem instanceof StartError) throw problem;
  throw new StartError('POSTGRES_FAILED', `The built-in database started, but ${problem}.`, `Its log is ${directory.log}. If ${directory.password} was changed, put it back from your backup.`);
}

/** Undefined if the server lets us in, is the version that we bring and works on our cluster; else what is wrong, to follow "but". */
async function whyNotUse({ directory, binaries }: Server, postmaster: Postmaster): Promise<string | undefined> {
  const client = new pg.Client({ host: postmaster.socketDirectory, port: postmaster.port, user: CLUSTER_USER, password: await readPassword(directory), database: 'postgres', connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  // A connection that breaks fails the query below; without a listener it would end the process too.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; place: string }>(`select current_setting('server_version') as version, current_setting('data_directory') as place`);
    const { version, place } = rows[0] ?? { version: 'unknown', place: 'nowhere' };
    if (version !== binaries.version) return `it is version ${version} and not ${binaries.version}`;
    return place === directory.cluster ? undefined : `it works on ${place}`;
  } catch (error) {
    return `it does not let Earshot in (${(error as Error).message})`;
  } finally {
    await client.end().catch(() => {});
  }
}
