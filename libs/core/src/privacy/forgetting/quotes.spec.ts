import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quotesOf, withoutNames, withoutQuotes } from './quotes.js';

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
  it('finds of many posts whatever is a quote of any of them', () => {
    const text = fc.oneof(fc.string({ maxLength: 60, unit: fc.constantFrom(...'abcde ') }), fc.string({ maxLength: 20, unit: fc.constantFrom(...'ab 地下室') }));
    const lettersOf = (of: string): string => of.replaceAll(/[^\p{L}]/gu, '');
    fc.assert(fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 4 }), text, (said, quoted, own) => {
      const written = `${own} ${quoted.map((n) => `${said[n % said.length] ?? ''} ${own}`).join(' ')}`;
      const letters = lettersOf(written);
      const taken = new Set<number>();
      for (const each of said) {
        const [from, most, shortest] = /[地下室]/u.test(each) ? [lettersOf(each), 8, 4] : [lettersOf(each), 24, 10];
        const size = Math.min(most, from.length);
        if (from.length >= shortest) for (let at = 0; at + size <= letters.length; at++) if (from.includes(letters.slice(at, at + size))) for (let n = at; n < at + size; n++) taken.add(n);
      }
      expect(lettersOf(quotesOf(said)(written))).toBe([...letters].filter((_, at) => !taken.has(at)).join(''));
    }));
  });
  // One by one it takes minutes, and the test its whole time.
  it('looks for all that somebody said in all that staff wrote', () => {
    const take = quotesOf(Array.from({ length: 5_000 }, (_, n) => `Post number ${n} tells of the loom that squeaks in the cellar of aunt Martha since ${n} o'clock in the morning`));
    const own = 'She has other things to do this week, and the workshop of Thursday is full.';
    for (let n = 0; n < 400; n++) expect(take(own)).toBe(own);
    expect(take(`${own} She says "the loom that squeaks in the cellar of aunt Martha".`)).toBe(`${own} She says "[…]".`);
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
