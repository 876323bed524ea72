import { foldText } from './fold-text.js';

/** Letters, digits, and the marks that stand inside a word. Scripts without spaces come as runs. */
const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}\p{M}]+)*/gu;

/** The words of a text, folded and lower-cased, in order: what matching compares. */
export const wordsOf = (text: string): string[] => foldText(text).toLowerCase().replaceAll('’', "'").match(word) ?? [];
