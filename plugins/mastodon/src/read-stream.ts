import { type Batch, fromSocket, type OpenChannel, RemoteError, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { ask, callerOf } from './client.js';
import type { MastodonCursor } from './cursor.js';
import { instanceFor } from './instance.js';
import { newerId } from './ids.js';
import { NETWORK } from './map-account.js';
import { pollForward } from './read-poll.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { addressing, completed, eventsFrom } from './statuses.js';
import { idIn, type Tap, tapOf } from './taps.js';
import { explained, ourRef } from './us.js';

/** How often polling looks after the stream: what a socket that died in silence did not bring is heard this late at most. */
export const LOOK_MS = 4 * 60_000;

/** Settles after `ms`, or as soon as the signal aborts. */
export type Wait = (ms: number, abort: AbortSignal) => Promise<void>;

const frameSchema = z.object({ event: z.string().optional(), payload: z.unknown().optional(), error: z.unknown().optional() });

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const payloadOf = (payload: unknown): unknown => (typeof payload === 'string' ? jsonIn(payload) : payload);

/** Reads the frames of one socket; keeps the cursor, which moves forward only. */
const frameReader = (tap: Tap, from: MastodonCursor | undefined, host: string, us: Parameters<typeof eventsFrom>[2]) => {
  let after = from?.after;
  const cursor = () => (after === undefined ? {} : { cursor: { after } });
  const told = (raw: unknown): readonly SourceEvent[] => { const status = tap.statusIn(raw); const events = status === undefined ? [] : eventsFrom([status], host, us); return tap.forUs === true ? addressing(events, us) : events; };
  return (frame: string | ArrayBuffer): { readonly events: readonly SourceEvent[]; readonly cursor?: MastodonCursor } => {
    const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8');
    // `:thump` and its kin: it lives.
    if (text.trim() === '' || text.startsWith(':')) return { events: [] };
    const read = frameSchema.safeParse(jsonIn(text));
    if (!read.success) return { events: [unreadable('stream: a frame that is no event', text)] };
    const { event, payload, error } = read.data;
    if (error !== undefined) throw new RemoteError('rejected', `${host} does not let us listen to this stream.`, { host });
    if (event === 'delete') return typeof payload === 'string' && payload !== '' && payload.length <= 1_000 ? { events: [{ kind: 'post-gone', ref: { network: NETWORK, local: { host, id: payload } }, why: 'deleted' }], ...cursor() } : { events: [unreadable('stream: a deletion of nothing', payload)] };
    // A stream of notifications brings no statuses of its own, and a home's notifications are for the channel of mentions.
    const isNews = event === (tap.path.endsWith('/notifications') ? 'notification' : 'update');
    if (!isNews && event !== 'status.update') return { events: [] };
    const raw = payloadOf(payload);
    if (raw === undefined) return { events: [unreadable(`stream: the payload of "${event ?? ''}" is no JSON`, payload)] };
    const id = idIn(raw);
    if (isNews && id !== undefined) after = newerId(after, id);
    return { events: isNews ? told(raw) : eventsFrom([raw], host, us), ...cursor() };
  };
};

/** Where the server streams this; `undefined` where it does not. Some servers stream and name no address: their health is asked. */
const streamAddress = async (tap: Tap, ctx: MastodonCtx): Promise<string | undefined> => {
  if (tap.stream === undefined) return undefined;
  const caller = callerOf(ctx);
  const { streaming } = await instanceFor(caller);
  if (streaming === undefined && (await ask('/api/v1/streaming/health', caller)).status !== 200) return undefined;
  const address = new URL('/api/v1/streaming', streaming ?? ctx.settings.server.replace(/^http/i, 'ws'));
  // In clear only where the server itself is in clear: a token goes along.
  if (ctx.settings.server.startsWith('https:')) address.protocol = 'wss:';
  for (const [name, value] of Object.entries(tap.stream)) address.searchParams.set(name, value);
  return address.href;
};

interface Live {
  readonly batches: AsyncIterator<Batch<MastodonCursor>>;
  readonly first: Promise<IteratorResult<Batch<MastodonCursor>>>;
}

/** An open socket that is being read, or `undefined` where none is to be had: then polling goes on alone. */
const openLive = async (tap: Tap, cursor: MastodonCursor | undefined, channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx): Promise<Live | undefined> => {
  const address = await streamAddress(tap, ctx);
  if (address === undefined) return undefined;
  const us = await ourRef(ctx);
  const host = hostOf(ctx);
  const opened = Promise.withResolvers<boolean>();
  const connect = async (): Promise<WebSocket> => {
    try {
      // The token as a protocol: an address would stand in logs (docs.joinmastodon.org/methods/streaming, seen 2026-11).
      const socket = await ctx.connect(address, [ctx.secrets.read().accessToken]);
      opened.resolve(true);
      return socket;
    } catch (error) {
      opened.resolve(false);
      throw error;
    }
  };
  // Polling tells whether the network is silent or the socket dead: its own silence proves nothing, for pings are answered below WebSocket's surface.
  const batches = fromSocket<MastodonCursor>({ connect, read: frameReader(tap, cursor, host, us), pulseMs: channel.pulseMs * 1_000, abort: ctx.abort, host })[Symbol.asyncIterator]();
  const first = batches.next();
  first.catch(() => opened.resolve(false));
  if (await opened.promise) return { batches, first };
  if (!ctx.abort.aborted) ctx.log.warn('the stream could not be opened: polling goes on alone', { host });
  return undefined;
};

const postsIn = ({ events }: Batch<MastodonCursor>): number => events.filter(({ kind }) => kind === 'post').length;

/** One opening of a stream, looked after by polling. Ends where the socket ends, or where polling found what the socket should have brought. */
async function* readLive(live: Live, tap: Tap, from: MastodonCursor | undefined, ctx: MastodonCtx, wait: Wait): AsyncGenerator<Batch<MastodonCursor>, MastodonCursor | undefined> {
  let cursor = from;
  let pull = live.first;
  let look = wait(LOOK_MS, ctx.abort);
  for (;;) {
    const result = await Promise.race([pull, look.then(() => undefined)]);
    if (ctx.abort.aborted) return cursor;
    if (result !== undefined) {
      if (result.done === true) return cursor;
      pull = live.batches.next();
      pull.catch(() => undefined);
      // What waited in the socket while polling caught up is older than where polling is: the mark never moves back.
      if (result.value.cursor?.after !== undefined) cursor = { after: newerId(cursor?.after, result.value.cursor.after) };
      yield { ...result.value, ...(cursor === undefined ? {} : { cursor }), events: await completed(result.value.events, ctx) };
      continue;
    }
    let missed = 0;
    for await (const batch of pollForward(tap, cursor, ctx)) {
      cursor = batch.cursor ?? cursor;
      missed += postsIn(batch);
      yield batch;
    }
    if (missed > 0) {
      ctx.log.warn('the stream did not bring what polling found: it is opened again', { host: hostOf(ctx), missed });
      return cursor;
    }
    look = wait(LOOK_MS, ctx.abort);
  }
}

/**
 * Streams where the server offers it, polls where not, from one cursor. The socket is opened first and then polling catches up, so that nothing
 * falls between the two; and every {@link LOOK_MS} polling looks whether the stream is alive, which also tells until when everything was heard.
 */
export async function* readStream(channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx, wait: Wait): AsyncGenerator<Batch<MastodonCursor>> {
  const [target] = channel.targets;
  if (target === undefined || ctx.abort.aborted) return;
  const tap = await tapOf(target, ctx);
  let { cursor } = channel;
  while (!ctx.abort.aborted) {
    const live = await openLive(tap, cursor, channel, ctx);
    try {
      for await (const batch of pollForward(tap, cursor, ctx)) {
        cursor = batch.cursor ?? cursor;
        yield batch;
      }
      if (live === undefined) await wait(LOOK_MS, ctx.abort);
      else cursor = yield* readLive(live, tap, cursor, ctx, wait);
    } catch (error) {
      throw await explained(error, ctx);
    } finally {
      await live?.batches.return?.();
    }
  }
}
