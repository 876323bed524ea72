import { describe, expect, it } from '@jest/globals';
import type { Length } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import { cutInParts, mostParts } from './reply-cut.js';
import { lengthOf } from './reply-length.js';

const of = (limit: number, more: Partial<Length> = {}): Length => ({ limit, unit: 'grapheme', ...more });

describe('an answer that is cut into parts', () => {
  it('is one, where it fits', () => {
    expect(cutInParts('On the shelf by the window.', of(27))).toEqual(['On the shelf by the window.']);
  });
  it('ends a part with a paragraph, else with a sentence, else with a word', () => {
    expect(cutInParts('It is here.\n\nAsk at the desk. We are open.', of(32))).toEqual(['It is here.\n\nAsk at the desk.', 'We are open.']);
    expect(cutInParts('It is here now, today.\n\nAsk at the desk then.', of(40))).toEqual(['It is here now, today.', 'Ask at the desk then.']);
    expect(cutInParts('Yes. The reading room upstairs has all of them', of(30))).toEqual(['Yes. The reading room upstairs', 'has all of them']);
  });
  it('keeps a link whole, which counts what the network counts', () => {
    const link = `https://catalogue.example/${'a'.repeat(60)}`;
    expect(cutInParts(`Look here: ${link} and ask at the desk`, of(35, { urlWeight: 23 }))).toEqual([`Look here: ${link}`, 'and ask at the desk']);
  });
  it('cuts where there are no spaces after a sentence of theirs, and never within a sign', () => {
    expect(cutInParts('本は二階にあります。受付で聞いてください。', of(14))).toEqual(['本は二階にあります。', '受付で聞いてください。']);
    expect(cutInParts('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', of(2))).toEqual(['👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧']);
  });
  it('is not proposed in more parts than anybody reads', () => {
    expect(cutInParts('word '.repeat(100), of(20))).toBeUndefined();
  });
  it('loses no word, and no part is too long', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), fc.constantFrom('.', '\n\n', '? ', 'https://library.example/a')), { maxLength: 60 }), fc.integer({ min: 15, max: 80 }), (words, limit) => {
        const text = words.join(' ');
        const parts = cutInParts(text, of(limit));
        if (parts === undefined) return expect(lengthOf(text, of(limit))).toBeGreaterThan((limit * mostParts) / 4);
        expect(parts.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
        return expect(parts.filter((part) => part === '' || lengthOf(part, of(limit)) > limit)).toEqual([]);
      }),
    );
  });
});
