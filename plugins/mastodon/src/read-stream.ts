import { type Batch, isRemoteError, type OpenChannel } from '@earshot/plugin-sdk';
import type { MastodonCursor } from './cursor.js';
import { byThoseWeFollow } from './followed.js';
import { together } from './marks.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { type Live, openLive } from './sockets.js';
import { completed } from './statuses.js';
import { lookAt, type Tapped, tapsOf } from './tapped.js';
import { explained } from './us.js';
import type { Wait } from './wait.js';

/** How often polling looks after the stream: what a socket that died in silence did not bring is heard this late at most. */
export const LOOK_MS = 4 * 60_000;
/** Who speaks to the library is looked for as often as this where nothing streams. */
const FOR_US_MS = 60_000;
/** Between two questions about hashtags, so that a hundred of them stay far below what servers allow. */
const PER_TAP_MS = 3_000;
/** What polling found may be on its way through the socket. */
const GRACE_MS = 15_000;
/** Rounds of polling alone before a stream that is blind or refused is tried again: an hour. */
const ROUNDS_ALONE = 15;

const lookMs = (taps: readonly Tapped[]): number => Math.max(LOOK_MS, taps.length * PER_TAP_MS);

/** Both cursors as one: what waited in the socket while polling went on is older than where polling is, and no mark moves back. */
const joined = (one: MastodonCursor | undefined, other: MastodonCursor): MastodonCursor => {
  if (other.tags === undefined) return { ...one, ...together(one ?? {}, other) };
  const tags = Object.entries(other.tags).map(([tag, mark]) => [tag, together(one?.tags?.[tag] ?? {}, mark)] as const);
  return { ...one, tags: { ...one?.tags, ...Object.fromEntries(tags) } };
};

/** Without the marks of hashtags that nobody follows any more. */
const withoutOthers = (cursor: MastodonCursor | undefined, taps: readonly Tapped[]): MastodonCursor | undefined =>
  cursor?.tags === undefined ? cursor : { ...cursor, tags: Object.fromEntries(Object.entries(cursor.tags).filter(([name]) => taps.some(({ tag }) => tag === name))) };

/** What a socket brought of late, by its names. */
const broughtBy = (cursor: MastodonCursor): ReadonlySet<string> => new Set([cursor, ...Object.values(cursor.tags ?? {})].flatMap(({ seen }) => seen ?? []));

interface Ended {
  readonly cursor: MastodonCursor | undefined;
  /** `over`: it closed, or we fell behind. `blind`: it lives and does not bring what polling finds. `refused`: the server does not stream this. */
  readonly why: 'over' | 'blind' | 'refused';
  readonly error?: unknown;
}

type Pulled = { readonly result: IteratorResult<Batch<MastodonCursor>> } | { readonly error: unknown };
const settled = (pull: Promise<IteratorResult<Batch<MastodonCursor>>>): Promise<Pulled> => pull.then((result) => ({ result }), (error: unknown) => ({ error }));

/** One opening of a stream, looked after by polling. */
async function* readLive(live: Live, taps: readonly Tapped[], from: MastodonCursor | undefined, ctx: MastodonCtx, wait: Wait): AsyncGenerator<Batch<MastodonCursor>, Ended> {
  const over = new AbortController();
  const ending = AbortSignal.any([ctx.abort, over.signal]);
  try {
    return yield* lookedAfter(live, taps, from, ctx, (ms) => wait(ms, ending));
  } finally {
    over.abort();
  }
}

async function* lookedAfter(live: Live, taps: readonly Tapped[], from: MastodonCursor | undefined, ctx: MastodonCtx, wait: (ms: number) => Promise<void>): AsyncGenerator<Batch<MastodonCursor>, Ended> {
  // A home is alone on its channel.
  const ofFollowed = taps[0]?.tap.ofFollowed;
  let cursor = from;
  let brought: ReadonlySet<string> = new Set();
  let missing: readonly string[] = [];
  let pull = settled(live.first);
  let due = wait(lookMs(taps));
  for (;;) {
    const pulled = await Promise.race([pull, due.then(() => undefined)]);
    if (ctx.abort.aborted) return { cursor, why: 'over' };
    if (pulled !== undefined) {
      if ('error' in pulled) return { cursor, why: isRemoteError(pulled.error) && pulled.error.kind === 'rejected' ? 'refused' : 'over', error: pulled.error };
      if (pulled.result.done === true) return { cursor, why: 'over' };
      const { value } = pulled.result;
      pull = settled(live.batches.next());
      if (value.cursor !== undefined) {
        cursor = joined(cursor, value.cursor);
        brought = broughtBy(value.cursor);
      }
      const events = await completed(value.events, ctx);
      yield { ...value, ...(cursor === undefined ? {} : { cursor }), events: ofFollowed === undefined ? events : await byThoseWeFollow(events, ofFollowed, ctx) };
      continue;
    }
    missing = missing.filter((name) => !brought.has(name));
    if (missing.length > 0) return { cursor, why: 'blind' };
    for await (const { batch, fresh } of lookAt(taps, cursor, ctx)) {
      cursor = batch.cursor ?? cursor;
      missing = [...missing, ...fresh];
      yield batch;
    }
    missing = missing.filter((name) => !brought.has(name));
    due = wait(missing.length > 0 ? GRACE_MS : lookMs(taps));
  }
}

/**
 * Streams where the server offers it, polls where not, from one cursor. The socket is opened first and then polling catches up, so that nothing
 * falls between the two; and every {@link LOOK_MS} polling looks whether the stream is alive, which also tells until when everything was heard.
 *
 * `streaming` ─ closes, fails ─▶ polls once more, then ends with why (the host opens it again)
 * `streaming` ─ brings not what polling finds ─▶ opened again ─ and again not, or refused, or the host says blind ─▶ `alone`: polls for an hour
 */
export async function* readStream(channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx, wait: Wait): AsyncGenerator<Batch<MastodonCursor>> {
  if (channel.targets.length === 0 || ctx.abort.aborted) return;
  const taps = await tapsOf(channel.targets, ctx, channel.cursor);
  let cursor = withoutOthers(channel.cursor, taps);
  let blind = 0;
  let alone = channel.blind === true ? ROUNDS_ALONE : 0;
  while (!ctx.abort.aborted) {
    const live = alone > 0 ? undefined : await openLive(taps, channel, ctx);
    try {
      for await (const { batch } of lookAt(taps, cursor, ctx)) {
        cursor = batch.cursor ?? cursor;
        yield batch;
      }
      if (live === undefined) {
        alone = Math.max(0, alone - 1);
        await wait(taps[0]?.tap.forUs === true ? FOR_US_MS : lookMs(taps), ctx.abort);
        continue;
      }
      const ended: Ended = yield* readLive(live, taps, cursor, ctx, wait);
      ({ cursor } = ended);
      blind = ended.why === 'blind' ? blind + 1 : 0;
      if (ended.why === 'blind') ctx.log.warn('the stream does not bring what polling finds', { host: hostOf(ctx), times: blind });
      if (ended.why === 'refused') ctx.log.warn('the server does not stream this: polling goes on alone', { host: hostOf(ctx) });
      if (ended.why === 'refused' || blind >= 2) alone = ROUNDS_ALONE;
      if (ended.error === undefined || ended.why === 'refused' || ctx.abort.aborted) continue;
      // What was on its way is heard first; and it tells whether our token holds, which a closed socket does not.
      for await (const { batch } of lookAt(taps, cursor, ctx)) yield batch;
      throw ended.error;
    } catch (error) {
      throw await explained(error, ctx);
    } finally {
      await live?.batches.return?.();
    }
  }
}
