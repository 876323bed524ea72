import { digestOf, RemoteError } from '@earshot/plugin-sdk';

const DEFAULT_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** Seconds, or a date in any of the forms that servers send; between now and a day from now. */
const momentIn = (header: string | null, now: Date): Date | undefined => {
  if (header === null || header.trim() === '') return undefined;
  const wait = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(wait) ? undefined : new Date(now.getTime() + Math.min(Math.max(wait, 0), LONGEST_PAUSE_MS));
};

/**
 * When a server that said 429 may be asked again. Mastodon says it by `X-RateLimit-Reset`, a date; GoToSocial writes seconds since 1970 there.
 */
export const retryAfterOf = (headers: Headers, now: Date): Date => {
  const reset = headers.get('x-ratelimit-reset');
  const written = reset !== null && /^\d{10}$/.test(reset.trim()) ? new Date(Number(reset) * 1_000).toISOString() : reset;
  return momentIn(headers.get('retry-after'), now) ?? momentIn(written, now) ?? new Date(now.getTime() + DEFAULT_PAUSE_MS);
};

/** What an answer that is no 2xx means, whatever was asked. */
export const errorOfStatus = (status: number, headers: Headers, host: string, now: Date): RemoteError => {
  if (status === 401) return new RemoteError('auth', `${host} does not know us any more (401): sign in again.`, { host });
  if (status === 429) return new RemoteError('rate-limited', `${host} asks for a pause (429).`, { host, retryAfter: retryAfterOf(headers, now) });
  if (status === 503 && headers.has('retry-after')) return new RemoteError('rate-limited', `${host} asks for a pause (503).`, { host, retryAfter: retryAfterOf(headers, now) });
  if (status >= 500) return new RemoteError('unreachable', `${host} is in trouble (${status}).`, { host });
  if (status === 403) return new RemoteError('rejected', `${host} does not allow this to our account (403).`, { host });
  if (status === 404 || status === 410) return new RemoteError('rejected', `${host} has nothing there (${status}).`, { host });
  // Redirects are for pages; an API that redirects is none, or it moved to another address.
  if (status < 400) return new RemoteError('unreachable', `${host} sends us elsewhere (${status}): is the address of the server right?`, { host });
  return new RemoteError('rejected', `${host} refuses this (${status}).`, { host });
};

/** Something came that is not what the API gives: a page, broken JSON, another shape. */
export const invalidAnswer = (host: string, why: string, value: unknown): RemoteError =>
  new RemoteError('invalid-data', `What ${host} sent ${why}.`, { host, digest: digestOf(value) });
