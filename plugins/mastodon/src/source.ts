import type { Source } from '@earshot/plugin-sdk';
import type { MastodonCursor } from './cursor.js';
import { fetchWant } from './fetch.js';
import { plan } from './plan.js';
import { readPoll } from './read-poll.js';
import { readStream } from './read-stream.js';
import { resolve } from './resolve.js';
import type { MastodonCtx } from './settings.js';
import { type Wait, wait } from './wait.js';

/** Servers that speak the Mastodon API as a source. `waiting`: how time passes between two looks; tests let it pass by themselves. */
export const mastodonSource = (waiting: Wait = wait): Source<MastodonCtx, MastodonCursor> => ({
  resolve,
  plan,
  read: (channel, ctx) => (channel.mode === 'stream' ? readStream(channel, ctx, waiting) : readPoll(channel, ctx)),
  fetch: (want, ctx) => fetchWant(want, ctx, waiting),
});
