import type { Batch, OpenChannel } from '@earshot/plugin-sdk';
import { type BlueskyCursor, isPollCursor } from './cursor.js';
import { readTarget } from './read-target.js';
import type { BlueskyCtx } from './settings.js';
import { readStream } from './stream/read-stream.js';

/** Whom we follow streams, all on one channel; whatever else is read is polled, each on its own. */
export async function* readChannel(channel: OpenChannel<BlueskyCursor>, ctx: BlueskyCtx): AsyncGenerator<Batch<BlueskyCursor>> {
  const { mode, targets: [target], cursor, ...rest } = channel;
  if (mode === 'stream') {
    const known = cursor === undefined || isPollCursor(cursor) ? {} : { cursor };
    return yield* readStream({ ...rest, mode, targets: channel.targets, ...known }, ctx);
  }
  if (target !== undefined) yield* readTarget(target, cursor !== undefined && isPollCursor(cursor) ? cursor : undefined, ctx);
}
