import { systemClock } from '@earshot/plugin-sdk';

/** Settles after `ms`, or as soon as the signal aborts. */
export type Wait = (ms: number, abort: AbortSignal) => Promise<void>;

/** The machine's own time. */
export const wait: Wait = (ms, abort) =>
  new Promise((resolve) => {
    const cancel = systemClock.after(ms, () => done());
    const done = (): void => {
      cancel();
      abort.removeEventListener('abort', done);
      resolve();
    };
    abort.addEventListener('abort', done, { once: true });
    if (abort.aborted) done();
  });
