import { type Batch, fromSocket, isRemoteError, type OpenChannel } from '@earshot/plugin-sdk';
import { ask, callerOf } from './client.js';
import type { MastodonCursor } from './cursor.js';
import { frameReader } from './frames.js';
import { instanceFor } from './instance.js';
import { hostOf, type MastodonCtx } from './settings.js';
import type { Tapped } from './tapped.js';
import { ourRef } from './us.js';

const PATH = '/api/v1/streaming';

/** Where the server streams; `undefined` where it does not. Some stream and name no address: their health is asked. */
const streamingBase = async (ctx: MastodonCtx): Promise<string | undefined> => {
  const caller = callerOf(ctx);
  const { streaming } = await instanceFor(caller);
  if (streaming !== undefined) return streaming;
  return (await ask(`${PATH}/health`, caller)).status === 200 ? ctx.settings.server.replace(/^http/i, 'ws') : undefined;
};

const streamAddress = (base: string, { tap }: Tapped, ctx: MastodonCtx): URL => {
  const named = base.replace(/\/+$/, '');
  const address = new URL(named.endsWith(PATH) ? named : `${named}${PATH}`);
  const own = new URL(ctx.settings.server);
  // In clear only where the server itself is in clear: a token goes along. GoToSocial says wss also of itself in clear.
  if (own.protocol === 'https:') address.protocol = 'wss:';
  else if (address.host === own.host) address.protocol = 'ws:';
  for (const [name, value] of Object.entries(tap.stream ?? {})) address.searchParams.set(name, value);
  return address;
};

interface Way {
  readonly url: string;
  readonly protocols?: readonly string[];
}

/**
 * The token goes as a protocol: an address would stand in logs (docs.joinmastodon.org/methods/streaming, seen 2026-11). Servers that read it
 * nowhere else get it in the address all the same, and so does one that no protocol can carry.
 */
const waysTo = (address: URL, token: string): readonly Way[] => {
  const named = new URL(address);
  named.searchParams.set('access_token', token);
  const canBeProtocol = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(token);
  return [...(canBeProtocol ? [{ url: address.href, protocols: [token] }] : []), { url: named.href }];
};

const opened = async (address: URL, rest: readonly Tapped[], ctx: MastodonCtx): Promise<WebSocket> => {
  let failure: unknown;
  for (const { url, protocols } of waysTo(address, ctx.secrets.read().accessToken)) {
    try {
      const socket = await ctx.connect(url, protocols);
      for (const { tap } of rest) socket.send(JSON.stringify({ type: 'subscribe', ...tap.stream }));
      return socket;
    } catch (error) {
      failure = error;
      if (ctx.abort.aborted || (isRemoteError(error) && error.kind !== 'unreachable')) break;
    }
  }
  throw failure;
};

export interface Live {
  readonly batches: AsyncIterator<Batch<MastodonCursor>>;
  readonly first: Promise<IteratorResult<Batch<MastodonCursor>>>;
}

/** One socket for all of them, open and being read; or `undefined` where none is to be had: then polling goes on alone. */
export const openLive = async (taps: readonly Tapped[], channel: OpenChannel<MastodonCursor>, ctx: MastodonCtx): Promise<Live | undefined> => {
  const [first, ...rest] = taps;
  if (first?.tap.stream === undefined) return undefined;
  const base = await streamingBase(ctx);
  if (base === undefined) return undefined;
  const us = await ourRef(ctx);
  const host = hostOf(ctx);
  const opening = Promise.withResolvers<boolean>();
  const connect = async (): Promise<WebSocket> => {
    try {
      const socket = await opened(streamAddress(base, first, ctx), rest, ctx);
      opening.resolve(true);
      return socket;
    } catch (error) {
      opening.resolve(false);
      throw error;
    }
  };
  // Polling tells whether the network is silent or the socket dead: its own silence proves nothing, for pings are answered below WebSocket's surface.
  const batches = fromSocket<MastodonCursor>({ connect, read: frameReader(taps, host, us), pulseMs: channel.pulseMs * 1_000, abort: ctx.abort, host })[Symbol.asyncIterator]();
  const pull = batches.next();
  pull.catch(() => opening.resolve(false));
  if (await opening.promise) return { batches, first: pull };
  if (!ctx.abort.aborted) ctx.log.warn('the stream could not be opened: polling goes on alone', { host });
  return undefined;
};
