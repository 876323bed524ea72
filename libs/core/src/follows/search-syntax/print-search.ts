import { letterStandsAlone } from '../../language/index.js';
import type { SearchQuery } from './search-query.js';

/** A search as text, with a parenthesis wherever one could doubt how it is read: reading that gives an equal query again. */
export const printSearch = (query: SearchQuery): string => {
  switch (query.kind) {
    case 'all':
      return query.of.map(within).join(' ');
    case 'any':
      return query.of.map(within).join(' OR ');
    case 'not':
      return `-${within(query.of)}`;
    case 'words':
      return `${phrase(query.words)}${query.open ? '*' : ''}`;
    case 'tag':
      return `#${query.tag}`;
    case 'lang':
      return `lang:${query.lang}`;
    case 'sign':
      return query.sign;
  }
};

const within = (query: SearchQuery): string => (query.kind === 'all' || query.kind === 'any' ? `(${printSearch(query)})` : printSearch(query));

/** Letters of a script without spaces come together again. */
const phrase = (words: readonly string[]): string => {
  let [text, before] = ['', false];
  for (const word of words) {
    const alone = letterStandsAlone(word);
    text += text === '' || (alone && before) ? word : ` ${word}`;
    before = alone;
  }
  return text.includes(' ') ? `"${text}"` : text;
};
