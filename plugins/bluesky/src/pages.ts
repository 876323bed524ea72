import { limits, type Ref, type SourceEvent, type Target, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import type { Placed } from './cursor.js';
import { mapPost, postedAt, seenAt } from './map-post.js';
import { profileRef } from './refs.js';
import { query } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { pageOf, type PostView, postViewSchema } from './views.js';
import type { Params } from './xrpc.js';

export const PAGE = 100;

/** Something on a page; `placed` is absent where it could not be read, and is told each time it is seen. */
export interface Item {
  readonly placed?: Placed;
  readonly event: SourceEvent;
}

export interface Page {
  /** Newest first. */
  readonly items: readonly Item[];
  readonly cursor?: string;
}

/** Which stretch is asked for, where the network takes that. */
export interface Stretch {
  readonly since: Date;
  readonly until: Date;
}

const timeIn = (record: unknown): string => {
  const at = typeof record === 'object' && record !== null ? (record as { createdAt?: unknown }).createdAt : undefined;
  return typeof at === 'string' ? at : '';
};

const itemOf = (value: unknown, ctx: BlueskyCtx): Item => {
  const read = postViewSchema.safeParse(value);
  if (!read.success) return { event: unreadable('post: not as app.bsky.feed.defs#postView has it', value) };
  return itemOfView(read.data, postedAt(timeIn(read.data.record), seenAt(read.data, ctx.now())), ctx);
};

const itemOfView = (view: PostView, at: Date, ctx: BlueskyCtx): Item => ({ placed: { at, uri: view.uri, cid: view.cid }, event: mapPost(view, ctx.now()) });

const feedItemSchema = z.object({ post: z.unknown(), reason: z.unknown().optional() });

/** A repost is somebody else's post, which comes where that one is followed. */
const feedItems = (feed: readonly unknown[], ctx: BlueskyCtx): readonly Item[] =>
  feed.flatMap((value) => {
    const read = feedItemSchema.safeParse(value);
    if (!read.success) return [itemOf(value, ctx)];
    return read.data.reason === undefined ? [itemOf(read.data.post, ctx)] : [];
  });

const feedPage = async (nsid: string, params: Params, ctx: BlueskyCtx): Promise<Page> => {
  const { items: feed, cursor } = await query(ctx, { nsid, params }, pageOf('feed'), 'feed');
  return { items: feedItems(feed, ctx), ...(cursor === undefined || feed.length === 0 ? {} : { cursor }) };
};

const searchPage = async (params: Params, ctx: BlueskyCtx): Promise<Page> => {
  const { items: posts, cursor } = await query(ctx, { nsid: 'app.bsky.feed.searchPosts', params: { ...params, sort: 'latest' } }, pageOf('posts'), 'list of posts found');
  return { items: posts.map((post) => itemOf(post, ctx)), ...(cursor === undefined || posts.length === 0 ? {} : { cursor }) };
};

const reasons = ['mention', 'reply', 'quote'];
const notificationSchema = postViewSchema.extend({ reason: z.string() });

/** An answer to us names nobody: what the network tells us of as ours speaks to us, also where we wrote what it answers by another program. */
const toUs = (item: Item, us: Ref): Item => {
  if (item.event.kind !== 'post' || item.event.post.mentions.some(({ id }) => id === us.id)) return item;
  const { post } = item.event;
  return { ...item, event: { ...item.event, post: { ...post, mentions: [us, ...post.mentions].slice(0, limits.mentions) } } };
};

const mentionsPage = async (us: Ref, params: Params, ctx: BlueskyCtx): Promise<Page> => {
  const { items: notifications, cursor } = await query(ctx, { nsid: 'app.bsky.notification.listNotifications', params: { ...params, reasons } }, pageOf('notifications'), 'list of notifications');
  const items = notifications.flatMap((value) => {
    const read = notificationSchema.safeParse(value);
    if (!read.success) return [{ event: unreadable('notification: not as app.bsky.notification.listNotifications has it', value) }];
    // Servers that do not know `reasons` send likes and followers as well.
    return reasons.includes(read.data.reason) ? [toUs(itemOfView(read.data, seenAt(read.data, ctx.now()), ctx), us)] : [];
  });
  return { items, ...(cursor === undefined || notifications.length === 0 ? {} : { cursor }) };
};

const stretchOf = (stretch: Stretch | undefined): Params => (stretch === undefined ? {} : { since: stretch.since.toISOString(), until: stretch.until.toISOString() });

/** One page of what a target said, newest first. */
export const pageOfTarget = ({ kind, key }: Target, ctx: BlueskyCtx, cursor: string | undefined, stretch?: Stretch): Promise<Page> => {
  const params = { limit: PAGE, cursor };
  switch (kind) {
    case 'profile':
      return feedPage('app.bsky.feed.getAuthorFeed', { actor: key, filter: 'posts_with_replies', ...params }, ctx);
    case 'list':
      return feedPage('app.bsky.feed.getListFeed', { list: key, ...params }, ctx);
    case 'hashtag':
      return searchPage({ q: `#${key}`, tag: key, ...stretchOf(stretch), ...params }, ctx);
    case 'search':
      return searchPage({ q: key, ...stretchOf(stretch), ...params }, ctx);
    default:
      return mentionsPage(profileRef(key), params, ctx);
  }
};
