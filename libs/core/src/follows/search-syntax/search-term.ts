import { letterStandsAlone, signsOf, tagOf, wordsOf } from '../../language/index.js';
import type { SearchFaultKind } from './search-fault.js';
import { joined, type SearchQuery } from './search-query.js';

/** Why something is no term; `offset` and `length` within it. */
export interface TermFault {
  readonly kind: SearchFaultKind;
  readonly message: string;
  readonly offset?: number;
  readonly length?: number;
}

const language = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/;
const filter = /^([A-Za-z]+):(?=.)/u;

/** What one word of a search asks for. */
export const termOfWord = (written: string): SearchQuery | TermFault => {
  const star = written.indexOf('*');
  if (star >= 0 && star < written.length - 1) return { kind: 'unexpected', message: 'A star stands at the end of a word, for whatever follows there.', offset: star, length: 1 };
  if (written.startsWith('#')) return hashtag(written, star);
  const named = filter.exec(written)?.[1];
  if (named !== undefined) {
    if (named.toLowerCase() !== 'lang')
      return { kind: 'unknown-filter', message: `There is no filter “${named}:”, only lang:, as lang:en. To look for these words, put them in quotes.`, length: named.length + 1 };
    const lang = written.slice(named.length + 1).toLowerCase();
    return language.test(lang) ? { kind: 'lang', lang } : { kind: 'unexpected', message: 'After lang: comes the tag of a language, as lang:en or lang:pt-br.', offset: named.length + 1, length: written.length - named.length - 1 };
  }
  if (written === '-') return { kind: 'unexpected', message: 'A minus stands directly before what it excludes, as -sale.' };
  return star < 0 ? termOf(written, false) : termOf(written.slice(0, star), true);
};

/** What a phrase in quotes asks for: `"…"`, or `"…"*`. */
export const termOfPhrase = (written: string): SearchQuery | TermFault => (written.endsWith('*') ? termOf(written.slice(1, -2), true) : termOf(written.slice(1, -1), false));

const hashtag = (written: string, star: number): SearchQuery | TermFault => {
  if (star >= 0) return { kind: 'unexpected', message: 'A hashtag is looked for as a whole, without a star.', offset: star, length: 1 };
  const tag = tagOf(written);
  return tag === '' ? { kind: 'nothing-to-look-for', message: 'After # comes the name of a hashtag, in letters or digits.' } : { kind: 'tag', tag };
};

/** The words one after another, and each emoji. */
const termOf = (written: string, open: boolean): SearchQuery | TermFault => {
  const [words, signs] = [wordsOf(written), signsOf(written)];
  const last = words.at(-1);
  if (last === undefined && (signs.length === 0 || open)) return { kind: 'nothing-to-look-for', message: 'There is no letter, digit or emoji in it, and nothing else is looked for.' };
  // Of a script without spaces any letter may follow anyhow.
  const goesOn = open && last !== undefined && !letterStandsAlone(last);
  if (goesOn && last.length < 2) return { kind: 'too-short', message: 'Before a star stand two letters at least.' };
  return joined('all', [...(last === undefined ? [] : [{ kind: 'words', words, open: goesOn } as const]), ...[...new Set(signs)].map((sign) => ({ kind: 'sign', sign }) as const)]);
};
