import type { Ref, SourceEvent } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, get } from './client.js';
import type { Mark } from './cursor.js';
import { byThoseWeFollow } from './followed.js';
import { compareIds } from './ids.js';
import { markAfter, nameOf } from './marks.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { addressing, eventsOf } from './statuses.js';
import { idIn, type Tap } from './taps.js';
import { ourRef } from './us.js';

/** As many as every server gives. */
export const PAGE = '40';
/** Pages that are read back where a server cannot be read forward. */
const MOST_BACK = 25;

const pageSchema = z.array(z.unknown());
const foundSchema = z.object({ statuses: pageSchema }).transform(({ statuses }) => statuses);

const postedAt = (event: SourceEvent): number => (event.kind === 'post' ? event.post.postedAt.getTime() : Number.NEGATIVE_INFINITY);

/** By their dates; ids tell when a server learned of a post. */
export const oldestFirst = (events: readonly SourceEvent[]): readonly SourceEvent[] => events.toSorted((one, other) => postedAt(one) - postedAt(other));

const addressed = (events: readonly SourceEvent[], tap: Tap, us: Ref): readonly SourceEvent[] => (tap.forUs === true ? addressing(events, us) : events);

/** Events of the items of a page. */
export const eventsIn = async (items: readonly unknown[], tap: Tap, ctx: MastodonCtx): Promise<readonly SourceEvent[]> => {
  const events = oldestFirst(addressed(await eventsOf(items.map(tap.statusIn).filter((status) => status !== undefined), ctx), tap, await ourRef(ctx)));
  return tap.ofFollowed === undefined ? events : byThoseWeFollow(events, tap.ofFollowed, ctx);
};

/** A part of what a look finds, and the mark behind it. */
export interface Seen {
  readonly events: readonly SourceEvent[];
  readonly mark: Mark;
  /** What is newer than what was known before, by its name. */
  readonly fresh: readonly string[];
}

const isAfter = (item: unknown, id: string | undefined): boolean => {
  const own = idIn(item);
  // What has no id is a dead letter, which no mark remembers.
  return own === undefined || id === undefined || compareIds(own, id) > 0;
};

/** A notification that its server keeps back (4.3 on), and tells no stream. */
const isKeptBack = (item: unknown): boolean => typeof item === 'object' && item !== null && 'filtered' in item && item.filtered === true;

/** A page of what is read there, the newest first. */
export const page = (tap: Tap, ctx: MastodonCtx, query: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> =>
  get(tap.path, tap.isSearch === true ? foundSchema : pageSchema, callerOf(ctx), { ...tap.query, limit: PAGE, ...query });

const seen = async (items: readonly unknown[], mark: Mark, tap: Tap, ctx: MastodonCtx): Promise<Seen> => ({
  events: await eventsIn(items, tap, ctx),
  mark: markAfter(mark, items.toSorted((one, other) => compareIds(idIn(one) ?? '', idIn(other) ?? ''))),
  fresh: items.filter((item) => isAfter(item, mark.after) && !isKeptBack(item)).map(nameOf),
});

const oldestOf = (items: readonly unknown[]): string | undefined => items.map(idIn).filter((id) => id !== undefined).toSorted(compareIds)[0];

const lostBefore = (events: readonly SourceEvent[], ctx: MastodonCtx): SourceEvent => {
  const first = events.find((event) => event.kind === 'post');
  return { kind: 'gap', to: first?.kind === 'post' ? first.post.postedAt : ctx.now(), why: `More was said than ${hostOf(ctx)} shows at once, and it can be read no further back.` };
};

/** Pages back from this one to what is known, for servers that ignore `min_id`; told from the oldest on, once all of them are there. */
async function* backToKnown(newest: readonly unknown[], mark: Mark, tap: Tap, ctx: MastodonCtx): AsyncGenerator<Seen> {
  const all = [newest];
  let reaches = false;
  for (let oldest = oldestOf(newest); oldest !== undefined && !reaches && all.length < MOST_BACK; ) {
    if (ctx.abort.aborted) return;
    const items = await page(tap, ctx, { max_id: oldest });
    const next = oldestOf(items);
    reaches = items.length === 0 || items.some((item) => !isAfter(item, mark.after));
    if (next === undefined || compareIds(next, oldest) >= 0) break;
    all.push(items.filter((item) => isAfter(item, mark.after)));
    oldest = next;
  }
  let known = mark;
  for (const [at, items] of all.toReversed().entries()) {
    const part = await seen(items, known, tap, ctx);
    known = part.mark;
    yield at === 0 && !reaches ? { ...part, events: [lostBefore(part.events, ctx), ...part.events] } : part;
  }
}

/** Pages forward from the mark; `false` where the server turns them another way. */
async function* forward(newest: readonly unknown[], mark: Mark, tap: Tap, ctx: MastodonCtx): AsyncGenerator<Seen, boolean> {
  let known = mark;
  const [top] = newest;
  for (;;) {
    if (ctx.abort.aborted) return true;
    const at = known.after as string;
    const items = await page(tap, ctx, { min_id: at });
    const next = items.filter((item) => isAfter(item, at));
    // Full, and with the newest in it: either that is all there is, or the newest page whatever was asked for.
    if (items.length >= newest.length && items.some((item) => idIn(item) === idIn(top))) return false;
    if (next.length === 0) return true;
    const part = await seen(next, known, tap, ctx);
    known = part.mark;
    yield part;
    if (known.after === at) return true;
  }
}

/**
 * Everything since a mark, the oldest first. The newest page comes first of all: mostly it reaches back to what is known, and it shows besides
 * what came late or was edited, whose ids are of before. Where it does not reach back, pages lead forward from the mark (`min_id`), which leaves no
 * gap: `since_id` would give the newest page and lose what is before it. Without a mark the newest page is all.
 */
export async function* look(tap: Tap, from: Mark, ctx: MastodonCtx): AsyncGenerator<Seen> {
  const newest = await page(tap, ctx);
  let mark = from;
  const { after } = from;
  const reaches = after === undefined || newest.length === 0 || newest.some((item) => idIn(item) !== undefined && !isAfter(item, after));
  if (!reaches) {
    const pages = forward(newest, mark, tap, ctx);
    for (;;) {
      const { done, value } = await pages.next();
      if (done !== true) {
        mark = value.mark;
        yield value;
        continue;
      }
      if (value) break;
      return yield* backToKnown(newest, mark, tap, ctx);
    }
  }
  const known = new Set(mark.seen);
  const told = newest.filter((item) => idIn(item) === undefined || !known.has(nameOf(item)));
  if (told.length > 0 && !ctx.abort.aborted) yield seen(told, mark, tap, ctx);
}
