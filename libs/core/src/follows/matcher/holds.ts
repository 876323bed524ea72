import type { SearchQuery } from '../search-syntax/index.js';
import type { Said } from './said.js';

/** Whether one search holds for one post: what {@link SearchIndex} finds for many at once, said plainly. */
export const holds = (query: SearchQuery, said: Said): boolean => {
  switch (query.kind) {
    case 'all':
      return query.of.every((part) => holds(part, said));
    case 'any':
      return query.of.some((part) => holds(part, said));
    case 'not':
      return !holds(query.of, said);
    case 'words':
      return standsIn(said.words, query.words, query.open);
    case 'tag':
      return said.tags.includes(query.tag);
    case 'sign':
      return said.signs.includes(query.sign);
    case 'lang':
      return speaks(said.lang, query.lang);
  }
};

/** `en` is met by `en` and `en-gb`; a post of no known language meets none. */
export const speaks = (spoken: string | null, asked: string): boolean => spoken !== null && spoken.startsWith(asked) && (spoken.length === asked.length || spoken[asked.length] === '-');

/** Whether the phrase stands in the words, one after another; of an open one the last word may go on. */
export const standsIn = (words: readonly string[], phrase: readonly string[], open: boolean): boolean => {
  const last = phrase.length - 1;
  for (let start = 0; start + last < words.length; start++) {
    let at = 0;
    while (at < last && words[start + at] === phrase[at]) at++;
    if (at === last && (open ? words[start + last]?.startsWith(phrase[last] ?? '') : words[start + last] === phrase[last])) return true;
  }
  return false;
};
