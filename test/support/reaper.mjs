/** `node reaper.mjs <directory>`: when its input ends, ends what still works in the directory and removes it. See test-cluster.ts. */
import { readdirSync, readlinkSync, rmSync } from 'node:fs';

const directory = process.argv[2];

const isInside = (pid) => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`);
  } catch {
    return false;
  }
};

process.stdin.resume();
process.stdin.once('end', () => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) if (isInside(pid)) process.kill(Number(pid), 'SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});
