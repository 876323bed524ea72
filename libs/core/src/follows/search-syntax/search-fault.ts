export type SearchFaultKind = 'empty' | 'too-long' | 'too-many-terms' | 'too-deep' | 'unclosed-quote' | 'unbalanced' | 'unexpected' | 'nothing-to-look-for' | 'unknown-filter' | 'too-short' | 'nothing-positive';

/** Why a text is no search, and where. */
export interface SearchFault {
  readonly kind: SearchFaultKind;
  /** What is wrong and what to do, for the person who wrote it. */
  readonly message: string;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly length: number;
  /** From 1; a column counts characters. */
  readonly line: number;
  readonly column: number;
  /** What could stand there, in words; where nothing in particular is missing, nothing. */
  readonly expected: string | null;
}

/** The fault at a place of the text. */
export const faultAt = (text: string, place: { readonly offset: number; readonly length?: number }, kind: SearchFaultKind, message: string, expected: string | null = null): SearchFault => {
  const before = text.slice(0, place.offset).split(/\r\n|[\n\r\u2028\u2029]/u);
  return { kind, message, offset: place.offset, length: place.length ?? 0, line: before.length, column: [...(before.at(-1) ?? '')].length + 1, expected };
};
