import { describe, expect, it } from '@jest/globals';
import { goneInWords, hearingInWords, notKeptInWords } from './why-words.js';

describe('why, in words', () => {
  it('names the follow, its reason and its list', () => {
    const hearing = { library: 'Ashford', cause: 'followed', label: '@club', reason: 'chamber of commerce', list: 'Clubs', ended: false } as const;
    expect(hearingInWords(hearing)).toBe('Ashford hears it because @club is followed (chamber of commerce), on the list "Clubs".');
    expect(hearingInWords({ ...hearing, ended: true })).toContain('@club was followed');
    expect(hearingInWords({ ...hearing, cause: 'addressed', label: null })).toBe('Ashford hears it because it speaks to the library.');
    expect(hearingInWords({ ...hearing, cause: 'brought-in', label: null })).toBe('Ashford hears it because its staff brought it in by hand.');
    expect(hearingInWords({ ...hearing, cause: 'thread', label: null })).toContain('stands in a thread');
  });
  it('tells how it was heard, and what its author asks', () => {
    expect(notKeptInWords({ reason: 'refused:search', refused: { cause: 'search', purpose: 'search', sign: '#noindex in bio' } })).toBe('Not kept: heard by hashtag or search, and its author asks not to be indexed (#noindex in bio).');
  });
  it.each(['unmatched', 'not-public', 'not-heard', 'author-gone', 'suppressed', 'gone'])('has a sentence for %s', (reason) => {
    expect(notKeptInWords({ reason })).toMatch(/^Not kept: [a-z].{15,}\.$/);
  });
  it.each(['deleted', 'hidden', 'author-gone', 'refused', 'expired', 'erased', 'taken-back'])('has a sentence for what is %s', (why) => expect(goneInWords(why)).toMatch(/^It was here and is gone: .{10,}\.$/));
});
