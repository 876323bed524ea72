import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexQuery } from './index-query.js';

describe('indexQuery', () => {
  it('asks for every word by its beginning, and for any of them', () => {
    expect(indexQuery('Wine cellars, à la carte')).toEqual({ all: "'wine':* & 'cellars':* & 'carte':*", any: "'wine' | 'cellars' | 'carte'" });
  });

  it('keeps short words where there are no others', () => {
    expect(indexQuery('Do it')?.all).toBe("'do':* & 'it':*");
  });

  it.each(['', '?!', "'", '\\ & | !', '\u0000', '។'])('asks nothing for %j', (text) => expect(indexQuery(text)).toBeUndefined());

  it('lets no character of the text become a part of the query’s own grammar', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const query = indexQuery(text);
        if (query !== undefined) expect(query.all.replaceAll(/'(?:[\p{L}\p{N}\p{M}]|'')+':\*(?: & )?/gu, '')).toBe('');
      }),
    );
  });
});
