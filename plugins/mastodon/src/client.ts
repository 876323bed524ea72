import { isRemoteError, RemoteError } from '@earshot/plugin-sdk';
import type { z } from 'zod';
import type { Multipart } from './multipart.js';
import { errorOfStatus, invalidAnswer } from './remote-errors.js';
import { hostOf, type Settings } from './settings.js';

/** What a request needs of a context; at sign-in there are no secrets yet. */
export interface Caller {
  readonly settings: Settings;
  readonly fetch: typeof fetch;
  readonly abort: AbortSignal;
  now(): Date;
  readonly token?: string;
}

/** The account's own caller. */
export const callerOf = (ctx: Omit<Caller, 'token'> & { readonly secrets: { read(): { readonly accessToken: string } } }): Caller => ({
  settings: ctx.settings, fetch: ctx.fetch, abort: ctx.abort, now: () => ctx.now(), token: ctx.secrets.read().accessToken,
});

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Query;
  /** Sent as a form: every server of this API reads forms, not each reads JSON. */
  readonly form?: Query;
  /** Sent as a form of several parts. */
  readonly multipart?: Multipart;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** `undefined` where what came is no JSON. */
  readonly body: unknown;
}

const pairs = (query: Query): URLSearchParams => {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const each of value === undefined ? [] : [value].flat()) all.append(name, each);
  return all;
};

/** An address of the account's own server, or of where that server says its parts are. */
export const addressOf = (path: string, settings: Settings, query: Query = {}): URL => {
  const address = new URL(path, settings.server);
  for (const [name, value] of pairs(query)) address.searchParams.append(name, value);
  return address;
};

/** NOTE: without the charset that fetch would add, with which snac 2.75 reads no form of an edit. */
const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };

const jsonIn = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * Asks, and gives any answer that came.
 *
 * @throws {RemoteError} `unreachable` where none came; whatever the host's fetch throws by itself
 */
export const ask = async (path: string, caller: Caller, { method = 'GET', query, form, multipart, headers }: Asking = {}): Promise<Answer> => {
  const address = addressOf(path, caller.settings, query);
  // The token is for its own server alone, wherever an answer points.
  const isOwn = address.origin === new URL(caller.settings.server).origin;
  try {
    const response = await caller.fetch(address.href, {
      method,
      redirect: 'manual',
      signal: caller.abort,
      headers: { accept: 'application/json', ...(form === undefined ? {} : formHeaders), ...(multipart === undefined ? {} : { 'content-type': multipart.type }), ...(caller.token !== undefined && isOwn ? { authorization: `Bearer ${caller.token}` } : {}), ...headers },
      ...(form === undefined ? {} : { body: String(pairs(form)) }),
      ...(multipart === undefined ? {} : { body: multipart.body }),
    });
    return { status: response.status, headers: response.headers, body: jsonIn(await response.text()) };
  } catch (error) {
    if (caller.abort.aborted || isRemoteError(error)) throw error;
    throw new RemoteError('unreachable', `${address.host} did not answer.`, { host: address.host, cause: error });
  }
};

/** @throws {RemoteError} for every answer but a 2xx. */
export const demandSuccess = (answer: Answer, caller: Caller): Answer => {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw errorOfStatus(answer.status, answer.headers, hostOf(caller), caller.now());
};

/** @throws {RemoteError} `invalid-data` where it is not what the API gives: an error page under a 200, another shape. */
export const read = <T>(schema: z.ZodType<T>, answer: Answer, caller: Caller): T => {
  if (answer.body === undefined) throw invalidAnswer(hostOf(caller), 'is no JSON: an error page, or no server of this API', answer.headers.get('content-type') ?? '');
  const found = schema.safeParse(answer.body);
  if (found.success) return found.data;
  throw invalidAnswer(hostOf(caller), `is not what was asked for (${found.error.issues[0]?.path.join('.') ?? ''}: ${found.error.issues[0]?.message ?? ''})`, answer.body);
};

export const get = async <T>(path: string, schema: z.ZodType<T>, caller: Caller, query: Query = {}): Promise<T> =>
  read(schema, demandSuccess(await ask(path, caller, { query }), caller), caller);

/**
 * A 404 or 410 of the API itself. It says so in JSON; where it says it by a page, it has to know us still, or nothing is gone: a server that is being
 * mended answers like this, and so does snac to a token that it does not know.
 */
export const isGone = async ({ status, body }: Answer, caller: Caller): Promise<boolean> => {
  if (status !== 404 && status !== 410) return false;
  if (typeof body === 'object' && body !== null && 'error' in body) return true;
  const us = await ask('/api/v1/accounts/verify_credentials', caller);
  return us.status === 200 && typeof us.body === 'object' && us.body !== null && 'id' in us.body;
};

/** The same, or `undefined` where the server says that there is no such thing. */
export const getIfThere = async <T>(path: string, schema: z.ZodType<T>, caller: Caller, query: Query = {}): Promise<T | undefined> => {
  const answer = await ask(path, caller, { query });
  return (await isGone(answer, caller)) ? undefined : read(schema, demandSuccess(answer, caller), caller);
};

/** The same of a way that not every server has: what it does not know, and what it cannot tell, are one. */
export const getIfKnown = async <T>(path: string, schema: z.ZodType<T>, caller: Caller, query: Query = {}): Promise<T | undefined> => {
  const answer = await ask(path, caller, { query });
  return [400, 404, 405, 410, 422, 501].includes(answer.status) ? undefined : read(schema, demandSuccess(answer, caller), caller);
};

/** The page that `rel` of a Link header names, if it is on the same server. */
export const linkIn = (headers: Headers, rel: 'next' | 'prev', caller: Caller): string | undefined => {
  for (const [, href = '', params = ''] of (headers.get('link') ?? '').matchAll(/<([^>]*)>([^,]*)/g)) {
    if (!new RegExp(`\\brel="?${rel}"?`, 'i').test(params)) continue;
    const url = URL.parse(href, caller.settings.server);
    if (url !== null && url.origin === new URL(caller.settings.server).origin) return url.href;
  }
  return undefined;
};
