import type { Clock } from '@earshot/plugin-sdk';

/** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
export const waitOn = (timers: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal.addEventListener('abort', done);
  });
