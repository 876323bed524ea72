import { isRemoteError } from '@earshot/plugin-sdk';
import type { z } from 'zod';
import { errorOf, type Failure, invalidAnswer, unreachable } from './remote-errors.js';
import type { BlueskyCtx } from './settings.js';

export type Params = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One call of XRPC: a query, or with a `body`, or bytes in its place, a procedure. */
export interface Call {
  readonly nsid: string;
  readonly params?: Params;
  readonly body?: object;
  readonly blob?: { readonly bytes: Uint8Array; readonly mediaType: string };
}

export type Asked = { readonly body: unknown; readonly failure?: undefined } | { readonly failure: Failure };

type Net = Pick<BlueskyCtx, 'fetch' | 'abort' | 'now'>;

export const hostOf = (address: string): string => URL.parse(address)?.host ?? 'the server';

const addressOf = (base: string, { nsid, params = {} }: Call): string => {
  const url = new URL(`/xrpc/${nsid}`, base);
  for (const [name, value] of Object.entries(params)) for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) url.searchParams.append(name, String(each));
  return url.href;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const stringIn = (body: unknown, key: string): string => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : '';
};

const failureOf = (response: Response, host: string, body: unknown): Failure => {
  const reset = response.headers.get('ratelimit-reset');
  const retryAfter = response.headers.get('retry-after');
  return { host, status: response.status, name: stringIn(body, 'error'), words: stringIn(body, 'message'), ...(reset === null ? {} : { reset }), ...(retryAfter === null ? {} : { retryAfter }) };
};

/** What is sent, and as what; undefined of a query, and of a procedure that is told nothing. */
const sentBy = ({ body, blob }: Call): { readonly type: string; readonly body?: BodyInit } | undefined => {
  if (blob !== undefined) return { type: blob.mediaType, body: new Uint8Array(blob.bytes) };
  if (body === undefined) return undefined;
  return { type: 'application/json', ...(Object.keys(body).length === 0 ? {} : { body: JSON.stringify(body) }) };
};

/** GETs or POSTs, and reads the whole answer. Rejects where none came, and where a success is no JSON. */
export const ask = async (net: Net, base: string, call: Call, token?: string): Promise<Asked> => {
  const [host, sent] = [hostOf(base), sentBy(call)];
  try {
    const response = await net.fetch(addressOf(base, call), {
      method: sent === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(sent === undefined ? {} : { 'content-type': sent.type }) },
      ...(sent?.body === undefined ? {} : { body: sent.body }),
      signal: net.abort,
    });
    const text = await response.text();
    const body = parsed(text);
    if (!response.ok) return { failure: failureOf(response, host, body) };
    // Some procedures answer with nothing at all.
    if (body === undefined && !(text === '' && call.body !== undefined)) throw invalidAnswer(host, 'JSON', text);
    return { body };
  } catch (error) {
    if (net.abort.aborted || isRemoteError(error)) throw error;
    throw unreachable(host, error);
  }
};

/** The answer of a success as `schema` has it; anything else is thrown. */
export const bodyOf = <T>(asked: Asked, schema: z.ZodType<T>, host: string, what: string, now: Date): T => {
  if (asked.failure !== undefined) throw errorOf(asked.failure, now);
  const read = schema.safeParse(asked.body);
  if (!read.success) throw invalidAnswer(host, what, asked.body);
  return read.data;
};
