import { PlatformError } from '../errors/index.js';

/** One thing that somebody wants followed, as they wrote it. */
export interface FollowEntry {
  /** Of the paste, or the outline's number in the document. From 1. */
  readonly line: number;
  readonly text: string;
  /** What they call it, where the document says. */
  readonly label?: string;
}

const mostLines = 500;
const longestPaste = 200_000;
/** In bytes of UTF-8: an entry of a PostgreSQL index takes little more. */
export const longestKey = 2_048;

/**
 * The lines of a paste that say something.
 * @throws PlatformError BAD_INPUT where they are too many, or none.
 */
export const entriesOfPaste = (text: string): readonly FollowEntry[] => {
  if (text.length > longestPaste) throw new PlatformError('BAD_INPUT', `Paste ${longestPaste} characters at most.`, 'text');
  const entries = text
    .toWellFormed()
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter((entry) => entry.text !== '');
  if (entries.length === 0) throw new PlatformError('BAD_INPUT', 'There is nothing in it to follow.', 'text');
  if (entries.length > mostLines) throw new PlatformError('BAD_INPUT', `Paste ${mostLines} lines at most; these are ${entries.length}.`, 'text');
  return entries;
};
