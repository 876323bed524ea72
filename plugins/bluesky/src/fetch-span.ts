import type { Batch, WantSpan } from '@earshot/plugin-sdk';
import { sorted, walkBack } from './walk-back.js';
import type { BlueskyCtx } from './settings.js';
import { isReadable } from './targets.js';

const BATCH = 100;

/** What a target said in a stretch of time, oldest first, and whether that is all. */
export async function* fetchSpan({ target, since, until }: WantSpan, ctx: BlueskyCtx): AsyncGenerator<Batch<never>> {
  if (!isReadable(target) || since >= until) return;
  const walk = await walkBack(target, since.getTime(), ctx, { since, until });
  const { heard, letters } = sorted(walk.items);
  const within = heard.filter(({ placed }) => placed.at >= since && placed.at < until);
  for (let at = 0; at < within.length; at += BATCH) yield { events: within.slice(at, at + BATCH).map(({ event }) => event) };
  if (letters.length > 0) yield { events: letters };
  const oldest = heard[0]?.placed.at ?? until;
  yield walk.complete ? { events: [], heardUntil: until } : { events: [{ kind: 'gap', from: since, to: oldest, why: 'There is more than is read at once.' }] };
}
