import { systemClock } from '@earshot/plugin-sdk';
import type { Wait } from './read-stream.js';

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
