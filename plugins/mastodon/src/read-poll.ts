import type { Batch, OpenChannel, SourceEvent, Target } from '@earshot/plugin-sdk';
import { isRemoteError, RemoteError } from '@earshot/plugin-sdk';
import { callerOf, getIfThere } from './client.js';
import type { MastodonCursor } from './cursor.js';
import { accountSchema } from './documents.js';
import { accountIdOf } from './local-ids.js';
import { NETWORK, refOf } from './map-account.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { lookAt, tapsOf } from './tapped.js';
import { explained } from './us.js';

/** Its server says that there is no such account: not a page that failed, an answer of the API. */
const isAccountGone = async (id: string, ctx: MastodonCtx): Promise<boolean> =>
  (await getIfThere(`/api/v1/accounts/${encodeURIComponent(id)}`, accountSchema, callerOf(ctx))) === undefined;

const goneRef = (key: string, id: string, ctx: MastodonCtx) => (/^https?:/i.test(key) ? { ...refOf(hostOf(ctx), id, key), network: NETWORK } : refOf(hostOf(ctx), id));

export async function* readPoll(channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx): AsyncGenerator<Batch<MastodonCursor>> {
  const [target] = channel.targets;
  if (target === undefined || ctx.abort.aborted) return;
  try {
    for await (const { batch } of lookAt(await tapsOf([target], ctx, channel.cursor), channel.cursor, ctx)) yield batch;
  } catch (thrown) {
    const error = await explained(thrown, ctx);
    if (!isRemoteError(error) || error.kind !== 'rejected' || target.kind !== 'profile') throw error;
    const gone = await goneEvent(target, ctx);
    if (gone === undefined) throw error;
    yield { events: [gone] };
    throw new RemoteError('rejected', `${target.label} is gone: ${hostOf(ctx)} has no such account any more. Remove the follow.`, { host: hostOf(ctx), cause: error });
  }
}

const goneEvent = async ({ key }: Target, ctx: MastodonCtx): Promise<SourceEvent | undefined> => {
  const id = await accountIdOf(key, ctx);
  return id !== undefined && (await isAccountGone(id, ctx)) ? { kind: 'profile-gone', ref: goneRef(key, id, ctx), why: 'deleted' } : undefined;
};
