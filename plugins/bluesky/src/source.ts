import type { Batch, Source, Want } from '@earshot/plugin-sdk';
import type { BlueskyCursor } from './cursor.js';
import { fetchCounts, fetchPosts, fetchProfiles } from './fetch-again.js';
import { fetchSpan } from './fetch-span.js';
import { fetchThread } from './fetch-thread.js';
import { readChannel } from './read-channel.js';
import { resolveText } from './resolve-text.js';
import type { BlueskyCtx } from './settings.js';
import { planTargets } from './targets.js';

const answer = (want: Want, ctx: BlueskyCtx): AsyncIterable<Batch<never>> => {
  if ('thread' in want) return fetchThread(want.thread, ctx);
  if ('posts' in want) return fetchPosts(want.posts, ctx);
  if ('counts' in want) return fetchCounts(want.counts, ctx);
  return 'profiles' in want ? fetchProfiles(want.profiles, ctx) : fetchSpan(want, ctx);
};

/** Listens to Bluesky: a channel for each profile, list, tag, search, and one for what addresses us. */
export const blueskySource: Source<BlueskyCtx, BlueskyCursor> = { resolve: resolveText, plan: planTargets, read: readChannel, fetch: answer };
