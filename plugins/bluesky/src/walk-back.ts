import type { SourceEvent, Target } from '@earshot/plugin-sdk';
import type { Placed } from './cursor.js';
import { type Item, type Page, pageOfTarget, type Stretch } from './pages.js';
import type { BlueskyCtx } from './settings.js';

/** Fifty pages are five thousand posts: more than anybody says between two readings. */
const MOST_PAGES = 50;

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

export const gapBefore = (oldest: Placed | undefined, from: Date, now: Date): SourceEvent => ({
  kind: 'gap',
  from,
  to: oldest?.at ?? now,
  why: 'More was said since the last reading than is read at once.',
});
