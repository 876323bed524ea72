import { setTimeout } from 'node:timers/promises';

/** Waits until the world is so, and fails loudly where it does not come to be. Other processes work meanwhile: it looks ten times a second. */
export const eventually = async <T>(what: string, look: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await setTimeout(100);
  }
};
