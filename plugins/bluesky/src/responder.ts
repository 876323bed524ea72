import type { Abilities, Attempt, Ref, Responder, SmallAnswer } from '@earshot/plugin-sdk';
import { composePost, MOST_GRAPHEMES } from './compose-post.js';
import { viewsOf } from './fetch-again.js';
import { IMAGES, upload } from './images.js';
import { recordKeyOf } from './record-key.js';
import { type AtUri, partsOf, postRef, postUriOf } from './refs.js';
import { refusedHere } from './remote-errors.js';
import { sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import type { PostView } from './views.js';
import { change as changeList, FOLLOWS } from './write-lists.js';
import { isThere, putNew, remove } from './write-record.js';

const POST = 'app.bsky.feed.post';
const small = ['like', 'boost', 'follow'] as const satisfies readonly SmallAnswer[];
const length = { limit: MOST_GRAPHEMES, unit: 'grapheme' } as const;

const not = (because: string, can: Abilities['can'] = []): Abilities => ({ reply: 'no', because, length, can });

const abilities = async (to: Ref | undefined, ctx: BlueskyCtx): Promise<Abilities> => {
  if (to === undefined) return { reply: 'yes', length, media: IMAGES, can: ['remove', 'like', 'boost'] };
  const uri = postUriOf(to);
  if (uri === undefined) return not('This is no post on Bluesky.');
  const view = (await viewsOf([uri], ctx)).posts.find((each) => each.uri === uri);
  if (view === undefined) return not('It is no longer on Bluesky, or not shown to us.');
  if (view.author.viewer?.blockedBy === true) return not('Its author has blocked us.');
  if (view.viewer?.replyDisabled === true) return not('Its author restricts who may answer (threadgate), and we are not among them.', small);
  return { reply: 'yes', length, media: IMAGES, can: ['remove', ...small] };
};

const placeOf = async ({ key }: Attempt, ctx: BlueskyCtx): Promise<AtUri> => ({ did: (await sessionFor(ctx)).did, collection: POST, rkey: recordKeyOf(key) });

const refAt = ({ did, collection, rkey }: AtUri): Ref => postRef(`at://${did}/${collection}/${rkey}`);

const send = async (attempt: Attempt, ctx: BlueskyCtx): Promise<Ref> => {
  const place = await placeOf(attempt, ctx);
  // What stands there already was sent by this key: it is not sent again.
  await putNew(ctx, place, await composePost(attempt, ctx));
  return refAt(place);
};

const find = async (attempt: Attempt, ctx: BlueskyCtx): Promise<Ref | 'absent'> => {
  const place = await placeOf(attempt, ctx);
  return (await isThere(ctx, place)) ? refAt(place) : 'absent';
};

const change = async (sent: Ref, to: { readonly text: string } | 'removed', ctx: BlueskyCtx): Promise<void> => {
  if (to !== 'removed') throw refusedHere('Posts on Bluesky cannot be edited. Remove it, and write again.');
  const parts = partsOf(postUriOf(sent) ?? '');
  if (parts === undefined || parts.did !== (await sessionFor(ctx)).did) throw refusedHere('This is no post of ours on Bluesky.');
  await remove(ctx, parts);
};

const collections = { like: 'app.bsky.feed.like', boost: 'app.bsky.feed.repost' } as const;

const follow = async ({ did, handle, viewer }: PostView['author'], ctx: BlueskyCtx): Promise<void> => {
  // Perhaps in an app, where it has another key.
  if (viewer?.following !== undefined) return;
  const [followed] = await changeList(FOLLOWS, [{ kind: 'profile', key: did, label: handle }], [], ctx);
  if (followed?.state === 'refused') throw refusedHere(followed.because ?? 'Bluesky does not let us follow them.');
};

const act = async (on: Ref, what: SmallAnswer, ctx: BlueskyCtx): Promise<void> => {
  const uri = postUriOf(on);
  const view = uri === undefined ? undefined : (await viewsOf([uri], ctx)).posts.find((each) => each.uri === uri);
  if (view === undefined) throw refusedHere('It is no longer on Bluesky, or not shown to us.');
  if (what === 'follow') return follow(view.author, ctx);
  const { did } = await sessionFor(ctx);
  const collection = collections[what];
  const record = { $type: collection, subject: { uri: view.uri, cid: view.cid }, createdAt: ctx.now().toISOString() };
  await putNew(ctx, { did, collection, rkey: recordKeyOf(`${what} ${view.uri}`) }, record);
};

/** Answers on Bluesky. What was sent is proven by its record key, so `find` always tells. */
export const blueskyResponder: Responder<BlueskyCtx> = { abilities, upload, send, find, change, act };
