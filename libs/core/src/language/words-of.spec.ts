import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signsOf } from './signs-of.js';
import { letterStandsAlone, tagOf, wordsOf } from './words-of.js';

describe('wordsOf', () => {
  it.each([
    ["Don't (really) 3-4", ["don't", 'really', '3', '4']],
    ['Don’t, Café', ["don't", 'cafe']],
    ['도서관에서', ['도서관에서']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['図書館ABC', ['図', '書', '館', 'abc']],
    ['カタカナ', ['カ', 'タ', 'カ', 'ナ']],
    ['🍷!?', []],
    ['សៀវភៅ។ စာအုပ်၊', ['សៀ', 'វ', 'ភៅ', 'စာ', 'အု', 'ပ်']],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));
  it('begins no word with anything but a letter or a digit, in whatever script', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => expect(wordsOf(text).filter((word) => !/^[\p{L}\p{N}][\p{L}\p{N}\p{M}']*$/u.test(word))).toEqual([])), { numRuns: 1_000 });
  });
  it('cuts ASCII as it cuts the same among other letters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 40 }), (text) => expect(wordsOf(`${text} é`)).toEqual([...wordsOf(text), 'e'])));
  });
  it('knows what stands alone, and hashtags in whatever spelling', () => {
    expect(['図', 'ห', 'a', '도', '図書'].map(letterStandsAlone)).toEqual([true, true, false, false, false]);
    expect(['#HomeBrew', 'home_brew', 'hómebrew'].map(tagOf)).toEqual(['homebrew', 'homebrew', 'homebrew']);
  });
});

describe('signsOf', () => {
  it.each([
    ['plain', []],
    ['👍🏽 👍', ['👍', '👍']],
    ['❤️🇨🇦👨‍👩‍👧', ['❤', '🇨🇦', '👨‍👩‍👧']],
    ['™ 5', []],
  ])('%s', (text, signs) => expect(signsOf(text)).toEqual(signs));
});
