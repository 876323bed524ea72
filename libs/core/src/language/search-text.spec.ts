import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchText } from './search-text.js';

describe('searchText', () => {
  it.each([
    ['“Wine cellars” — a how‑to…', '"wine cellars"   a how-to...'],
    ['«Où est le marché ?»', '"ou est le marche ?"'],
    ['the librarian’s ‘pick’', "the librarian's 'pick'"],
    ['Donau\u00addampf\u2060schiff', 'donaudampfschiff'],
    ['Ёлка ЁЛКА ёлка', 'елка елка елка'],
    ['🦫beaver·dam', ' beaver dam'],
    ['ภาษาไทย हिन्दी 한국어', 'ภาษาไทย हिन्दी 한국어'],
  ])('%s is looked for as %s', (text, told) => expect(searchText(text)).toBe(told));

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(searchText(searchText(text))).toBe(searchText(text));
      }),
    );
  });
});
