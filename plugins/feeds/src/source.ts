import type { Batch, Source, Target, Want } from '@earshot/plugin-sdk';
import type { FeedCursor } from './cursor.js';
import { fetchCounts, fetchPosts, fetchProfiles } from './fetch-again.js';
import { fetchSpan } from './fetch-span.js';
import { fetchThread } from './fetch-thread.js';
import { PULSE_MINUTES } from './pace.js';
import { readFeed } from './read-feed.js';
import { resolveFeed } from './resolve-feed.js';
import type { FeedsCtx } from './settings.js';

const isFeed = ({ kind, key }: Target): boolean => kind === 'feed' && /^https?:\/\//i.test(key) && URL.canParse(key);

const answer = (want: Want, ctx: FeedsCtx): AsyncIterable<Batch<never>> => {
  if ('thread' in want) return fetchThread(want.thread, ctx);
  if ('posts' in want) return fetchPosts(want.posts, ctx);
  if ('counts' in want) return fetchCounts(want.counts, ctx);
  return 'profiles' in want ? fetchProfiles(want.profiles, ctx) : fetchSpan(want, ctx);
};

/** Listens to feeds: a channel each. */
export const feedsSource: Source<FeedsCtx, FeedCursor> = {
  resolve: resolveFeed,
  plan: (targets) => {
    const feeds = new Map(targets.filter(isFeed).map((target) => [target.key, target]));
    return [...feeds.values()].map((target) => ({ key: target.key, mode: 'poll', pulseMs: PULSE_MINUTES * 60_000, targets: [target], retarget: 'reopen' }));
  },
  read: readFeed,
  fetch: answer,
};
