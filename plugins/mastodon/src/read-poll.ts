import type { Batch, OpenChannel, Ref, SourceEvent, Target } from '@earshot/plugin-sdk';
import { isRemoteError, RemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, get, getIfThere } from './client.js';
import type { MastodonCursor } from './cursor.js';
import { accountSchema } from './documents.js';
import { compareIds } from './ids.js';
import { accountIdOf } from './local-ids.js';
import { NETWORK, refOf } from './map-account.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { addressing, eventsOf } from './statuses.js';
import { idIn, type Tap, tapOf } from './taps.js';
import { explained, ourRef } from './us.js';

/** As many as every server gives. */
export const PAGE = '40';

const pageSchema = z.array(z.unknown());

const postedAt = (event: SourceEvent): number => (event.kind === 'post' ? event.post.postedAt.getTime() : Number.NEGATIVE_INFINITY);

/** By their dates; ids tell when a server learned of a post. */
export const oldestFirst = (events: readonly SourceEvent[]): readonly SourceEvent[] => events.toSorted((one, other) => postedAt(one) - postedAt(other));

/** Events of the items of a page. */
export const eventsIn = async (items: readonly unknown[], tap: Tap, ctx: MastodonCtx): Promise<readonly SourceEvent[]> =>
  oldestFirst(addressed(await eventsOf(items.map(tap.statusIn).filter((status) => status !== undefined), ctx), tap, await ourRef(ctx)));

const addressed = (events: readonly SourceEvent[], tap: Tap, us: Ref): readonly SourceEvent[] => (tap.forUs === true ? addressing(events, us) : events);

/**
 * Everything after the cursor, a page at a time, forward (`min_id`), which leaves no gap: `since_id` would give the newest page and lose what is
 * before it. Without a cursor the newest page. The last batch tells until when that was all.
 */
export async function* pollForward(tap: Tap, cursor: MastodonCursor | undefined, ctx: MastodonCtx): AsyncGenerator<Batch<MastodonCursor>> {
  const caller = callerOf(ctx);
  let { after } = cursor ?? {};
  for (;;) {
    if (ctx.abort.aborted) return;
    const asked = ctx.now();
    const items = await get(tap.path, pageSchema, caller, { ...tap.query, limit: PAGE, ...(after === undefined ? {} : { min_id: after }) });
    const known = after;
    // Some servers do not know min_id and give the newest page.
    const ids = items.map(idIn).filter((id) => id !== undefined && (known === undefined || compareIds(id, known) > 0)) as string[];
    const newest = ids.toSorted(compareIds).at(-1);
    if (newest !== undefined) {
      const fresh = items.filter((item) => { const id = idIn(item); return id === undefined || ids.includes(id); });
      yield { events: await eventsIn(fresh, tap, ctx), cursor: { after: newest, ...(tap.through === undefined ? {} : { through: tap.through }) } };
    }
    if (newest === undefined || known === undefined) {
      yield { events: [], heardUntil: asked };
      return;
    }
    after = newest;
  }
}

/** Its server says that there is no such account: not a page that failed, an answer of the API. */
const isAccountGone = async (id: string, ctx: MastodonCtx): Promise<boolean> =>
  (await getIfThere(`/api/v1/accounts/${encodeURIComponent(id)}`, accountSchema, callerOf(ctx))) === undefined;

const goneRef = (key: string, id: string, ctx: MastodonCtx) => (/^https?:/i.test(key) ? { ...refOf(hostOf(ctx), id, key), network: NETWORK } : refOf(hostOf(ctx), id));

export async function* readPoll(channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx): AsyncGenerator<Batch<MastodonCursor>> {
  const [target] = channel.targets;
  if (target === undefined || ctx.abort.aborted) return;
  const through = channel.cursor === undefined ? undefined : (channel.cursor.through ?? 'own');
  try {
    yield* pollForward(await tapOf(target, ctx, through), channel.cursor, ctx);
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
