import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutNames, withoutQuotes } from './quotes.js';

const said = 'I wonder how hard it would be to build a wine cellar in my basement? The walls are damp.';

describe('withoutQuotes', () => {
  it.each([
    ['She asks: "I wonder how hard it would be to build a wine cellar in my basement?" Suggest the permit page.', 'She asks: "[…]?" Suggest the permit page.'],
    ['> i wonder HOW hard\n> it would be  to build\n\nlook at shelf 690', '> […]\n\nlook at shelf 690'],
    ['wine cellar: shelf 690', 'wine cellar: shelf 690'],
    ['build a wine cellar in my basement — and the walls are damp — two birds', '[…] — and the walls are damp — two birds'],
    ['', ''],
  ])('%j becomes %j', (written, left) => expect(withoutQuotes(written, [said])).toBe(left));

  it('finds a short post only whole, and none that says next to nothing', () => {
    expect(withoutQuotes('"Looms wanted!!" she says', ['Looms wanted!!'])).toBe('"[…]!!" she says');
    expect(withoutQuotes('Help! she says', ['Help!'])).toBe('Help! she says');
  });
  it('reads scripts without spaces, and letters that are written otherwise', () => {
    expect(withoutQuotes('引用：地下室にワインセラーを作るのは難しい。', ['地下室にワインセラーを作るのは難しいですか'])).toBe('引用：[…]。');
    expect(withoutQuotes('Er schreibt: grosse Strassenbaume fallen um', ['Große Straßenbäume fallen um'])).toBe('Er schreibt: […]');
  });
  it('leaves what is said still', () => {
    expect(withoutQuotes(`"${said}"`, [said], 'I wonder how hard it would be to build a wine cellar. The attic is damp.')).toBe('"I wonder how hard it would be to build a wine cellar […]."');
  });
  it('leaves nothing of a quote, and everything around it', () => {
    const words = fc.string({ minLength: 0, maxLength: 30, unit: fc.constantFrom(...'xyz .,!\n') });
    fc.assert(fc.property(words, words, (before, after) => {
      const left = withoutQuotes(`${before}. ${said}${after}`, [said]);
      expect(left).not.toContain('cellar');
      expect(left.startsWith(before)).toBe(true);
    }));
  });
  it('never throws, and changes nothing where nothing was said', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (written, other) => {
      expect(withoutQuotes(written, [])).toBe(written);
      expect(typeof withoutQuotes(written, [other])).toBe('string');
    }));
  });
});

describe('withoutNames', () => {
  it.each([
    ['Thanks @tessm, and Tess Moran again; tessmoran2 is another', 'Thanks @[…], and […] again; tessmoran2 is another'],
    ['TESSM@town.social wrote', '[…] wrote'],
  ])('%j becomes %j', (written, left) => expect(withoutNames(written, ['tessm', 'tessm@town.social', 'Tess Moran'])).toBe(left));
  it('leaves names that are hardly any', () => expect(withoutNames('Al is in', ['Al', ''])).toBe('Al is in'));
});
