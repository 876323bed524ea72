import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { StartError } from '../../errors/start.error.js';
import { findBinaries, type Binaries } from './binaries.js';
import { CLUSTER_USER, prepareCluster, readPassword } from './cluster.js';
import { openDataDirectory, readState, writeState, type DataDirectory } from './data-directory.js';
import { lockDataDirectory } from './data-lock.js';
import { findRunning, launch, shutDown, type Postmaster } from './postmaster.js';
import { identify, isRunning } from './processes.js';
import { chooseRunAs, ownerOf, type RunAs } from './run-as.js';
import { serverSettings, SOCKET_PORT } from './server-settings.js';

/** How to reach a database: what `pg` takes, with nothing left open. `host` is the directory of a unix socket. */
export interface ConnectionTarget {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface EmbeddedPostgresOptions {
  /** Made if it does not exist. Holds the cluster, its password, its log, the lock and the state file. */
  dataDirectory: string;
  log: { info(message: string): void; warn(message: string): void };
  /** false: a power cut may destroy the cluster, which then starts and writes faster. For tests. */
  durable?: boolean;
}

export interface EmbeddedPostgres {
  /** For example `18.4`. */
  readonly version: string;
  /** True if the server was already running: it outlived the Earshot that had started it. */
  readonly adopted: boolean;
  /** The superuser's way in; `database` is `postgres` unless told. */
  adminConfig(database?: string): ConnectionTarget;
  /** The same as a URL for tools such as psql. Holds the password. */
  adminUrl(database?: string): string;
  /** Stops the server in order and gives the data directory free; takes at most about two minutes, most often a tenth of a second. */
  stop(): Promise<void>;
}

/**
 * Runs the PostgreSQL that ships with Earshot on a data directory: makes the cluster, adopts a server that is still running, recovers after
 * a crash. The server listens on a unix socket only, in a session of its own, and is UTF-8 whatever the locale. Linux only.
 *
 * @throws {StartError} with a message and a cure for each thing that can be in the way
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = await openDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(directory);
  try {
    const binaries = await findBinaries();
    const runAs = await chooseRunAs({ uid: process.getuid?.() ?? -1, probe: binaries.initdb, directory: directory.path, owner: await ownerOf(directory.cluster) });
    await prepareCluster(directory, binaries, runAs);
    const { postmaster, adopted } = await adoptOrLaunch(directory, binaries, runAs, options);
    const target = { host: postmaster.socketDirectory, port: postmaster.port, user: CLUSTER_USER, password: await readPassword(directory) };
    await recordState(directory, postmaster, binaries.version);
    return {
      version: binaries.version,
      adopted,
      adminConfig: (database = 'postgres') => ({ ...target, database }),
      adminUrl: (database = 'postgres') => asUrl({ ...target, database }),
      async stop() {
        await shutDown(directory.cluster, postmaster);
        await forgetSocketDirectory(directory, postmaster.socketDirectory);
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
 * How to reach the database of an Earshot that runs on this data directory now; undefined if none does.
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

async function adoptOrLaunch(directory: DataDirectory, binaries: Binaries, runAs: RunAs, options: EmbeddedPostgresOptions): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const running = await findRunning(directory.cluster);
  if (running !== undefined) {
    const problem = await whyNotAdopt(directory, running, binaries);
    if (problem === undefined) {
      options.log.info(`Found the built-in PostgreSQL ${binaries.version} still running as process ${running.process.pid}; it is used on.`);
      return { postmaster: running, adopted: true };
    }
    options.log.warn(`The built-in PostgreSQL still runs as process ${running.process.pid}, but ${problem}: it is started anew.`);
    await shutDown(directory.cluster, running, 10_000);
  }
  const earlier = await readState(directory);
  if (earlier !== undefined) await forgetSocketDirectory(directory, earlier.postgres.host);
  const socketDirectory = await chooseSocketDirectory(directory, runAs);
  const postmaster = await launch(directory, binaries, runAs, serverSettings(socketDirectory, options.durable ?? true));
  options.log.info(`PostgreSQL ${binaries.version} started ${runAs.description}, process ${postmaster.process.pid}.`);
  const problem = await whyNotAdopt(directory, postmaster, binaries);
  if (problem === undefined) return { postmaster, adopted: false };
  await shutDown(directory.cluster, postmaster);
  throw new StartError('POSTGRES_FAILED', `The built-in database started, but ${problem}.`, `Its log is ${directory.log}; put ${directory.password} back from your backup if that file was changed.`);
}

/** Undefined if the server lets us in, is the version we ship and works on our cluster; else what is wrong, to follow "but". */
async function whyNotAdopt(directory: DataDirectory, postmaster: Postmaster, binaries: Binaries): Promise<string | undefined> {
  const client = new pg.Client({ host: postmaster.socketDirectory, port: postmaster.port, user: CLUSTER_USER, password: await readPassword(directory), database: 'postgres', connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; place: string }>(`select current_setting('server_version') as version, current_setting('data_directory') as place`);
    const { version, place } = rows[0] ?? { version: 'none', place: 'none' };
    if (version !== binaries.version) return `it is version ${version} and not ${binaries.version}`;
    return place === directory.cluster ? undefined : `it works on ${place}`;
  } catch (error) {
    return `it does not let Earshot in (${(error as Error).message})`;
  } finally {
    await client.end().catch(() => {});
  }
}

/** sun_path of a unix socket holds 108 bytes, one of them the closing zero (unix(7)). */
const LONGEST_SOCKET_PATH = 107;
const SHORT_DIRECTORY = 'earshot-';

async function chooseSocketDirectory(directory: DataDirectory, runAs: RunAs): Promise<string> {
  if (Buffer.byteLength(join(directory.cluster, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET_PATH) return directory.cluster;
  const root = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp';
  const short = await mkdtemp(join(root, SHORT_DIRECTORY));
  await runAs.giveTo(short);
  return short;
}

async function forgetSocketDirectory(directory: DataDirectory, host: string): Promise<void> {
  if (dirname(host) === directory.path || !basename(host).startsWith(SHORT_DIRECTORY)) return;
  await rm(host, { recursive: true, force: true });
}

async function recordState(directory: DataDirectory, postmaster: Postmaster, version: string): Promise<void> {
  const earshot = await identify(process.pid);
  if (earshot === undefined) return;
  await writeState(directory, { format: 1, earshot, postgres: { pid: postmaster.process.pid, host: postmaster.socketDirectory, port: postmaster.port, user: CLUSTER_USER, version } });
}

const asUrl = ({ host, port, user, password, database }: ConnectionTarget): string =>
  `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}&port=${port}`;
