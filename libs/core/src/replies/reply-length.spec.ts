import { describe, expect, it } from '@jest/globals';
import { lengthOf } from './reply-length.js';

describe('lengthOf', () => {
  const family = '👨‍👩‍👧';
  it.each([
    ['grapheme', family, 1],
    ['character', family, 5],
    ['byte', family, 18],
    ['grapheme', 'é', 1],
    ['byte', 'é', 2],
    ['character', '', 0],
  ] as const)('counts in units of %s', (unit, text, length) => expect(lengthOf(text, { unit })).toBe(length));
  it('counts a link as the network does, however long it is', () => {
    expect(lengthOf(`see https://library.example/${'a'.repeat(200)} and http://b.example`, { unit: 'character', urlWeight: 23 })).toBe('see  and '.length + 46);
  });
});
