import { type Batch, type Counts, limits, type Ref, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { intentsOf } from './intents.js';
import { mapPost } from './map-post.js';
import { mapProfile } from './map-profile.js';
import { didOf, partsOf, postRef, postUriOf, profileRef } from './refs.js';
import { errorOf, goneOf, isAbsent } from './remote-errors.js';
import { askSignedIn, query } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { type PostView, postViewSchema, type ProfileView, profileViewSchema } from './views.js';

/** What getPosts and getProfiles take at once. */
const AT_ONCE = 25;

const some = function* <T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
};

const known = <T>(refs: readonly Ref[], nameOf: (ref: Ref) => T | undefined): readonly T[] => [...new Set(refs.flatMap((ref) => nameOf(ref) ?? []))];

interface Views {
  readonly posts: readonly PostView[];
  readonly letters: readonly SourceEvent[];
}

export const viewsOf = async (uris: readonly string[], ctx: BlueskyCtx): Promise<Views> => {
  const { posts } = await query(ctx, { nsid: 'app.bsky.feed.getPosts', params: { uris } }, z.object({ posts: z.array(z.unknown()) }), 'list of posts');
  const letters: SourceEvent[] = [];
  const read = posts.flatMap((post) => {
    const view = postViewSchema.safeParse(post);
    if (!view.success) letters.push(unreadable('post: not as app.bsky.feed.defs#postView has it', post));
    return view.data ?? [];
  });
  return { posts: read, letters };
};

/** The view leaves out what it does not show, whatever the reason: the author's own records tell. */
export const whyMissing = async (uri: string, ctx: BlueskyCtx): Promise<'deleted' | 'hidden'> => {
  const { did = '', collection = '', rkey = '' } = partsOf(uri) ?? {};
  const { failure } = await askSignedIn(ctx, { nsid: 'com.atproto.repo.getRecord', params: { repo: did, collection, rkey } });
  if (failure === undefined) return 'hidden';
  if (isAbsent(failure) || goneOf(failure) !== undefined) return 'deleted';
  throw errorOf(failure, ctx.now());
};

/** What could not be read is there, under whichever address. */
const goneOfThem = async (uris: readonly string[], { posts, letters }: Views, ctx: BlueskyCtx): Promise<readonly SourceEvent[]> => {
  if (letters.length > 0) return [];
  const there = new Set(posts.map(({ uri }) => uri));
  const gone: SourceEvent[] = [];
  for (const uri of uris) if (!there.has(uri)) gone.push({ kind: 'post-gone', ref: postRef(uri), why: await whyMissing(uri, ctx) });
  return gone;
};

export async function* fetchPosts(refs: readonly Ref[], ctx: BlueskyCtx): AsyncGenerator<Batch<never>> {
  for (const uris of some(known(refs, postUriOf))) {
    const views = await viewsOf(uris, ctx);
    yield { events: [...views.posts.map((view) => mapPost(view, ctx.now())), ...views.letters, ...(await goneOfThem(uris, views, ctx))] };
  }
}

const atMost = (count: number): number => Math.min(count, limits.count);

const countsOf = ({ uri, replyCount, likeCount, repostCount }: PostView): readonly Counts[] =>
  replyCount === undefined
    ? []
    : [{
        kind: 'counts', ref: postRef(uri), replies: atMost(replyCount),
        ...(likeCount === undefined ? {} : { likes: atMost(likeCount) }),
        ...(repostCount === undefined ? {} : { boosts: atMost(repostCount) }),
      }];

/** And what is gone: whoever polls is told of no deletion, and here the posts are asked for anyway. */
export async function* fetchCounts(refs: readonly Ref[], ctx: BlueskyCtx): AsyncGenerator<Batch<never>> {
  for (const uris of some(known(refs, postUriOf))) {
    const views = await viewsOf(uris, ctx);
    yield { events: [...views.posts.flatMap(countsOf), ...(await goneOfThem(uris, views, ctx))] };
  }
}

/** One by one, the network says why somebody is missing. */
const alone = async (did: string, ctx: BlueskyCtx): Promise<ProfileView | SourceEvent | undefined> => {
  const asked = await askSignedIn(ctx, { nsid: 'app.bsky.actor.getProfile', params: { actor: did } });
  if (asked.failure === undefined) return profileViewSchema.safeParse(asked.body).data ?? unreadable('profile: not as app.bsky.actor.defs has it', asked.body);
  const why = goneOf(asked.failure);
  if (why !== undefined) return { kind: 'profile-gone', ref: profileRef(did), why };
  if (asked.failure.name === 'InvalidRequest') return undefined;
  throw errorOf(asked.failure, ctx.now());
};

const isView = (value: ProfileView | SourceEvent): value is ProfileView => !('kind' in value);

const profilesOf = async (dids: readonly string[], ctx: BlueskyCtx): Promise<readonly (ProfileView | SourceEvent)[]> => {
  const { profiles } = await query(ctx, { nsid: 'app.bsky.actor.getProfiles', params: { actors: dids } }, z.object({ profiles: z.array(z.unknown()) }), 'list of profiles');
  const views = profiles.flatMap((profile) => profileViewSchema.safeParse(profile).data ?? []);
  const found: (ProfileView | SourceEvent)[] = [...views];
  for (const did of dids) {
    if (views.some((view) => view.did === did)) continue;
    const one = await alone(did, ctx);
    if (one !== undefined) found.push(one);
  }
  return found;
};

export async function* fetchProfiles(refs: readonly Ref[], ctx: BlueskyCtx): AsyncGenerator<Batch<never>> {
  for (const dids of some(known(refs, didOf))) {
    const found = await profilesOf(dids, ctx);
    const views = found.filter(isView);
    const intents = await intentsOf(views.map(({ did }) => did), ctx);
    const events = views.flatMap((view): readonly SourceEvent[] => [
      { kind: 'profile', profile: mapProfile(view, intents.get(view.did) ?? 'unknown', ctx.now()) },
      ...(view.viewer?.blockedBy === true ? [{ kind: 'profile-gone' as const, ref: profileRef(view.did), why: 'blocked-us' as const }] : []),
    ]);
    yield { events: [...events, ...found.filter((one): one is SourceEvent => !isView(one))] };
  }
}
