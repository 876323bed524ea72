import { describe, expect, it } from '@jest/globals';
import { textChecks } from './text-checks.js';

const codes = (text: string): readonly string[] => textChecks(text).map(({ code }) => code);
const facts = (text: string) => textChecks(text).map(({ code: _, blocks: __, message: ___, ...rest }) => rest);

describe('the words of a reply', () => {
  it.each([
    'On the shelf by the window, open until 6.',
    'Ask @carpenter@town.social or @ann.example.org, and write to desk@library.example.',
    'Family 👨‍👩‍👧, flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿, heart ❤️.',
    'شكرا لك! می‌خواهم کتاب بخوانم. \u200Fשלום\u200E',
    'क्‍ष and {one} {brace} }} {{',
    'Two lines\nand a\ttab.',
  ])('may be %j', (text) => expect(codes(text)).toEqual([]));

  it('are not sent with what is still to be filled in', () => {
    expect(facts('It is open {{hours}}, ask {{name}}. {{hours}}!')).toEqual([{ placeholders: ['{{hours}}', '{{name}}'] }]);
    expect(codes('{{}}')).toEqual(['PLACEHOLDERS_LEFT']);
  });

  it.each([
    ['open \u202E6 litnu', 'a control of the direction of writing, U+202E'],
    ['a \u2066b', 'a control of the direction of writing, U+2066'],
    ['free\u200Bbooks', 'an invisible character, U+200B'],
    ['\uFEFFhello', 'an invisible character, U+FEFF'],
    ['hello \u{E0041}\u{E0042}', 'an invisible character, U+E0041'],
    ['bell \u0007', 'a control character, U+0007'],
  ])('have nothing that nobody sees: %j', (text, character) => expect(facts(text)[0]).toMatchObject({ characters: expect.arrayContaining([character]) }));

  it('name ten people at most', () => {
    const named = (count: number): string => Array.from({ length: count }, (_, n) => `@person${n}@town.social`).join(' ');
    expect(codes(`${named(10)} ${named(10)}`)).toEqual([]);
    expect(facts(named(500))).toEqual([{ mentions: 500, limit: 10 }]);
  });

  // A pattern that goes back and forth would not end within the test's time.
  it.each(['@a.', '{{', '@', '\u{1F3F4}\u{E0067}', 'a@b.c '])('are looked through to their end, however often there is %j', (piece) => expect(textChecks(piece.repeat(50_000))).toEqual(expect.any(Array)));
});
