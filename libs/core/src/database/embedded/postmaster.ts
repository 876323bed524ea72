import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { StartError } from '../../errors/start.error.js';
import type { Binaries } from './binaries.js';
import type { DataDirectory } from './data-directory.js';
import { identify, isRunning, processesIn, until, type ProcessIdentity } from './processes.js';
import type { RunAs } from './run-as.js';
import { SOCKET_PORT } from './server-settings.js';

/** A running server of ours. */
export interface Postmaster {
  process: ProcessIdentity;
  socketDirectory: string;
  port: number;
}

/** Crash recovery after a power cut reads up to max_wal_size of log; a slow disk takes a minute or two for that. */
const READY_WITHIN = 180_000;
/** Processes of a server that was killed notice within milliseconds; one busy with a large sort may take longer. */
const GONE_WITHIN = 30_000;

interface PidFile {
  pid: number;
  port: number;
  socketDirectory: string;
  status: string;
}

/** The lines of postmaster.pid, as PostgreSQL's pidfile.h numbers them. */
async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n').map((line) => line.trim());
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), socketDirectory: lines[4] ?? '', status: lines[7] ?? '' };
}

/**
 * The server that already runs on this cluster, once it takes connections: one that outlived the Earshot that started it.
 * A server that is going down, or the remains of one that was killed, are waited for; then there is none.
 *
 * @throws {StartError} POSTGRES_FAILED when processes of a killed server do not end
 */
export async function findRunning(cluster: string): Promise<Postmaster | undefined> {
  const settled = async (): Promise<boolean> => (await look(cluster)).state !== 'unsettled';
  if (!(await until(settled, GONE_WITHIN)) && (await look(cluster)).postmaster !== undefined) await until(settled, READY_WITHIN);
  const { state, inside, file, postmaster } = await look(cluster);
  if (state === 'unsettled') throw stuck(inside);
  if (state === 'ready') return postmaster;
  await forgetStranger(cluster, file);
  return undefined;
}

interface Sight {
  state: 'none' | 'ready' | 'unsettled';
  inside: readonly number[];
  file: PidFile | undefined;
  postmaster: Postmaster | undefined;
}

async function look(cluster: string): Promise<Sight> {
  const [file, inside] = [await readPidFile(cluster), await processesIn(cluster)];
  const process = file !== undefined && inside.includes(file.pid) ? await identify(file.pid) : undefined;
  const postmaster = file === undefined || process === undefined ? undefined : { process, socketDirectory: file.socketDirectory, port: file.port };
  const state = inside.length === 0 ? 'none' : postmaster !== undefined && file?.status === 'ready' ? 'ready' : 'unsettled';
  return { state, inside, file, postmaster };
}

/**
 * Pid files whose number belongs to a process that is no PostgreSQL of this cluster (another one after a container restarted; a zombie that
 * nobody has collected) make the server refuse to start. Only such files are removed: those of a dead process are left to PostgreSQL, which
 * looks after its shared memory by them.
 */
async function forgetStranger(cluster: string, file: PidFile | undefined): Promise<void> {
  const sockets = new Set([cluster, file?.socketDirectory || cluster]);
  for (const path of [join(cluster, 'postmaster.pid'), ...[...sockets].map((place) => join(place, `.s.PGSQL.${SOCKET_PORT}.lock`))]) {
    const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
    const held = pid > 0 && (await stat(`/proc/${pid}`).then(() => true, () => false));
    if (held) await rm(path, { force: true });
  }
}

const stuck = (pids: readonly number[]): StartError =>
  new StartError('POSTGRES_FAILED', `Processes of an earlier database server do not end: ${pids.join(', ')}.`, `End them (kill -QUIT ${pids.join(' ')}) and start again.`);

/**
 * Starts the server in a session of its own (Ctrl-C in the terminal reaches Earshot, which then stops the server in order) and waits until
 * it takes connections.
 *
 * @throws {StartError} POSTGRES_FAILED with the server's own last words
 */
export async function launch(directory: DataDirectory, binaries: Binaries, runAs: RunAs, settings: Readonly<Record<string, string>>): Promise<Postmaster> {
  await turnOver(directory.log);
  const log = await open(directory.log, 'a', 0o600);
  const from = (await log.stat()).size;
  let ended: string | undefined;
  let child: ChildProcess;
  try {
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = runAs.spawn(binaries.postgres, ['-D', directory.cluster, ...flags], { detached: true, stdio: ['ignore', log.fd, log.fd], cwd: directory.cluster });
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `code ${code}`}`));
    child.unref();
  } finally {
    await log.close();
  }
  let file: PidFile | undefined;
  const ready = await until(async () => {
    file = await readPidFile(directory.cluster);
    return ended !== undefined || (file?.status === 'ready' && file.pid === child.pid);
  }, READY_WITHIN);
  const process = child.pid === undefined ? undefined : await identify(child.pid);
  if (ended !== undefined || !ready || file === undefined || process === undefined) {
    child.kill('SIGQUIT');
    throw await failed(directory, from, ended ?? `it was not ready within ${READY_WITHIN / 1000} s`);
  }
  return { process, socketDirectory: file.socketDirectory, port: file.port };
}

/** Nothing but the start and the end of the server and its troubles is logged: two files of this size are years. */
const LARGEST_LOG = 10_000_000;

async function turnOver(log: string): Promise<void> {
  const size = await stat(log).then((file) => file.size, () => 0);
  if (size > LARGEST_LOG) await rename(log, `${log}.1`);
}

async function failed(directory: DataDirectory, from: number, reason: string): Promise<StartError> {
  const words = (await readFile(directory.log)).subarray(from).toString();
  const fatal = words.split('\n').findLast((line) => /\b(FATAL|PANIC|error)\b/.test(line))?.replace(/^.*?(FATAL|PANIC):\s*/, '');
  return new StartError('POSTGRES_FAILED', `The built-in database did not start: ${fatal ?? reason}`, `Its log is ${directory.log}. Look at the space left on the disk and in /dev/shm; a damaged database comes back from your backup.`, { cause: new Error(words) });
}

/**
 * Stops the server: first in order (clients are cut, everything is written), then at once, then by force. The data survive each of them.
 *
 * @param patience milliseconds that the orderly way may take
 */
export async function shutDown(cluster: string, postmaster: Postmaster, patience = 60_000): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [['SIGINT', patience], ['SIGQUIT', GONE_WITHIN], ['SIGKILL', GONE_WITHIN]];
  for (const [signal, milliseconds] of steps) {
    if (signal === 'SIGKILL') (await processesIn(cluster)).forEach((pid) => send(pid, signal));
    else if (await isRunning(postmaster.process)) send(postmaster.process.pid, signal);
    const gone = async (): Promise<boolean> => !(await isRunning(postmaster.process)) && (await processesIn(cluster)).length === 0;
    if (await until(gone, milliseconds)) return;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
