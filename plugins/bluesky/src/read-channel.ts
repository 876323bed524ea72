import type { Batch, OpenChannel, SourceEvent, Target } from '@earshot/plugin-sdk';
import { type BlueskyCursor, cursorAfter, horizonOf, isNew, type Placed } from './cursor.js';
import { type Item, type Page, pageOfTarget, type Stretch } from './pages.js';
import type { BlueskyCtx } from './settings.js';

/** Fifty pages are five thousand posts: more than anybody says between two readings. */
const MOST_PAGES = 50;
const BATCH = 100;

interface Walk {
  /** Newest first, as they came. */
  readonly items: readonly Item[];
  /** Whether the pages led back to where they had to. */
  readonly complete: boolean;
}

const oldestOn = ({ items }: Page): number => Math.min(...items.map(({ placed }) => placed?.at.getTime() ?? Number.POSITIVE_INFINITY));

/** Pages from the newest back to `since`. */
export const walkBack = async (target: Target, since: number, ctx: BlueskyCtx, stretch?: Stretch): Promise<Walk> => {
  const items: Item[] = [];
  const asked = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await pageOfTarget(target, ctx, cursor, stretch);
    items.push(...page.items);
    // A cursor that leads back to itself would be read for ever.
    if (page.cursor === undefined || oldestOn(page) < since || asked.has(page.cursor)) return { items, complete: true };
    asked.add(page.cursor);
    cursor = page.cursor;
    ctx.abort.throwIfAborted();
  }
  return { items, complete: false };
};

export interface Heard {
  readonly placed: Placed;
  readonly event: SourceEvent;
}

/** Those that could be read, oldest first and each once, and those that could not. */
export const sorted = (items: readonly Item[]): { readonly heard: readonly Heard[]; readonly letters: readonly SourceEvent[] } => {
  const heard = new Map<string, Heard>();
  const letters: SourceEvent[] = [];
  for (const { placed, event } of items.toReversed()) {
    if (placed === undefined) letters.push(event);
    else heard.set(`${placed.uri} ${placed.cid}`, { placed, event });
  }
  return { heard: [...heard.values()].toSorted((a, b) => a.placed.at.getTime() - b.placed.at.getTime()), letters };
};

const gapBefore = (oldest: Placed | undefined, cursor: BlueskyCursor, now: Date): SourceEvent => ({
  kind: 'gap',
  from: new Date(cursor.newest),
  to: oldest?.at ?? now,
  why: 'More was said since the last reading than is read at once.',
});

/** Everything since the cursor, oldest first: the network gives the newest first, so it is read back to what is known before anything is told. */
export async function* readTarget(target: Target, cursor: BlueskyCursor | undefined, ctx: BlueskyCtx): AsyncGenerator<Batch<BlueskyCursor>> {
  if (ctx.abort.aborted) return;
  const heardUntil = ctx.now();
  // Without a cursor the newest page alone: what was said before is asked for by whoever follows.
  const since = cursor === undefined ? Number.POSITIVE_INFINITY : horizonOf(cursor);
  const walk = await walkBack(target, since, ctx);
  const { heard, letters } = sorted(walk.items);
  const fresh = heard.filter(({ placed }) => isNew(placed, cursor));
  const before = [...letters, ...(walk.complete || cursor === undefined ? [] : [gapBefore(heard[0]?.placed, cursor, heardUntil)])];
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

/** One target a channel. */
export async function* readChannel({ targets, cursor }: OpenChannel<BlueskyCursor>, ctx: BlueskyCtx): AsyncGenerator<Batch<BlueskyCursor>> {
  const [target] = targets;
  if (target !== undefined) yield* readTarget(target, cursor, ctx);
}
