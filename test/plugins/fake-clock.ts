import type { Clock } from '@earshot/plugin-sdk';

/** A clock that a test turns by hand. */
export class FakeClock implements Clock {
  private time: number;
  private timers: { readonly at: number; readonly then: () => void }[] = [];

  constructor(start: Date = new Date()) {
    this.time = start.getTime();
  }

  now(): number {
    return this.time;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.time + ms, then };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass; what is due fires in its order, also what was set meanwhile. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.then();
    }
    this.time = until;
  }
}
