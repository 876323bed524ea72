import type { Clock } from '@earshot/plugin-sdk';

/**
 * Until when something may be begun, by two clocks, of which the one that says later counts: the steady one stands still while a machine sleeps, and the
 * other may be set. A timer would not do: of a process that was stopped, timers come behind what it waited for.
 */
export class Deadline {
  private readonly steadyEnd: number;
  private readonly wallEnd: number;

  /** Begins now. */
  constructor(private readonly clock: Pick<Clock, 'now'>, ms: number) {
    this.steadyEnd = performance.now() + ms;
    this.wallEnd = clock.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() > this.steadyEnd || this.clock.now() > this.wallEnd;
  }
}
