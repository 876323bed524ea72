import type { Clock } from '@earshot/plugin-sdk';

export interface LanesParts<Due> {
  /** What could be begun now, so many at most. */
  readonly due: (most: number) => Promise<readonly Due[]>;
  /** Of one lane one thing at a time. */
  readonly laneOf: (due: Due) => string;
  /** @returns whether it did it: then there may be more. It is not begun anew while this runs. */
  readonly work: (due: Due) => Promise<boolean>;
  /** What else belongs to a look. @returns for how long to sleep, in milliseconds */
  readonly looked?: () => Promise<number>;
  /** How long it sleeps at most. */
  readonly sleepMs: number;
  /** Lanes that one process is at. What hangs holds up its own lane, and no other. */
  readonly atOnce: number;
  /** For its sleep alone. */
  readonly clock: Pick<Clock, 'after'>;
  readonly lookFailed: (error: unknown) => void;
  readonly workFailed: (error: unknown, due: Due) => void;
}

/**
 * Does what is due, in whatever process runs it: one at a time of each lane. Who may do it is asked by the work itself, in the database.
 *
 * States: stopped ──start──▶ running ──halt──▶ stopped. While it runs it looks for what is due, begins it, and sleeps until there may be more.
 */
export class Lanes<Due> {
  private running = false;
  private cancelSleep: () => void = () => {};
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  /** On the monotonic clock. */
  private lookedAt = 0;
  private readonly busy = new Map<string, Promise<void>>();

  constructor(private readonly parts: LanesParts<Due>) {}

  get isRunning(): boolean {
    return this.running;
  }

  /** How many lanes something is under way in. */
  get size(): number {
    return this.busy.size;
  }

  start(): void {
    this.running = true;
    this.lookedAt = performance.now();
    this.wake();
  }

  /** Something became due, or may have: looks now. Nothing, where it does not run. */
  wake(): void {
    if (!this.running) return;
    this.lookAgain = true;
    this.looking ??= this.look();
  }

  /** How long ago it last looked for what is due, in milliseconds. */
  quietMs(): number {
    return performance.now() - this.lookedAt;
  }

  /** Begins nothing more. */
  halt(): void {
    this.running = false;
    this.cancelSleep();
  }

  /** Once everything that was due is done, and nothing is under way. */
  async idle(): Promise<void> {
    while (this.looking !== undefined || this.busy.size > 0) await Promise.all([this.looking, ...this.busy.values()]);
  }

  private async look(): Promise<void> {
    this.cancelSleep();
    let { sleepMs } = this.parts;
    while (this.lookAgain && this.running) {
      this.lookAgain = false;
      try {
        await this.begin();
        sleepMs = (await this.parts.looked?.()) ?? this.parts.sleepMs;
        this.lookedAt = performance.now();
      } catch (error) {
        sleepMs = this.parts.sleepMs;
        this.parts.lookFailed(error);
      }
    }
    this.looking = undefined;
    if (this.running) this.cancelSleep = this.parts.clock.after(sleepMs, () => this.wake());
  }

  private async begin(): Promise<void> {
    const room = this.parts.atOnce - this.busy.size;
    if (room <= 0) return;
    for (const due of await this.parts.due(room)) {
      const lane = this.parts.laneOf(due);
      if (!this.busy.has(lane)) this.busy.set(lane, this.run(lane, due));
    }
  }

  private async run(lane: string, due: Due): Promise<void> {
    let done = false;
    try {
      done = await this.parts.work(due);
    } catch (error) {
      this.parts.workFailed(error, due);
    }
    this.busy.delete(lane);
    if (done) this.wake();
  }
}
