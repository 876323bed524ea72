import { rm } from 'node:fs/promises';
import type { StartError } from '../../errors/start.error.js';
import { findBinaries } from './binaries.js';
import { CLUSTER_USER, prepareCluster, readPassword } from './cluster.js';
import { asUrl, type ConnectionTarget } from './connection-target.js';
import { openDataDirectory, readState, writeState, type DataDirectory } from './data-directory.js';
import { lockDataDirectory } from './data-lock.js';
import type { Postmaster } from './postmaster.js';
import { identify, isRunning } from './processes.js';
import { chooseRunAs, ownerOf } from './run-as.js';
import { adoptOrLaunch, type LauncherLog } from './server.js';
import { forgetSocketDirectory } from './socket-directory.js';
import { Supervisor } from './supervisor.js';

export interface EmbeddedPostgresOptions {
  /** Made if it does not exist. Holds the cluster, its password, its log, the lock and the state file. */
  dataDirectory: string;
  log: LauncherLog;
  /** false: a power cut may destroy the cluster, which starts and writes faster for it. For tests. */
  durable?: boolean;
  /** The server ended and could not be started again: Earshot cannot go on. */
  onLost?: (error: StartError) => void;
}

export interface EmbeddedPostgres {
  /** For example `18.4`. */
  readonly version: string;
  /** True if the server was already running: it outlived the Earshot that had started it. */
  readonly adopted: boolean;
  /** The superuser's way in; `database` is `postgres` unless told. Stays the same when the server is started again after a crash. */
  adminConfig(database?: string): ConnectionTarget;
  /** The same as a URL for tools such as psql. Holds the password. */
  adminUrl(database?: string): string;
  /** Stops the server in order and gives the data directory free. Takes two minutes at the most, as a rule a tenth of a second. */
  stop(): Promise<void>;
}

/**
 * Runs the PostgreSQL that Earshot brings on a data directory: makes the cluster, adopts a server that is still running, recovers after a
 * crash, starts the server again if it dies. It listens on a unix socket only, in a session of its own, and is UTF-8 whatever the locale.
 * Linux only. The caller stops it; nothing here listens to signals or ends the process.
 *
 * @throws {StartError} with a message and a cure for each thing that can be in the way
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, durable = true, onLost = (error) => log.warn(error.message) } = options;
  const directory = await openDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(directory);
  try {
    const binaries = await findBinaries();
    const runAs = await chooseRunAs({ uid: process.getuid?.() ?? -1, probe: binaries.initdb, directory: directory.path, owner: await ownerOf(directory.cluster) });
    await prepareCluster(directory, binaries, runAs);
    const server = { directory, binaries, runAs, durable, log };
    const { postmaster, adopted } = await adoptOrLaunch(server);
    const target = { host: postmaster.socketDirectory, port: postmaster.port, user: CLUSTER_USER, password: await readPassword(directory) };
    const record = (running: Postmaster): Promise<void> => recordState(directory, running, binaries.version);
    await record(postmaster);
    const supervisor = new Supervisor(server, postmaster, { restarted: record, lost: onLost });
    return {
      version: binaries.version,
      adopted,
      adminConfig: (database = 'postgres') => ({ ...target, database }),
      adminUrl: (database = 'postgres') => asUrl({ ...target, database }),
      async stop() {
        await supervisor.stop();
        await forgetSocketDirectory(directory, target.host);
        await rm(directory.state, { force: true });
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * How to reach the database of an Earshot that runs on this data directory now, for the commands that work beside it; undefined if none
 * does.
 *
 * @throws {StartError} DATA_NOT_USABLE when the directory or its password cannot be read
 */
export async function findRunningDatabase(dataDirectory: string): Promise<ConnectionTarget | undefined> {
  const directory = await openDataDirectory(dataDirectory);
  const state = await readState(directory);
  if (state === undefined || !(await isRunning(state.earshot)) || (await identify(state.postgres.pid)) === undefined) return undefined;
  const { host, port, user } = state.postgres;
  return { host, port, user, password: await readPassword(directory), database: 'postgres' };
}

async function recordState(directory: DataDirectory, { process: { pid }, socketDirectory: host, port }: Postmaster, version: string): Promise<void> {
  const earshot = await identify(process.pid);
  if (earshot !== undefined) await writeState(directory, { format: 1, earshot, postgres: { pid, host, port, user: CLUSTER_USER, version } });
}
