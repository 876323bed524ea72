import type { Batch } from '../source-event.js';

/** What one frame of a socket said: its events, and where to go on after it. */
export type FrameBatch<C> = Omit<Batch<C>, 'acknowledge'>;

interface Kept<C> {
  readonly said: FrameBatch<C>;
  readonly size: number;
}

/**
 * Frames between a socket that never waits and a reader that may: bounded, in order, and never divided, because a cursor belongs to
 * a whole frame.
 */
export class FrameBuffer<C> {
  private kept: Kept<C>[] = [];
  private events = 0;
  private size = 0;

  /** @param most - how many events, and how large frames in bytes (or UTF-16 units), it holds at once */
  constructor(private readonly most: { readonly events: number; readonly size: number }) {}

  get isEmpty(): boolean {
    return this.kept.length === 0;
  }

  get eventCount(): number {
    return this.events;
  }

  /** False, and the frame is not kept, when it does not fit. An empty buffer takes any one frame. */
  push(said: FrameBatch<C>, size: number): boolean {
    const fits = this.events + said.events.length <= this.most.events && this.size + size <= this.most.size;
    if (!fits && !this.isEmpty) return false;
    this.kept.push({ said, size });
    this.events += said.events.length;
    this.size += size;
    return true;
  }

  /** The oldest frames as one batch of about `wanted` events: as many whole frames as fit, at least one. */
  take(wanted: number): Batch<C> {
    let count = 0;
    let events = 0;
    for (const { said } of this.kept) {
      if (count > 0 && events + said.events.length > wanted) break;
      count += 1;
      events += said.events.length;
    }
    const taken = this.kept.slice(0, count);
    this.kept = this.kept.slice(count);
    this.events -= events;
    this.size -= taken.reduce((sum, frame) => sum + frame.size, 0);
    return join(taken.map((frame) => frame.said));
  }
}

const join = <C>(frames: readonly FrameBatch<C>[]): Batch<C> => {
  const cursor = frames.findLast((frame) => frame.cursor !== undefined)?.cursor;
  const heardUntil = frames.findLast((frame) => frame.heardUntil !== undefined)?.heardUntil;
  return {
    events: frames.flatMap((frame) => frame.events),
    ...(cursor === undefined ? {} : { cursor }),
    ...(heardUntil === undefined ? {} : { heardUntil }),
  };
};
