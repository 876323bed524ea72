import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process told apart from a later one with the same number: numbers are used again, most of all after a container restarts. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process; '' where the system has no /proc. */
  startTicks: string;
  bootId: string;
}

const readIfThere = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Who has this number now; undefined if nobody, or only a zombie that nobody has collected. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  // The name, in brackets, may hold blanks and brackets itself; the fields after it do not (proc(5): 3 is the state, 22 the start time).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startTicks: fields[19] ?? '', bootId: (await readIfThere('/proc/sys/kernel/random/boot_id')).trim() };
}

export async function isRunning(process: ProcessIdentity): Promise<boolean> {
  const now = await identify(process.pid);
  return now !== undefined && now.startTicks === process.startTicks && now.bootId === process.bootId;
}

/**
 * The PostgreSQL processes that work in `directory` (a real path). The postmaster and all of its children do so in the data directory, which
 * makes this a surer sign than the number in a pid file. A shell that somebody left there is none of them.
 */
export async function processesIn(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const inside = await Promise.all(pids.map((pid) => isPostgresIn(directory, pid)));
  return pids.filter((_, index) => inside[index]);
}

async function isPostgresIn(directory: string, pid: number): Promise<boolean> {
  const link = (name: string): Promise<string> => readlink(`/proc/${pid}/${name}`).catch(() => '');
  // " (deleted)": the program was installed anew while it ran.
  return (await link('cwd')) === directory && /\/postgres( \(deleted\))?$/.test(await link('exe')) && (await identify(pid)) !== undefined;
}

/** Asks every 25 ms until `condition` holds; false after `milliseconds`. */
export async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await delay(25);
  }
  return true;
}
