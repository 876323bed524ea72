import { Lanes, type LanesParts } from './lanes.js';

/**
 * Tells others what is due, in lanes, and breaks off when its process stops: whatever was on its way is told again by whoever takes it next.
 *
 * States: stopped ──start──▶ running ──stop──▶ stopped. While it runs it looks for what is due, begins it, and sleeps until there may be more.
 */
export abstract class LaneCourier<Due> {
  private stopping = new AbortController();
  private readonly lanes: Lanes<Due>;

  /** `workFailed` is not called for what was broken off. */
  protected constructor(parts: LanesParts<Due>) {
    this.lanes = new Lanes({
      ...parts,
      workFailed: (error, due) => {
        if (!this.stopping.signal.aborted) parts.workFailed(error, due);
      },
    });
  }

  /** Fires as it stops. */
  protected get abort(): AbortSignal {
    return this.stopping.signal;
  }

  protected get isRunning(): boolean {
    return this.lanes.isRunning;
  }

  start(): void {
    if (this.lanes.isRunning) return;
    this.stopping = new AbortController();
    this.lanes.start();
  }

  /** Looks now. Nothing, where it does not run. */
  wake(): void {
    this.lanes.wake();
  }

  /** How long ago it last looked for what is due, in milliseconds. */
  quietMs(): number {
    return this.lanes.quietMs();
  }

  /** Breaks off what is on its way, which is told again; and takes nothing more. */
  async stop(): Promise<void> {
    this.lanes.halt();
    this.stopping.abort(new Error('the process stops'));
    await this.idle();
  }

  /** Once everything that was due was tried, and nothing is under way. */
  idle(): Promise<void> {
    return this.lanes.idle();
  }
}
