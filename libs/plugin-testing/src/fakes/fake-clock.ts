import type { Clock } from '@earshot/plugin-sdk';

interface Timer {
  readonly due: number;
  readonly then: () => void;
}

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Goes on by `ms`, and calls whatever falls due on the way: in the order of time, and of setting where that is equal. */
  advance(ms: number): void;
  /** How many calls are waiting. */
  readonly waiting: number;
}

/**
 * A {@link Clock} for tests. Timers that are set while it advances fall due in the same advance, where they fit.
 *
 * @example
 * ```ts
 * const clock = fakeClock();
 * clock.after(50, () => flushed.push(clock.now()));
 * clock.advance(60);
 * ```
 */
export const fakeClock = (start: Date = new Date('2026-03-01T12:00:00Z')): FakeClock => {
  let now = start.getTime();
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).toSorted((a, b) => a.due - b.due)[0];
  return {
    now: () => now,
    after(ms, then) {
      const timer = { due: now + ms, then };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = timer.due;
        timer.then();
      }
      now = until;
    },
    get waiting() {
      return timers.size;
    },
  };
};
