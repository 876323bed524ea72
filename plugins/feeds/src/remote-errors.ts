import { RemoteError } from '@earshot/plugin-sdk';
import { parseDate } from './parse-date.js';
import type { ReadDocument } from './reading/documents.js';

const DEFAULT_PAUSE_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

const hostOf = (address: string): string => URL.parse(address)?.host ?? 'the site';

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), between now and a day from now. */
export const retryAfterOf = (header: string | null, now: Date): Date | undefined => {
  if (header === null) return undefined;
  const wait = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1_000 : (parseDate(header)?.getTime() ?? NaN) - now.getTime();
  return Number.isNaN(wait) ? undefined : new Date(now.getTime() + Math.min(Math.max(wait, 0), LONGEST_PAUSE_MS));
};

/** What an answer other than 2xx, 3xx or 304 means. */
export const errorOfStatus = (status: number, retryAfter: string | null, address: string, now: Date): RemoteError => {
  const host = hostOf(address);
  const until = retryAfterOf(retryAfter, now);
  if (status === 429 || (status === 503 && until !== undefined)) {
    return new RemoteError('rate-limited', `${host} asks to be read less often (${status}).`, { retryAfter: until ?? new Date(now.getTime() + DEFAULT_PAUSE_MS), host });
  }
  if (status === 401 || status === 403) {
    // Not `auth`: feeds have no sign-in, and one site that keeps programs out must not stop the account that reads all the others.
    return new RemoteError('unreachable', `${host} does not let Earshot read this feed (${status}). Ask the site to allow it, or follow another feed.`, { host });
  }
  if (status === 410) return new RemoteError('rejected', `This feed has ended: ${host} says that it is gone for good (410). Remove the follow.`, { host });
  if (status === 451) return new RemoteError('rejected', `${host} may not show this feed for legal reasons (451).`, { host });
  if (status === 404) return new RemoteError('unreachable', `${host} has no feed at this address (404). Paste the address of the site again to look for its new place.`, { host });
  return new RemoteError('unreachable', `${host} could not serve the feed (${status}).`, { host });
};

/** No whole answer came. */
export const unreachable = (address: string, why: string, cause?: unknown): RemoteError =>
  new RemoteError('unreachable', `${hostOf(address)} ${why}.`, { host: hostOf(address), ...(cause === undefined ? {} : { cause }) });

/** Something came that is not a feed, or that could not be read in reasonable time and space. */
export const invalidDocument = (address: string, why: string, digest: string, cause?: unknown): RemoteError =>
  new RemoteError('invalid-data', `What ${hostOf(address)} sent ${why}.`, { digest, host: hostOf(address), ...(cause === undefined ? {} : { cause }) });

const WHY = {
  empty: 'is empty',
  json: 'is JSON, but no JSON Feed',
  xml: 'is XML, but no feed that can be read: it is broken or of another kind',
  binary: 'is no text',
  text: 'is plain text, not a feed',
} as const;

/** Why a document is no feed, in words for staff. */
export const notAFeed = (document: Exclude<ReadDocument, { found: 'feed' }>): string =>
  document.found === 'page' ? 'is a web page, not a feed: an error page, or the feed has moved' : WHY[document.shape];
