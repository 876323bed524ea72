import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until it is so. */
export const eventually = async (what: string, ms: number, look: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + ms; !(await look()); ) {
    if (performance.now() > end) throw new Error(`${what} did not happen within ${ms} ms`);
    await sleep(100);
  }
};
