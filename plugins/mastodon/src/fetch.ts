import type { Batch, Counts, Ref, SourceEvent, Want, WantSpan } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { ask, callerOf, demandSuccess, getIfThere, isGone, read } from './client.js';
import { accountSchema, contextSchema, type StatusDocument } from './documents.js';
import { compareIds } from './ids.js';
import { accountIdOf, statusIdOf } from './local-ids.js';
import { keyOf, profileOf } from './map-account.js';
import { eventsIn, oldestFirst, page } from './look.js';
import { nameOf } from './marks.js';
import { relationsTo } from './relations.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { eventsOf, statusesByIds } from './statuses.js';
import { idIn, tapOf } from './taps.js';
import { type Wait, wait } from './wait.js';

/** A thousand statuses of one target: more than a busy account says in weeks. */
const MAX_PAGES = 25;
/** Refs of one question; the host asks for the rest again. */
const MAX_REFS = 200;
const BATCH = 200;
/** Profiles whose relations to us are asked for at once. */
const PROFILES = 20;
/** How often, and how long, it is waited for what a server still fetches: somebody may be waiting for the thread. */
const REFRESHES = 2;
const REFRESH_MS = 5_000;

const gone = (ref: Ref): SourceEvent => ({ kind: 'post-gone', ref, why: 'deleted' });

const contextOf = async (id: string, ctx: MastodonCtx): Promise<{ readonly around: readonly unknown[]; readonly below: readonly unknown[]; readonly retryMs: number | undefined }> => {
  const caller = callerOf(ctx);
  const answer = await ask(`/api/v1/statuses/${encodeURIComponent(id)}/context`, caller);
  if (await isGone(answer, caller)) return { around: [], below: [], retryMs: undefined };
  const { ancestors, descendants } = read(contextSchema, demandSuccess(answer, caller), caller);
  const [, seconds] = /(?:^|[,;\s])retry="?(\d{1,4})/i.exec(answer.headers.get('mastodon-async-refresh') ?? '') ?? [];
  return { around: ancestors, below: descendants, retryMs: seconds === undefined ? undefined : Number(seconds) * 1_000 };
};

/**
 * Ancestors, the post and what answers it, as far as our server shows them: with a token it shows 4,096. A server that says that it is fetching
 * more from others (4.5 on) is asked again when it said, {@link REFRESHES} times at most, for as long as that finds anything.
 */
async function* fetchThread(ref: Ref, ctx: MastodonCtx, wait: Wait): AsyncGenerator<Batch<never>> {
  const id = await statusIdOf(ref, ctx);
  if (id === undefined || ctx.abort.aborted) return;
  const status = await getIfThere(`/api/v1/statuses/${encodeURIComponent(id)}`, z.unknown(), callerOf(ctx));
  if (status === undefined) return yield { events: [gone(ref)] };
  const told = new Set<string>();
  for (let times = 0; times <= REFRESHES && !ctx.abort.aborted; times += 1) {
    const { around, below, retryMs } = await contextOf(id, ctx);
    const news = [...around, ...(times === 0 ? [status] : []), ...below].filter((each) => !told.has(nameOf(each)));
    for (const each of news) told.add(nameOf(each));
    const events = oldestFirst(await eventsOf(news, ctx));
    for (let at = 0; at < events.length && !ctx.abort.aborted; at += BATCH) yield { events: events.slice(at, at + BATCH) };
    if (retryMs === undefined || retryMs > REFRESH_MS || times === REFRESHES || (times > 0 && news.length === 0)) return;
    await wait(retryMs, ctx.abort);
  }
}

type Named = readonly { readonly ref: Ref; readonly id: string }[];

const localIds = async (refs: readonly Ref[], ctx: MastodonCtx): Promise<Named> => {
  const named: { ref: Ref; id: string }[] = [];
  for (const ref of refs.slice(0, MAX_REFS)) {
    const id = ctx.abort.aborted ? undefined : await statusIdOf(ref, ctx);
    if (id !== undefined) named.push({ ref, id });
  }
  return named;
};

/** What was left out of an answer about many is gone only where the server says so of it alone. */
const goneOf = async (named: Named, there: ReadonlyMap<string, unknown>, ctx: MastodonCtx): Promise<readonly SourceEvent[]> => {
  const missing: SourceEvent[] = [];
  for (const { ref, id } of named.filter((each) => !there.has(each.id))) {
    if (ctx.abort.aborted) break;
    const status = await getIfThere(`/api/v1/statuses/${encodeURIComponent(id)}`, z.unknown(), callerOf(ctx));
    if (status === undefined) missing.push(gone(ref));
  }
  return missing;
};

async function* fetchPosts(refs: readonly Ref[], ctx: MastodonCtx): AsyncGenerator<Batch<never>> {
  const named = await localIds(refs, ctx);
  const there = await statusesByIds(named.map(({ id }) => id), callerOf(ctx));
  const events = [...oldestFirst(await eventsOf([...there.values()], ctx)), ...(await goneOf(named, there, ctx))];
  if (events.length > 0) yield { events };
}

const countsOf = (ref: Ref, status: StatusDocument | undefined): readonly Counts[] => {
  const { replies_count: replies, favourites_count: likes, reblogs_count: boosts } = status ?? {};
  if (replies === null || replies === undefined) return [];
  return [{ kind: 'counts', ref, replies, ...(likes === null || likes === undefined ? {} : { likes }), ...(boosts === null || boosts === undefined ? {} : { boosts }) }];
};

/** And what was edited or is gone: polling tells of neither, and here the posts are asked for anyway. */
async function* fetchCounts(refs: readonly Ref[], ctx: MastodonCtx): AsyncGenerator<Batch<never>> {
  const named = await localIds(refs, ctx);
  const there = await statusesByIds(named.map(({ id }) => id), callerOf(ctx));
  const counts = named.flatMap(({ ref, id }) => countsOf(ref, there.get(id)));
  const edited = [...there.values()].filter(({ edited_at: at }) => typeof at === 'string');
  const events = [...counts, ...oldestFirst(await eventsOf(edited, ctx)), ...(await goneOf(named, there, ctx))];
  if (events.length > 0) yield { events };
}

interface ProfileTold {
  readonly id: string;
  readonly ref: Ref;
  readonly event: SourceEvent;
}

const profileEvent = async (ref: Ref, ctx: MastodonCtx): Promise<ProfileTold | undefined> => {
  const host = hostOf(ctx);
  const id = ref.local?.host === host ? ref.local.id : await accountIdOf(keyOf(ref), ctx);
  if (id === undefined) return undefined;
  const account = await getIfThere(`/api/v1/accounts/${encodeURIComponent(id)}`, accountSchema, callerOf(ctx));
  if (account === undefined) return { id, ref, event: { kind: 'profile-gone', ref, why: 'deleted' } };
  return { id, ref, event: account.suspended === true ? { kind: 'profile-gone', ref, why: 'suspended' } : { kind: 'profile', profile: profileOf(account, host) } };
};

/** Those of them who block our account. Nobody is taken for one where the server does not say. */
const blockingUs = async (told: readonly ProfileTold[], ctx: MastodonCtx): Promise<readonly SourceEvent[]> => {
  const there = told.filter(({ event }) => event.kind === 'profile');
  if (there.length === 0 || ctx.abort.aborted) return [];
  const relations = await relationsTo(there.map(({ id }) => id), ctx);
  return there.filter(({ id }) => relations?.get(id)?.blocked_by === true).map(({ ref }) => ({ kind: 'profile-gone', ref, why: 'blocked-us' }));
};

async function* fetchProfiles(refs: readonly Ref[], ctx: MastodonCtx): AsyncGenerator<Batch<never>> {
  const asked = refs.slice(0, MAX_REFS);
  for (let at = 0; at < asked.length; at += PROFILES) {
    const told: ProfileTold[] = [];
    for (const ref of asked.slice(at, at + PROFILES)) {
      if (ctx.abort.aborted) return;
      const one = await profileEvent(ref, ctx);
      if (one !== undefined) told.push(one);
    }
    if (told.length > 0) yield { events: [...told.map(({ event }) => event), ...(await blockingUs(told, ctx))] };
  }
}

/** From the newest page back to before the span; told oldest first, and whether that was all. */
async function* fetchSpan({ target, since, until }: WantSpan, ctx: MastodonCtx): AsyncGenerator<Batch<never>> {
  const tap = await tapOf(target, ctx);
  const events: SourceEvent[] = [];
  let oldest: string | undefined;
  let reached = false;
  for (let pages = 0; pages < MAX_PAGES && !reached; pages += 1) {
    if (ctx.abort.aborted) return;
    const items = await page(tap, ctx, oldest === undefined ? {} : { max_id: oldest });
    const before = oldest;
    oldest = items.map(idIn).filter((id) => id !== undefined).toSorted(compareIds)[0] ?? before;
    const told = await eventsIn(items, tap, ctx);
    // A page that goes no further is the last: the beginning of the timeline.
    reached = oldest === before || told.some((event) => event.kind === 'post' && event.post.postedAt < since);
    events.push(...told.filter((event) => event.kind !== 'post' || (event.post.postedAt >= since && event.post.postedAt < until)));
    ctx.progress(pages + 1);
  }
  const ordered = oldestFirst(events);
  for (let at = 0; at < ordered.length && !ctx.abort.aborted; at += BATCH) yield { events: ordered.slice(at, at + BATCH) };
  const first = ordered.find((event) => event.kind === 'post');
  if (reached) yield { events: [], heardUntil: until };
  else yield { events: [{ kind: 'gap', from: since, to: first?.kind === 'post' ? first.post.postedAt : until, why: `There is more than the ${MAX_PAGES} pages that are read of ${hostOf(ctx)}.` }] };
}

/** Whatever the host wants to know. `waiting`: how time passes until a server has fetched more of a thread. */
export const fetchWant = (want: Want, ctx: MastodonCtx, waiting: Wait = wait): AsyncIterable<Batch<never>> => {
  if ('thread' in want) return fetchThread(want.thread, ctx, waiting);
  if ('posts' in want) return fetchPosts(want.posts, ctx);
  if ('profiles' in want) return fetchProfiles(want.profiles, ctx);
  if ('counts' in want) return fetchCounts(want.counts, ctx);
  return fetchSpan(want, ctx);
};
