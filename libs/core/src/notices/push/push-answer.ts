import type { Posted } from '../../plugins/index.js';

/**
 * What became of a try. `gone`: there is no such browser any more. `refused`: this push is given up, and what comes next is tried. `later`: the browser's
 * push service is left alone for a while, and this is tried again.
 */
export type PushOutcome = { readonly kind: 'taken' | 'gone' } | { readonly kind: 'refused'; readonly words: string } | { readonly kind: 'later'; readonly words: string; readonly askedForMs: number };

const firstRestMs = 30_000;
const longestRestMs = 3_600_000;
const longestAskedMs = 86_400_000;

/**
 * By the status alone (RFC 8030): nothing else that a push service says is read.
 * @param now by the clock by which `retryAfter` was read
 */
export const outcomeOf = (posted: Posted, host: string, now: number): PushOutcome => {
  if ('words' in posted) return { kind: 'later', words: posted.words, askedForMs: 0 };
  const { status } = posted;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  const words = `${host} answered with ${status}.`;
  if (status >= 500 || status === 429 || status === 408 || status === 425) return { kind: 'later', words, askedForMs: posted.retryAfter === undefined ? 0 : posted.retryAfter.getTime() - now };
  return { kind: 'refused', words: status === 401 || status === 403 ? `${words} It takes nothing more from this installation: subscribe this browser anew.` : words };
};

/**
 * For how long nothing is tried, in milliseconds: a half minute, twice as long each time, an hour at most; longer where it was asked for, up to a day.
 * @param failures in a row, this one included
 * @param random from 0 to 1: spreads what failed at one moment
 */
export const restMs = (failures: number, askedForMs: number, random: number): number =>
  Math.max(Math.min(askedForMs, longestAskedMs), Math.min(longestRestMs, firstRestMs * 2 ** Math.min(failures - 1, 20)) * (0.9 + random * 0.2));
