import { type Batch, isRemoteError, type Target } from '@earshot/plugin-sdk';
import { type MastodonCursor, markIn, withMark } from './cursor.js';
import { look } from './look.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { type Tap, tapOf } from './taps.js';
import { waitingFor } from './waiting.js';

/** A tap of a channel; of several hashtags each keeps its own mark. */
export interface Tapped {
  readonly tap: Tap;
  readonly tag?: string;
}

export const tapsOf = async (targets: readonly Target[], ctx: MastodonCtx, cursor: MastodonCursor | undefined): Promise<readonly Tapped[]> => {
  const through = cursor === undefined ? undefined : (cursor.through ?? 'own');
  return Promise.all(targets.map(async (target) => ({ tap: await tapOf(target, ctx, through), ...(target.kind === 'hashtag' ? { tag: target.key.toLowerCase() } : {}) })));
};

interface Looked {
  readonly batch: Batch<MastodonCursor>;
  /** What is newer than what was known, by its name. */
  readonly fresh: readonly string[];
}

/**
 * Looks at each of them once. The last batch tells until when that was all, unless one of several could not be read: that one silences no other,
 * and nobody claims to have heard it. Where none can be read, why.
 */
export async function* lookAt(taps: readonly Tapped[], from: MastodonCursor | undefined, ctx: MastodonCtx): AsyncGenerator<Looked> {
  const asked = ctx.now();
  const refused: unknown[] = [];
  let cursor = from;
  for (const { tap, tag } of taps) {
    try {
      for await (const { events, mark, fresh } of look(tap, markIn(cursor, tag), ctx)) {
        cursor = { ...withMark(cursor, tag, mark), ...(tap.through === undefined ? {} : { through: tap.through }) };
        yield { batch: { events, cursor }, fresh };
      }
    } catch (error) {
      if (!isRemoteError(error) || !['rejected', 'invalid-data'].includes(error.kind)) throw error;
      refused.push(error);
    }
    if (ctx.abort.aborted) return;
  }
  if (refused.length > 0 && refused.length === taps.length) throw refused[0];
  if (refused.length > 0) ctx.log.warn('some hashtags of this server cannot be read', { host: hostOf(ctx), refused: refused.length, of: taps.length });
  const waiting = taps[0]?.tap.forUs === true ? await waitingFor(ctx) : undefined;
  yield { batch: { events: waiting === undefined ? [] : [waiting], ...(refused.length === 0 ? { heardUntil: asked } : {}) }, fresh: [] };
}
