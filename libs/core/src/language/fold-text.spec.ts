import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldText } from './fold-text.js';

describe('foldText', () => {
  it.each([
    ['café', 'cafe'],
    ['cafe\u0301', 'cafe'],
    ['Straße', 'Strasse'],
    ['Łódź', 'Lodz'],
    ['smørbrød', 'smorbrod'],
    ['Þórður', 'THordur'],
    ['ﬁne œuvre', 'fine oeuvre'],
    ['Ёлка', 'Елка'],
    ['ｆｕｌｌ width', 'full width'],
  ])('%s is searched as %s', (text, folded) => expect(foldText(text)).toBe(folded));

  it.each(['한국어', 'हिन्दी में', 'ภาษาไทย', 'がぎぐ', 'Hello, World!', '🦫 in the river'])('%s stays as it is', (text) => expect(foldText(text)).toBe(text));

  it('leaves out what PostgreSQL refuses', () => {
    expect(foldText('a\u0000b')).toBe('a b');
    expect(foldText('a\ud800b')).toBe('a\ufffdb');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
    );
  });
});
