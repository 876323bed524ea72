import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from '../embedded/processes.js';
import { newId } from '../ids.js';

const tried = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** Processes of one machine see each other only within one of these: another container's process 7 is not ours. '' where there is no /proc. */
const namespace = (): string => tried(() => readlinkSync('/proc/self/ns/pid')).replaceAll(/\D/g, '');

/** The process's number, its start and the boot of its machine: together nobody else's. */
const self = (): readonly string[] => {
  const stat = tried(() => readFileSync('/proc/self/stat', 'utf8'));
  // proc(5): behind the name, which may hold anything, 22 is the start time.
  return [String(process.pid), stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '', tried(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).trim(), namespace()];
};

/** Whether there is a process of this number of which we may see nothing: another user's, where /proc is mounted with hidepid. */
const isHidden = (pid: string): boolean => {
  if (tried(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) !== '') return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

/** Names this process in leases, so that another on the same machine can tell when it is gone. */
export const leaseHolder = (): string => [hostname(), ...self(), newId().slice(-12)].join(':');

/**
 * Of these holders, those whose process provably ended: it was of this boot of this machine, and its number is free or another's now.
 * Of a holder elsewhere nothing can be told; its lease ends by itself.
 */
export const goneOf = async (holders: readonly string[]): Promise<string[]> => {
  const [, , , bootId, here] = [hostname(), ...self()];
  const gone: string[] = [];
  for (const holder of holders) {
    const [, pid, startTicks, boot, space] = holder.split(':');
    if (!pid || !startTicks || !boot || boot !== bootId || !space || space !== here) continue;
    if (!isHidden(pid) && !(await isRunning({ pid: Number(pid), startTicks, bootId: boot }))) gone.push(holder);
  }
  return gone;
};
