/** Letters that Unicode does not decompose, as people without such a keyboard write them. */
const spelledOut: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'SS', ł: 'l', Ł: 'L', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'TH',
  æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ħ: 'h', Ħ: 'H', ŧ: 't', Ŧ: 'T', ŋ: 'n', Ŋ: 'N', ı: 'i', ĸ: 'k',
};
const undecomposable = new RegExp(`[${Object.keys(spelledOut).join('')}]`, 'gu');

/**
 * Accents of Latin, Greek and Cyrillic, Hebrew points and Arabic vowel signs. Not \p{M}: the vowels of Devanagari or Thai and the
 * voicing marks of kana are marks as well, and words without them are other words.
 */
const accents = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/gu;

/**
 * The text as matching and search compare it: `café` and `cafe`, `Straße` and `Strasse` become the same.
 *
 * Case stays. Lengths change, so offsets into the text do not hold in what is returned. Idempotent;
 * holds no U+0000 and no lone surrogate, which PostgreSQL would refuse.
 */
export const foldText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\u0000', ' ')
    .normalize('NFKD')
    .replace(accents, '')
    .replace(undecomposable, (letter) => spelledOut[letter] ?? letter)
    // Hangul was taken apart as well, and stays one syllable a character only if put together again.
    .normalize('NFC');
