import { foldText } from '../../language/index.js';

/** What stands where something was taken out. */
export const takenOut = '[…]';

/** So many letters and digits in a row are no accident: about five words. */
const enough = 24;
/** In scripts that write no spaces a letter says more. */
const enoughUnspaced = 8;
/** A post that is shorter than that is only ever quoted whole. */
const least = 10;
const leastUnspaced = 4;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface Letters {
  /** Folded letters and digits, and nothing else: quotes are found whatever became of spaces, case, accents and marks. */
  readonly text: string;
  /** For each of them, where it begins in what was written, and where the next character begins. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const lettersOf = (written: string): Letters => {
  const [from, to]: [number[], number[]] = [[], []];
  let text = '';
  let at = 0;
  for (const character of written) {
    const folded = foldText(character).toLowerCase().match(/[\p{L}\p{N}]/gu)?.join('') ?? '';
    for (let unit = 0; unit < folded.length; unit++) {
      from.push(at);
      to.push(at + character.length);
    }
    text += folded;
    at += character.length;
  }
  return { text, from, to };
};

/** Marks in `quoted`, with `as`, the letters that stand in what was said. */
const mark = (quoted: Uint8Array, as: 0 | 1, { text }: Letters, said: string): void => {
  const { text: original } = lettersOf(said);
  const isUnspaced = unspaced.test(said);
  if (original.length < (isUnspaced ? leastUnspaced : least)) return;
  const size = Math.min(isUnspaced ? enoughUnspaced : enough, original.length);
  const pieces = new Set(Array.from({ length: original.length - size + 1 }, (_, start) => original.slice(start, start + size)));
  for (let start = 0; start + size <= text.length; start++) if (pieces.has(text.slice(start, start + size))) quoted.fill(as, start, start + size);
};

/**
 * What staff wrote, without what it quotes of `said`. A quote is a stretch of about five words, or a whole short post; what was told in other
 * words is not found. What is `still` said may be quoted. Answers with the very same string where nothing is quoted.
 */
export const withoutQuotes = (written: string, said: readonly string[], still = ''): string => {
  const letters = lettersOf(written);
  const quoted = new Uint8Array(letters.text.length);
  for (const each of said) mark(quoted, 1, letters, each);
  mark(quoted, 0, letters, still);
  let [kept, end, inside] = ['', 0, false];
  quoted.forEach((isQuoted, index) => {
    if (isQuoted === 0) {
      inside = false;
      return;
    }
    if (!inside) kept += `${written.slice(end, letters.from[index])}${takenOut}`;
    inside = true;
    end = letters.to[index] as number;
  });
  return end === 0 ? written : kept + written.slice(end);
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

/** What was written, without these names and handles, wherever they stand as whole words in any case. Names of fewer than three letters are left. */
export const withoutNames = (written: string, names: readonly string[], instead: (name: string) => string = () => takenOut): string => {
  const wanted = names.filter((name) => (name.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 3).sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return written;
  return written.replace(new RegExp(`(?<![\\p{L}\\p{N}_])(?:${wanted.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'giu'), instead);
};
