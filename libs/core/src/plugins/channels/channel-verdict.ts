import { BatchError, type Gap, type RemoteError, digestOf, digestSchema, isRemoteError } from '@earshot/plugin-sdk';
import { AccountUnusable } from '../context/hosted-account.js';
import { PluginFault } from '../plugin-fault.error.js';
import type { LeasedChannel } from './leased-channel.js';

/** How a reading came to its end. */
export type Ending =
  /** The source returned. */
  | { readonly kind: 'returned' }
  /** We ended it: others waited for its place, or its targets changed. */
  | { readonly kind: 'reopen' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** No sign of life for too long; it settled when told to. */
  | { readonly kind: 'silent'; readonly forMs: number }
  /** It did not settle after the abort. */
  | { readonly kind: 'abandoned' }
  /** What it brought could not be stored: our failure, not the plugin's. */
  | { readonly kind: 'not-stored' }
  /** Our own database was away, whatever was being done. */
  | { readonly kind: 'database-gone' };

/** What the host does about it. */
export interface Verdict {
  readonly state: 'waiting' | 'backing-off' | 'paused' | 'stopped' | 'quarantined';
  /** For staff. */
  readonly words?: string;
  readonly nextInMs: number;
  readonly failures: number;
  readonly resetCursor?: true;
  readonly gap?: Pick<Gap, 'from' | 'to' | 'why'>;
  readonly letter?: { readonly why: string; readonly digest: string };
  /** All of the account stops until somebody has signed in. */
  readonly signInAgain?: true;
}

export interface Circumstances {
  readonly channel: Pick<LeasedChannel, 'plugin' | 'mode' | 'pulseMs' | 'cursor' | 'failures' | 'heardUntil'>;
  /** Batches stored in this reading. */
  readonly batches: number;
  readonly now: Date;
  /** 0 to 1. */
  readonly random: number;
}

const second = 1_000;
const shortestPause = second;
const longestBackOff = 3_600 * second;
const longestPause = 86_400 * second;
/** After this many silences in a row a stream is not unlucky. */
const mostSilences = 3;

/** Decides by the kind of failure alone: see design "RemoteError" and docs/plugin-guide. Pure. */
export const decide = (ending: Ending, told: Circumstances): Verdict => {
  switch (ending.kind) {
    case 'returned':
      return returned(told);
    case 'reopen':
      return { state: 'waiting', nextInMs: 0, failures: 0 };
    case 'not-stored':
      return backOff(told, 'What was heard could not be stored; it will be read again.');
    case 'database-gone':
      return backOff(told, 'The database of Earshot did not answer; it is read again.');
    case 'abandoned':
      return quarantine(told, 'did not stop when it was told to');
    case 'silent':
      return silent(told, ending.forMs);
    case 'failed':
      return failed(ending.error, told);
  }
};

const returned = (told: Circumstances): Verdict => {
  const { mode, pulseMs } = told.channel;
  // The pulse says how often to look at least, so chance only shortens it.
  if (mode === 'poll') return { state: 'waiting', nextInMs: pulseMs * (1 - 0.1 * told.random), failures: 0 };
  if (told.batches > 0) return { state: 'waiting', nextInMs: second * (0.5 + told.random), failures: 0 };
  return backOff(told, 'The stream closes as soon as it is opened.');
};

const silent = (told: Circumstances, forMs: number): Verdict => {
  if (told.channel.mode === 'poll') return quarantine(told, `gave no sign of life for ${spanOf(forMs)}`);
  const verdict = backOff(told, `Nothing came for ${spanOf(forMs)}; it is opened again.`);
  return verdict.failures >= mostSilences ? quarantine(told, `fell silent ${mostSilences} times in a row`) : verdict;
};

const failed = (error: unknown, told: Circumstances): Verdict => {
  if (isRemoteError(error)) return remote(error, told);
  if (error instanceof AccountUnusable) return { state: 'stopped', words: `This account cannot be used: ${error.message}.`, nextInMs: 0, failures: 0 };
  if (error instanceof BatchError) return quarantine(told, `gave what cannot be: ${error.message}`);
  if (error instanceof PluginFault) return quarantine(told, error.what);
  return quarantine(told, `failed unexpectedly (${nameOf(error)})`);
};

const remote = (error: RemoteError, told: Circumstances): Verdict => {
  const words = wordsOf(error);
  switch (error.kind) {
    case 'auth':
      return { state: 'stopped', words, nextInMs: 0, failures: 0, signInAgain: true };
    case 'rejected':
      return { state: 'stopped', words, nextInMs: 0, failures: 0 };
    case 'rate-limited':
      return { state: 'paused', words, nextInMs: pauseOf(error, told), failures: told.channel.failures + 1 };
    case 'invalid-data':
      return {
        state: 'waiting',
        words,
        nextInMs: told.channel.mode === 'poll' ? told.channel.pulseMs : backOffMs(told),
        failures: told.batches > 0 ? 0 : told.channel.failures + 1,
        letter: { why: words, digest: digestSchema.safeParse(error.facts.digest).data ?? digestOf({ kind: error.kind, message: error.message }) },
      };
    case 'cursor-lost':
      return cursorLost(error, told, words);
    case 'unreachable':
    case 'outcome-unknown':
      return backOff(told, words);
  }
};

const cursorLost = (error: RemoteError, told: Circumstances, words: string): Verdict => {
  const { cursor, heardUntil, failures } = told.channel;
  const to = dateOr(error.facts.readableFrom, told.now);
  const missed = heardUntil === null || heardUntil < to;
  // Without a cursor there was none to lose: the gap is known already, and asking at once would go in circles.
  const again = cursor === null && told.batches === 0;
  return {
    state: again ? 'backing-off' : 'waiting',
    words,
    nextInMs: again ? backOffMs(told) : 0,
    failures: failures + 1,
    resetCursor: true,
    // Nothing had been heard before: then there is nothing between that could be missing.
    ...(missed && heardUntil !== null && !again ? { gap: { from: heardUntil, to, why: words } } : {}),
  };
};

const pauseOf = (error: RemoteError, told: Circumstances): number => {
  const until = dateOr(error.facts.retryAfter, undefined);
  const asked = until === undefined ? Math.max(60 * second, backOffMs(told)) : until.getTime() - told.now.getTime();
  // Everybody was told the same moment: spread over a tenth of the pause, never before it.
  return Math.min(longestPause, Math.max(shortestPause, asked) * (1 + 0.1 * told.random));
};

const backOff = (told: Circumstances, words: string): Verdict => ({ state: 'backing-off', words, nextInMs: backOffMs(told), failures: failuresAfter(told) });

const failuresAfter = (told: Circumstances): number => (told.batches > 0 ? 1 : told.channel.failures + 1);

/** Doubles with each failure in a row, from 5 s to an hour; the second half of it is chance. */
const backOffMs = (told: Circumstances): number => {
  const whole = Math.min(longestBackOff, 5 * second * 2 ** Math.min(20, failuresAfter(told) - 1));
  return whole * (0.5 + 0.5 * told.random);
};

const quarantine = (told: Circumstances, what: string): Verdict => ({
  state: 'quarantined',
  words: `The plugin "${told.channel.plugin}" ${what}. Nothing else is affected; staff can let it try again.`.slice(0, 2_000),
  nextInMs: 0,
  failures: told.channel.failures + 1,
});

/** What a plugin wrote for staff, as long as one line may be. */
const wordsOf = ({ message, kind }: RemoteError): string => {
  const words = typeof message === 'string' ? message.replaceAll('\0', '').toWellFormed().trim() : '';
  // Cut between two halves of a character, it would be none.
  return words === '' ? kind : words.slice(0, 2_000).toWellFormed();
};

const dateOr = <T>(value: unknown, otherwise: T): Date | T => (value instanceof Date && !Number.isNaN(value.getTime()) ? value : otherwise);

/** Its class only: a message of an unexpected error may hold anybody's words. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error).slice(0, 60);

const spanOf = (ms: number): string => (ms < 120 * second ? `${Math.round(ms / second)} s` : `${Math.round(ms / 60 / second)} min`);
