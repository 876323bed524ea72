import { mostEntries } from './list-entry.js';

export const unreadableCodes = ['EMPTY', 'NOT_TEXT', 'WRONG_ENCODING', 'WRONG_COLUMNS', 'NOT_CSV', 'NOT_OPML', 'NOT_A_LIST', 'TOO_LARGE'] as const;
export type UnreadableCode = (typeof unreadableCodes)[number];

/** Where in a document: lines and columns from 1, as an editor shows them. */
export interface DocumentPlace {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A document that cannot be read as a whole: nothing of it is used. What is wrong with one entry alone is told of that entry. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';

  constructor(
    readonly code: UnreadableCode,
    /** What is wrong and what to do about it, for the person who chose the file. */
    message: string,
    readonly place: DocumentPlace = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** @param line of the first that is too many */
export const tooMany = (line: number): UnreadableDocument => new UnreadableDocument('TOO_LARGE', `More than ${mostEntries} entries are too many for one list: divide the document.`, { line });
