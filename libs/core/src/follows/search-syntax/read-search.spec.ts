import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deepestSearch, longestSearch, mostTerms, printSearch, readSearch, type SearchFault } from './index.js';

const printed = (text: string): string => {
  const { query, fault } = readSearch(text);
  return query === undefined ? `${fault.kind} at ${fault.offset}` : printSearch(query);
};
const refused = (text: string): SearchFault => {
  const { fault } = readSearch(text);
  if (fault === undefined) throw new Error('it was read');
  return fault;
};

describe('readSearch', () => {
  it.each([
    ['(wine OR beer) AND cellar -"for sale" lang:en #ashford librar*', '(wine OR beer) cellar -"for sale" lang:en #ashford librar*'],
    ['wine OR beer cellar', 'wine OR (beer cellar)'],
    ['wine and beer or not', 'wine and beer or not'],
    ['Café  STRASSE\nLODZ', 'cafe strasse lodz'],
    ['“for sale” «à vendre»', '"for sale" "a vendre"'],
    ['（wine OR beer） cellar', '(wine OR beer) cellar'],
    ['home-brew', '"home brew"'],
    ['cellar –sale', 'cellar -sale'],
    ['cellar NOT (sale OR rent)', 'cellar -(sale OR rent)'],
    ['--cellar', 'cellar'],
    ['((((cellar))))', 'cellar'],
    ['a AND (b AND (c d))', 'a b c d'],
    ['"wine cell"*', '"wine cell"*'],
    ['#HomeBrew #home_brew', '#homebrew #homebrew'],
    ['lang:PT-br vinho', 'lang:pt-br vinho'],
    ['🍷🍺 👍🏽', '🍷 🍺 👍'],
    ['図書館 "図書館 ABC" 本*', '図書館 "図書館 abc" 本'],
    ['مكتبة -"للبيع"', 'مكتبة -للبيع'],
    ['half:past 10:30', 'unknown-filter at 0'],
    ['opens at 10:30', 'opens at "10 30"'],
    ['AND', 'unexpected at 0'],
    ['android ORANGE NOTES', 'android orange notes'],
  ])('%s', (text, expected) => expect(printed(text)).toBe(expected));

  it.each([
    ['', 'empty', 0, 'There is nothing to look for.'],
    [' \n ', 'empty', 0, 'There is nothing to look for.'],
    ['wine OR', 'unexpected', 7, 'After “OR” something to look for is missing.'],
    ['wine AND AND beer', 'unexpected', 9, 'After “AND” something to look for is missing.'],
    ['OR wine', 'unexpected', 0, 'At the start something to look for is missing.'],
    ['wine ()', 'unexpected', 6, 'After “(” something to look for is missing.'],
    ['wine (beer', 'unbalanced', 5, 'This parenthesis is not closed.'],
    ['wine) beer', 'unbalanced', 4, 'This parenthesis closes none.'],
    ['wine "for sale', 'unclosed-quote', 5, 'This quote is not closed.'],
    ['wine - beer', 'unexpected', 5, 'A minus stands directly before what it excludes, as -sale.'],
    ['-wine -beer', 'nothing-positive', 0, 'It only says what to leave out, or does so on one side of an OR: say there what to look for as well.'],
    ['wine OR -beer', 'nothing-positive', 8, 'It only says what to leave out, or does so on one side of an OR: say there what to look for as well.'],
    ['from:@paper wine', 'unknown-filter', 0, 'There is no filter “from:”, only lang:, as lang:en. To look for these words, put them in quotes.'],
    ['lang:english', 'unexpected', 5, 'After lang: comes the tag of a language, as lang:en or lang:pt-br.'],
    ['wi*ne', 'unexpected', 2, 'A star stands at the end of a word, for whatever follows there.'],
    ['w*', 'too-short', 0, 'Before a star stand two letters at least.'],
    ['wine !?', 'nothing-to-look-for', 5, 'There is no letter, digit or emoji in it, and nothing else is looked for.'],
    ['#', 'nothing-to-look-for', 0, 'After # comes the name of a hashtag, in letters or digits.'],
    ['#ash*', 'unexpected', 4, 'A hashtag is looked for as a whole, without a star.'],
  ])('refuses %j, and says where and why', (text, kind, offset, message) => expect(refused(text)).toMatchObject({ kind, offset, message }));

  it('tells the place by line and column as well, and what could stand there', () => {
    expect(refused('🍷 wine\r\n  beer OR')).toMatchObject({ offset: 18, line: 2, column: 10, expected: expect.stringContaining('a phrase in quotes') });
    expect(refused('🍷 )')).toMatchObject({ offset: 3, line: 1, column: 3, length: 1, expected: null });
  });

  it.each([
    ['ten thousand terms', Array.from({ length: 10_000 }, (_, n) => `w${n % 10}`).join(' '), 'too-long'],
    ['more terms than may be', 'a '.repeat(mostTerms + 1), 'too-many-terms'],
    ['a thousand parentheses', `${'('.repeat(1_000)}wine${')'.repeat(1_000)}`, 'too-deep'],
    ['a thousand that nobody closes', '('.repeat(1_000), 'too-deep'],
    ['a thousand that close nothing', ')'.repeat(1_000), 'unbalanced'],
    ['a thousand with nothing inside', '()'.repeat(1_000), 'unexpected'],
    ['a thousand exclusions', `${'-'.repeat(1_000)}wine`, 'too-deep'],
    ['exclusions within parentheses', `${'-('.repeat(500)}wine${')'.repeat(500)}`, 'too-deep'],
    ['a quote after many that none closes', `${'"wine" '.repeat(900)}"`, 'unclosed-quote'],
    ['spaces', ' '.repeat(longestSearch), 'empty'],
    ['minus signs', '- '.repeat(5_000), 'unexpected'],
    ['one word', 'x'.repeat(longestSearch + 1), 'too-long'],
  ])('refuses %s in no time', (_, text, kind) => {
    readSearch('wine');
    const before = process.cpuUsage();
    expect(refused(text).kind).toBe(kind);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(200);
  });

  it('reads as much as may be, and as deep', () => {
    expect(readSearch('a OR '.repeat(mostTerms - 1) + 'b').fault).toBeUndefined();
    expect(readSearch(`${'('.repeat(deepestSearch)}wine${')'.repeat(deepestSearch)}`).fault).toBeUndefined();
    expect(readSearch(`a ${'-(b '.repeat(deepestSearch / 2)}${')'.repeat(deepestSearch / 2)}`).fault).toBeUndefined();
  });

  it('answers with a search or a fault within the text, and prints what it reads as an equal search, whatever it is given', () => {
    const piece = fc.oneof(
      fc.constantFrom('(', ')', '"', ' ', ' OR ', ' AND ', ' NOT ', '-', '#', '*', 'lang:en ', '🍷', '👨‍👩‍👧', '🇨🇦', 'librar*', '図書館', 'ﬁne', 'İstanbul', 'ΟΔΟΣ', "o'clock", '’', 'مكتبة', 'ห้อง', '\u0000', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ unit: 'grapheme', maxLength: 6 }), fc.lorem({ maxCount: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        const { query, fault } = readSearch(text);
        if (query !== undefined) expect(readSearch(printSearch(query))).toEqual({ query });
        else expect(fault.offset + fault.length <= text.length && fault.offset >= 0 && fault.message !== '').toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
