import type { PracticeCtx } from './settings.js';
import { z } from 'zod';
import { parseDuration } from './duration.js';

/** From the real instant `real` on, the town's clock stood at `town` and ran `speed` times as fast as ours. Milliseconds. */
const segment = z.strictObject({ real: z.number(), town: z.number(), speed: z.number().positive() });
type Segment = z.output<typeof segment>;

const stored = z.array(segment).min(2);

/**
 * The town's clock: a line of straight pieces between real instants and town time, which only ever rises.
 *
 * Definition: what was already over when the account started keeps its own pace (said two town days before the start, it is dated two days
 * before the start); from the start on the town runs at the set speed, and each later change of the speed bends the line without moving what is past.
 * So town time `now` is the real `now`, nothing is dated in the future, a reply is never dated before what it answers, and at speed 1 both clocks run alike.
 */
export class TownClock {
  constructor(readonly segments: readonly Segment[]) {}

  /** Town milliseconds at a real instant; negative before the town began. */
  townAt(real: Date): number {
    const piece = this.pieceBy((s) => s.real <= real.getTime());
    return Math.floor(piece.town + (real.getTime() - piece.real) * piece.speed);
  }

  /** The real instant of a town time. */
  realAt(town: number): Date {
    const piece = this.pieceBy((s) => s.town <= town);
    return new Date(Math.floor(piece.real + (town - piece.town) / piece.speed));
  }

  /** Real milliseconds from `now` until the town's clock shows `town`, at least 0. */
  untilTown(town: number, now: Date): number {
    const piece = this.pieceBy((s) => s.town <= town);
    return Math.max(0, Math.ceil(piece.real + (town - piece.town) / piece.speed - now.getTime()));
  }

  private pieceBy(begun: (piece: Segment) => boolean): Segment {
    const piece = this.segments.findLast(begun) ?? this.segments[0];
    if (piece === undefined) throw new Error('A town clock has at least one piece.');
    return piece;
  }
}

/** A clock that begins at `start` with `passedMs` of the town's time behind it. */
export const startClock = (start: Date, passedMs: number, speed: number): TownClock =>
  new TownClock([
    { real: start.getTime() - passedMs, town: 0, speed: 1 },
    { real: start.getTime(), town: passedMs, speed },
  ]);

/** The same clock, running at another speed from `now` on. */
export const bendClock = (clock: TownClock, now: Date, speed: number): TownClock =>
  new TownClock([...clock.segments, { real: now.getTime(), town: clock.townAt(now), speed }]);

const key = 'clock';

/**
 * The account's clock, the same for all its processes: started by whoever reads first, kept in the account's store, bent when the speed was changed.
 *
 * It is read again on every call and whoever wrote it last is believed by all: two processes that start at the same moment agree from their second reading on.
 */
export const openClock = async (ctx: PracticeCtx): Promise<TownClock> => {
  const known = stored.safeParse(await ctx.store.get(key));
  const now = ctx.now();
  const clock = known.success ? new TownClock(known.data) : startClock(now, parseDuration(ctx.settings.passed) ?? 0, ctx.settings.speed);
  const bent = clock.segments.at(-1)?.speed === ctx.settings.speed ? clock : bendClock(clock, now, ctx.settings.speed);
  if (known.success && bent === clock) return clock;
  await ctx.store.set(key, bent.segments);
  const winner = stored.safeParse(await ctx.store.get(key));
  return winner.success ? new TownClock(winner.data) : bent;
};
