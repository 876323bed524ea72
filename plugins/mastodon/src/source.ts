import type { Source } from '@earshot/plugin-sdk';
import type { MastodonCursor } from './cursor.js';
import { fetchWant } from './fetch.js';
import { plan } from './plan.js';
import { readPoll } from './read-poll.js';
import { readStream, type Wait } from './read-stream.js';
import { resolve } from './resolve.js';
import type { MastodonCtx } from './settings.js';
import { wait } from './wait.js';

/** Servers that speak the Mastodon API as a source. `waiting`: how time passes between two looks at a stream; tests let it pass by themselves. */
export const mastodonSource = (waiting: Wait = wait): Source<MastodonCtx, MastodonCursor> => ({
  resolve,
  plan,
  read: (channel, ctx) => (channel.mode === 'stream' ? readStream(channel, ctx, waiting) : readPoll(channel, ctx)),
  fetch: fetchWant,
});
