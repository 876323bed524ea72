import { describe, expect, it } from '@jest/globals';
import { meanings, refusalsInWords, refusalsOf } from './signs.js';

describe('signs', () => {
  it('each refuse something, with the words of the network', () => {
    for (const meaning of Object.keys(meanings) as (keyof typeof meanings)[]) {
      const refusals = refusalsOf(meaning, 'as the network says');
      expect(refusals.length).toBeGreaterThan(0);
      expect(new Set(refusals.map(({ purpose }) => purpose)).size).toBe(refusals.length);
      expect(refusals.every(({ sign }) => sign === 'as the network says')).toBe(true);
    }
  });
  it('"not to be searched" is not "not to be heard": whoever follows them by name still does', () => {
    expect(meanings['not-searchable']).toEqual(['search']);
  });
  it.each([
    ['Potter. #NoBot', ['classify #nobot in bio', 'draft-by-machine #nobot in bio']],
    ['#noindex,#noarchive', ['search #noindex in bio', 'keep #noarchive in bio']],
    ['#nobot #nobot', ['classify #nobot in bio', 'draft-by-machine #nobot in bio']],
    ['nobot, a#nobot, #nobotany #constructor', []],
    ['', []],
  ])('%j says %j', (bio, said) => expect(refusalsInWords(bio, 'bio').map(({ purpose, sign }) => `${purpose} ${sign}`)).toEqual(said));
});
