import { RemoteError } from '@earshot/plugin-sdk';

const PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** Seconds, or a date; between now and a day from now. */
const pauseUntil = (header: string | null, now: Date): Date => {
  const text = header?.trim() ?? '';
  const wait = /^\d{1,9}$/u.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return new Date(now.getTime() + (Number.isNaN(wait) ? PAUSE_MS : Math.min(Math.max(wait, 0), LONGEST_PAUSE_MS)));
};

/** What an answer that is no 2xx means. */
export const errorOfStatus = (status: number, headers: Headers, host: string, now: Date): RemoteError => {
  if (status === 401) return new RemoteError('auth', `${host} does not take our signature (401): give the account the secret that the program has.`, { host });
  if (status === 429 || (status === 503 && headers.has('retry-after')))
    return new RemoteError('rate-limited', `${host} asks for a pause (${status}).`, { host, retryAfter: pauseUntil(headers.get('retry-after'), now) });
  if (status === 408 || status >= 500) return new RemoteError('unreachable', `${host} is in trouble (${status}).`, { host });
  if (status < 400) return new RemoteError('rejected', `${host} redirects (${status}), which is not followed: set the address to which it leads.`, { host });
  return new RemoteError('rejected', `${host} refuses this (${status}).`, { host });
};
