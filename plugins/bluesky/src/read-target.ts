import type { Batch, Target } from '@earshot/plugin-sdk';
import { cursorAfter, horizonOf, isNew, type PollCursor } from './cursor.js';
import type { BlueskyCtx } from './settings.js';
import { gapBefore, sorted, walkBack } from './walk-back.js';

const BATCH = 100;

/** Everything since the cursor, oldest first: the network gives the newest first, so it is read back to what is known before anything is told. */
export async function* readTarget(target: Target, cursor: PollCursor | undefined, ctx: BlueskyCtx): AsyncGenerator<Batch<PollCursor>> {
  if (ctx.abort.aborted) return;
  const heardUntil = ctx.now();
  // Without a cursor the newest page alone: what was said before is asked for by whoever follows.
  const since = cursor === undefined ? Number.POSITIVE_INFINITY : horizonOf(cursor);
  const walk = await walkBack(target, since, ctx);
  const { heard, letters } = sorted(walk.items);
  const fresh = heard.filter(({ placed }) => isNew(placed, cursor));
  const before = [...letters, ...(walk.complete || cursor === undefined ? [] : [gapBefore(heard[0]?.placed, new Date(cursor.newest), heardUntil)])];
  if (before.length > 0) yield { events: before };
  let known = cursor;
  for (let at = 0; at < fresh.length; at += BATCH) {
    if (ctx.abort.aborted) return;
    const part = fresh.slice(at, at + BATCH);
    known = cursorAfter(part.map(({ placed }) => placed), known);
    yield { events: part.map(({ event }) => event), ...(known === undefined ? {} : { cursor: known }) };
  }
  // A cursor also where nothing was said, so that the next reading knows since when.
  yield { events: [], cursor: known ?? { newest: heardUntil.toISOString(), seen: [] }, heardUntil };
}
