import { wordsOf } from './words-of.js';

/** Flags, and pictures with those that are joined to them; without colour of skin and without the mark that asks for a coloured picture. */
const sign = /\p{RI}\p{RI}|\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic})*/gu;
const shades = /\p{Emoji_Modifier}|\ufe0e|\ufe0f/gu;
const plain = /^[\0-\x7f]*$/;

/**
 * The emoji of a text, each as whoever looks for it would write it: a thumb is a thumb in whatever shade. Those that fold into letters, as ™
 * into tm, are words.
 */
export const signsOf = (text: string): string[] => (plain.test(text) ? [] : (text.replace(shades, '').match(sign) ?? []).filter((each) => wordsOf(each).length === 0));
