import { type Clock, isRemoteError } from '@earshot/plugin-sdk';
import type { BlueskyCtx } from '../settings.js';
import type { Host } from './hosts.js';
import { quickEnvelope, readFrame } from './jetstream-frame.js';
import type { Envelope } from './told.js';

/** A socket that brings one thing, and is closed. */
export const probe = async <T>(url: string, read: (data: string | ArrayBuffer) => T | undefined, { ctx, clock, ms }: { readonly ctx: BlueskyCtx; readonly clock: Clock; readonly ms: number }): Promise<T | undefined> => {
  const socket = await ctx.connect(url);
  socket.binaryType = 'arraybuffer';
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  const end = (): void => resolve(undefined);
  const cancel = clock.after(ms, end);
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    const value = read(data);
    if (value !== undefined) resolve(value);
  });
  socket.addEventListener('close', end);
  socket.addEventListener('error', end);
  ctx.abort.addEventListener('abort', end, { once: true });
  if (ctx.abort.aborted || socket.readyState !== WebSocket.OPEN) end();
  try {
    return await promise;
  } finally {
    cancel();
    ctx.abort.removeEventListener('abort', end);
    if (socket.readyState <= WebSocket.OPEN) socket.close();
  }
};

/** The first event of somebody that comes. */
export const firstEvent = (data: string | ArrayBuffer): Envelope | undefined => {
  if (typeof data !== 'string') return undefined;
  const quick = quickEnvelope(data);
  if (quick !== undefined) return quick;
  const frame = readFrame(data);
  return frame.is === 'event' ? frame.envelope : undefined;
};

/** Whether a host answers at all where it opens no socket: then it does not have what was asked for, and is not away. */
export const answersAt = async (url: string, ctx: BlueskyCtx): Promise<boolean> => {
  try {
    const response = await ctx.fetch(url.replace(/^ws/, 'http'), { headers: { accept: 'application/json' }, signal: ctx.abort });
    await response.body?.cancel();
    return response.status < 500 && response.status !== 429;
  } catch (error) {
    if (ctx.abort.aborted || !isRemoteError(error)) throw error;
    return false;
  }
};

/** `host` with that path and these parameters. */
export const addressAt = ({ origin }: Host, path: string, params: readonly (readonly [string, string | number])[]): string => {
  const url = new URL(path, origin);
  for (const [name, value] of params) url.searchParams.append(name, String(value));
  return url.href;
};
