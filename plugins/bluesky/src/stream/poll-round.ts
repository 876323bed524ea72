import { type Batch, isRemoteError, type SourceEvent } from '@earshot/plugin-sdk';
import { OVERLAP_MS } from '../cursor.js';
import { gapBefore as gapBeforeOldest, type Heard, sorted, walkBack } from '../walk-back.js';
import type { BlueskyCtx } from '../settings.js';
import type { Ear } from './ear.js';
import type { StreamCursor } from './stream-cursor.js';

const MOST_REMEMBERED = 20_000;

/** What was told in the last rounds, so that the minutes in which they overlap are told once. Nothing is lost with it. */
export class Remembered {
  private marks = new Set<string>();

  isNew({ placed }: Heard): boolean {
    const mark = `${placed.uri} ${placed.cid}`;
    if (this.marks.has(mark)) return false;
    if (this.marks.size >= MOST_REMEMBERED) this.marks = new Set([...this.marks].slice(MOST_REMEMBERED / 2));
    this.marks.add(mark);
    return true;
  }
}

const eventsOf = async (did: string, sinceMs: number, ear: Ear, ctx: BlueskyCtx, told: Remembered): Promise<readonly SourceEvent[]> => {
  try {
    const walk = await walkBack({ kind: 'profile', key: did, label: did }, sinceMs, ctx);
    const { heard, letters } = sorted(walk.items);
    const fresh = heard.filter((one) => (sinceMs === Number.POSITIVE_INFINITY || one.placed.at.getTime() >= sinceMs) && told.isNew(one));
    const gap = walk.complete || sinceMs === Number.POSITIVE_INFINITY ? [] : [gapBeforeOldest(heard[0]?.placed, new Date(sinceMs), ctx.now())];
    return [...letters, ...gap, ...fresh.map(({ event }) => event)];
  } catch (error) {
    if (!isRemoteError(error) || error.kind !== 'rejected') throw error;
    // One of them is gone or hidden: that is asked apart, and the others are heard.
    ear.looks.who(did);
    return [];
  }
};

/**
 * Asks whom we follow one by one, each back to what was told, oldest first. What was said before the round began is heard once it is through; a
 * restart goes on behind whoever was asked last. Ends early where `isEnough`.
 */
export async function* pollRound(ear: Ear, ctx: BlueskyCtx, told: Remembered, isEnough: () => boolean): AsyncGenerator<Batch<StreamCursor>> {
  const { at } = ear.cursor;
  const round = ear.cursor.round ?? { began: ctx.now().getTime(), after: '' };
  // Without a cursor the newest page alone: what was said before is asked for by whoever follows.
  const sinceMs = at === undefined ? Number.POSITIVE_INFINITY : at / 1_000 - OVERLAP_MS;
  for (const did of [...ear.dids].toSorted()) {
    if (did <= round.after || !ear.dids.has(did)) continue;
    if (isEnough() || ctx.abort.aborted) return;
    const events = [...(await eventsOf(did, sinceMs, ear, ctx, told)), ...ear.looks.take()];
    ear.cursor = { ...ear.cursor, round: { began: round.began, after: did } };
    yield { events, cursor: ear.cursor };
  }
  const { host } = ear.cursor;
  ear.cursor = { at: Math.max(at ?? 0, round.began * 1_000), ...(host === undefined ? {} : { host: { origin: host.origin, speaks: host.speaks } }) };
  yield { events: [], cursor: ear.cursor, heardUntil: new Date(round.began) };
}
