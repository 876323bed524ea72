/** What is followed, as a document that says it outright names it: nobody has to be asked what a text means. */
export interface GivenTarget {
  readonly kind: string;
  readonly network: string;
  readonly key: string;
  readonly label: string;
}

/** One thing that somebody wants followed, as they wrote it. What is left out is as told for the whole document. */
export interface ListEntry {
  /** Where it begins in the document, from 1: the line of a text, the record of what has no lines. Several entries may share one. */
  readonly line: number;
  /** What the network is asked for; of a given target, its key. */
  readonly text: string;
  readonly label?: string | undefined;
  readonly reason?: string | undefined;
  readonly category?: string | undefined;
  readonly reviewOn?: string | undefined;
  readonly keepDays?: number | undefined;
  readonly target?: GivenTarget | undefined;
  /** Why this entry cannot be used, whatever the network says. */
  readonly refused?: { readonly why: string; readonly cure: string } | undefined;
}

/** More entries than this are more than a library can give reasons for, and too much for one transaction. */
export const mostEntries = 200_000;
/** In bytes, whatever the format. */
export const largestDocument = 64 * 1024 * 1024;
/** In characters, of a row, or of a line of a paste: more is no list, or a quotation mark that nobody closed. */
export const longestRow = 100_000;
