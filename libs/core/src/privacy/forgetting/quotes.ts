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

/** Most letters are ASCII, and of a whole profile's posts there are millions. */
const foldedOf = (character: string): string =>
  character < '\u0080' ? (/[a-z0-9]/iu.test(character) ? character.toLowerCase() : '') : (foldText(character).toLowerCase().match(/[\p{L}\p{N}]/gu)?.join('') ?? '');

const lettersOf = (written: string): Letters => {
  const [from, to]: [number[], number[]] = [[], []];
  let text = '';
  let at = 0;
  for (const character of written) {
    const folded = foldedOf(character);
    for (let unit = 0; unit < folded.length; unit++) {
      from.push(at);
      to.push(at + character.length);
    }
    text += folded;
    at += character.length;
  }
  return { text, from, to };
};

/**
 * Every run of so many letters of what was said: a table of the places in one long text where each begins, because a set of strings would take
 * ten times the memory, and a whole profile has millions.
 */
class Runs {
  private readonly all: string;
  private readonly table: Int32Array;

  constructor(readonly size: number, said: readonly string[]) {
    this.all = said.join('\n');
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.all.length)));
    let begin = 0;
    for (const each of said) {
      for (let at = begin; at + size <= begin + each.length; at++) this.table[this.slot(this.all, at)] = at + 1;
      begin += each.length + 1;
    }
  }

  /** Whether the run that begins there in a text is one of them. */
  has(text: string, at: number): boolean {
    return this.table[this.slot(text, at)] !== 0;
  }

  private slot(text: string, at: number): number {
    let hash = 0;
    for (let n = at; n < at + this.size; n++) hash = (Math.imul(hash, 31) + text.charCodeAt(n)) | 0;
    const last = this.table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & last;
    for (let place = this.table[slot] as number; place !== 0 && !this.isSame(text, at, place - 1); place = this.table[slot] as number) slot = (slot + 1) & last;
    return slot;
  }

  private isSame(text: string, at: number, place: number): boolean {
    for (let n = 0; n < this.size; n++) if (text.charCodeAt(at + n) !== this.all.charCodeAt(place + n)) return false;
    return true;
  }
}

/** By their lengths: a short post is one run. */
const runsOf = (said: readonly string[]): readonly Runs[] => {
  const bySize = new Map<number, string[]>();
  for (const text of said) {
    const letters = lettersOf(text).text;
    const [most, shortest] = unspaced.test(text) ? [enoughUnspaced, leastUnspaced] : [enough, least];
    if (letters.length < shortest) continue;
    const size = Math.min(most, letters.length);
    const same = bySize.get(size);
    if (same === undefined) bySize.set(size, [letters]);
    else same.push(letters);
  }
  return [...bySize].map(([size, texts]) => new Runs(size, texts));
};

/** Marks in `quoted`, with `as`, the letters that stand in what was said. */
const mark = (quoted: Uint8Array, as: 0 | 1, { text }: Letters, said: readonly Runs[]): void => {
  for (const runs of said) for (let at = 0; at + runs.size <= text.length; at++) if (runs.has(text, at)) quoted.fill(as, at, at + runs.size);
};

/**
 * Takes out of what staff wrote what it quotes of `said`: prepared once for many texts. A quote is a stretch of about five words, or a whole
 * short post; what was told in other words is not found. What is `still` said may be quoted. Answers with the very same string where nothing
 * is quoted.
 */
export const quotesOf = (said: readonly string[]): ((written: string, still?: string) => string) => {
  const runs = runsOf(said);
  return (written, still = '') => {
    const letters = lettersOf(written);
    const quoted = new Uint8Array(letters.text.length);
    mark(quoted, 1, letters, runs);
    mark(quoted, 0, letters, runsOf([still]));
    return without(written, letters, quoted);
  };
};

const without = (written: string, letters: Letters, quoted: Uint8Array): string => {
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

/** The same for one text. */
export const withoutQuotes = (written: string, said: readonly string[], still = ''): string => quotesOf(said)(written, still);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

/** What was written, without these names and handles, wherever they stand as whole words in any case. Names of fewer than three letters are left. */
export const withoutNames = (written: string, names: readonly string[], instead: (name: string) => string = () => takenOut): string => {
  const wanted = names.filter((name) => (name.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 3).sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return written;
  return written.replace(new RegExp(`(?<![\\p{L}\\p{N}_])(?:${wanted.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'giu'), instead);
};
