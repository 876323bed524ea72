/** Time as a thing that can be handed in, so that what waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `then` once, after `ms` milliseconds, unless what it returned is called before. */
  after(ms: number, then: () => void): () => void;
}

/** The machine's own time. Its timers keep no process alive. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  after: (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
