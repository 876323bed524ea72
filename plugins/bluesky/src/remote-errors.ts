import { digestOf, RemoteError, type RemoteErrorFacts } from '@earshot/plugin-sdk';

const DEFAULT_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** An answer that is no success: its status, and the name and words by which XRPC says why. */
export interface Failure {
  readonly host: string;
  readonly status: number;
  readonly name: string;
  readonly words: string;
  /** `ratelimit-reset` (seconds since 1970), `retry-after` (seconds). */
  readonly reset?: string;
  readonly retryAfter?: string;
}

/** The access token is past its time, or no longer known: the one failure after which a refresh helps. */
export const isStaleToken = ({ status, name }: Failure): boolean => name === 'ExpiredToken' || name === 'InvalidToken' || (status === 401 && name === '');

const away = { AccountTakedown: 'suspended', AccountSuspended: 'suspended', AccountDeactivated: 'deactivated', AccountDeleted: 'deleted' } as const;

/**
 * Why somebody has no profile any more; undefined where the answer says nothing of it. The network's view has no name for an account that is
 * gone, only words (packages/bsky getProfile, seen 2026-11-26).
 */
export const goneOf = ({ status, name, words }: Failure): (typeof away)[keyof typeof away] | undefined => {
  if (Object.hasOwn(away, name)) return away[name as keyof typeof away];
  return status === 400 && /^(profile not found|could not find (user|repo|account))/i.test(words) ? 'deleted' : undefined;
};

/** What was asked for is not there: a record, a post, a handle, a list. */
export const isAbsent = ({ status, name, words }: Failure): boolean =>
  status === 404 || ['NotFound', 'RecordNotFound', 'HandleNotFound', 'RepoNotFound'].includes(name) || (status === 400 && /^(could not (find|locate)|post not found|list not found|starter pack not found|unable to resolve handle)/i.test(words));

/** That one record is not in its repository, as its own data server says: a page that is missing on the way there proves nothing. */
export const isNoRecord = ({ status, name, words }: Failure): boolean => status === 400 && (name === 'RecordNotFound' || /^could not locate record/i.test(words));

const withinADay = (at: number, now: Date): Date | undefined => (Number.isNaN(at) ? undefined : new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + LONGEST_PAUSE_MS)));

const numberIn = (header: string | undefined): number => (header !== undefined && /^\d{1,12}$/.test(header.trim()) ? Number(header) * 1_000 : NaN);

/** When one may ask again. */
const pauseUntil = ({ reset, retryAfter }: Failure, now: Date): Date =>
  withinADay(numberIn(reset), now) ?? withinADay(now.getTime() + numberIn(retryAfter), now) ?? new Date(now.getTime() + DEFAULT_PAUSE_MS);

const signedOut: Readonly<Record<string, string>> = {
  AuthFactorTokenRequired: 'Bluesky asks for a code by mail: sign in with an app password, not with the password of the account.',
  AccountTakedown: 'Bluesky has taken this account down. Write to its moderators.',
  AccountSuspended: 'Bluesky has suspended this account. Write to its moderators.',
  AccountDeactivated: 'This account is deactivated. Activate it again on Bluesky.',
};

/** What an answer means to the host. Words of the network are shown where it refuses something, and never looked at here. */
export const errorOf = (failure: Failure, now: Date): RemoteError => {
  const { status, name, words, host } = failure;
  const facts: RemoteErrorFacts = { host };
  if (status === 429 || name === 'RateLimitExceeded') return new RemoteError('rate-limited', `${host} asks for a pause.`, { ...facts, retryAfter: pauseUntil(failure, now) });
  if (Object.hasOwn(signedOut, name)) return new RemoteError('auth', signedOut[name] ?? '', facts);
  if (status === 401 || isStaleToken(failure)) return new RemoteError('auth', `${host} does not take the handle and the app password any more. Make a new app password, and sign in with it.`, facts);
  if (status === 403) return new RemoteError('rejected', `${host} does not allow this${said(words)}.`, facts);
  if (status === 404 && name === '') return new RemoteError('unreachable', `${host} is no server of Bluesky, or of an older kind (404).`, facts);
  if (status >= 500 || status < 400 || name === '') return new RemoteError('unreachable', `${host} could not answer (${status}).`, facts);
  return new RemoteError('rejected', `${host} refuses${said(words === '' ? name : words)}.`, facts);
};

const said = (words: string): string => (words === '' ? '' : `: ${words.slice(0, 300)}`);

/** No whole answer came. */
export const unreachable = (host: string, cause: unknown): RemoteError => new RemoteError('unreachable', `${host} did not answer.`, { host, cause });

/** Something came that is not what was asked for. */
export const invalidAnswer = (host: string, what: string, value: unknown): RemoteError => new RemoteError('invalid-data', `What ${host} sent is no ${what}.`, { host, digest: digestOf(value) });

/** A write may have arrived, and the answer does not say. */
export const unknownOutcome = (host: string, cause: unknown): RemoteError => new RemoteError('outcome-unknown', `${host} did not say whether it took what was sent.`, { host, cause });

/** What would be refused is not sent. */
export const refusedHere = (why: string): RemoteError => new RemoteError('rejected', why);
