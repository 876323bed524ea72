import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSearches, generateTexts, vocabularyOf } from '../../../../../test/support/generate-searches.js';
import { seeded } from '../../../../../test/support/seeded.js';
import { readSearch, type SearchQuery } from '../search-syntax/index.js';
import { holds } from './holds.js';
import { Said } from './said.js';
import { SearchIndex } from './search-index.js';

const read = (text: string): SearchQuery => {
  const { query, fault } = readSearch(text);
  if (query === undefined) throw new Error(`${text}: ${fault.message}`);
  return query;
};
const indexOf = (texts: readonly string[]): SearchIndex<{ readonly id: string }> => {
  const index = new SearchIndex<{ readonly id: string }>();
  texts.forEach((text, at) => index.add({ id: String(at) }, read(text)));
  return index;
};
const found = (index: SearchIndex<{ readonly id: string }>, said: Said): number[] => index.match(said).map(({ id }) => Number(id)).sort((a, b) => a - b);


describe('SearchIndex', () => {
  it.each([
    ['wine cellar', 'a cellar for wine', true],
    ['wine OR beer', 'some beer', true],
    ['(wine OR beer) AND cellar', 'some beer', false],
    ['cellar -"for sale"', 'a cellar, not for sale', false],
    ['cellar -"for sale"', 'a cellar for the sale', true],
    ['cellar NOT (sale OR rent)', 'a cellar to rent', false],
    ['"wine cellar"', 'wine, a cellar', false],
    ['"wine cellar"', 'WINE CELLAR', true],
    ['cafe', 'un Café', true],
    ['café', 'CAFE', true],
    ['Straße', 'strasse', true],
    ['librar*', 'two libraries', true],
    ['librar*', 'a calibrary', false],
    ['"public librar"*', 'our public libraries', true],
    ['home-brew', 'a Home Brew kit', true],
    ['don’t', "I don't", true],
    ['مكتبة', 'أين المكتبة؟ هذه مكتبة', true],
    ['ספרייה', 'הַסִּפְרִיָּה: ספרייה', true],
    ['図書館', '新しい図書館はどこですか', true],
    ['図書館', '図書の館', false],
    ['ห้องสมุด', 'ฉันไปห้องสมุดทุกวัน', true],
    ['🍷', 'cheers 🍷', true],
    ['👍', 'cheers 👍🏽', true],
    ['🍷 -🍺', 'cheers 🍷🍺', false],
    ['cellar lang:en', 'Where is the cellar of the old brewery in this town?', true],
    ['cellar lang:de', 'Where is the cellar of the old brewery in this town?', false],
    ['lang:en', 'Where is the cellar of the old brewery in this town?', true],
  ])('%s in “%s”: %s', (search, text, expected) => {
    const said = new Said(text);
    expect(holds(read(search), said)).toBe(expected);
    expect(found(indexOf([search]), said)).toEqual(expected ? [0] : []);
  });
  it('looks at hashtags apart from words, without case, accents and signs', () => {
    const said = new Said('the river', ['HomeBrew', 'Montréal']);
    expect(found(indexOf(['#home_brew', '#montreal', 'homebrew', '#river', 'river #homebrew']), said)).toEqual([0, 1, 4]);
  });
  it('takes the language that is declared: a tag is met by what is more exact', () => {
    const index = indexOf(['cellar lang:pt', 'cellar lang:pt-br', 'cellar lang:p', 'cellar -lang:pt'].filter((text) => readSearch(text).query !== undefined));
    expect(found(index, new Said('cellar', [], 'pt-BR'))).toEqual([0, 1]);
    expect(found(index, new Said('cellar', [], 'pt'))).toEqual([0]);
    expect(found(index, new Said('cellar'))).toEqual([2]);
  });

  it('finds what each search finds by itself: 100,000 pairs', () => {
    const random = seeded(20_261_126);
    const vocabulary = vocabularyOf(generateTexts(random, { words: Array.from({ length: 400 }, (_, n) => `${'abcdefgh'[n % 8]}${'aeiou'[n % 5]}${n}`), tags: [] }, 200, 30));
    const tags = vocabulary.words.slice(0, 30);
    const searches = generateSearches(random, { ...vocabulary, tags }, 500);
    const queries = searches.map(read);
    const index = indexOf(searches);
    let [pairs, matches] = [0, 0];
    for (const text of generateTexts(random, vocabulary, 200, 40)) {
      const said = new Said(text, [tags[Math.floor(random() * tags.length)] ?? ''], random() < 0.5 ? 'en' : 'de');
      const expected = queries.flatMap((query, at) => (holds(query, said) ? [at] : []));
      expect(found(index, said)).toEqual(expected);
      pairs += queries.length;
      matches += expected.length;
    }
    expect(pairs).toBe(100_000);
    expect(matches).toBeGreaterThan(300);
  });

  it('finds the same whatever was added and removed meanwhile, and forgets what nobody looks for', () => {
    const word = fc.constantFrom('wine', 'winery', 'cellar', 'café', 'rye', 'the', 'heron', '🍷');
    const search = fc.array(fc.tuple(fc.constantFrom('', 'OR ', '-'), word, fc.constantFrom('', '', '*')), { minLength: 1, maxLength: 4 })
      .map((parts) => `the ${parts.map(([sign, text, star]) => `${sign}${text}${text === '🍷' ? '' : star}`).join(' ')}`);
    const step = fc.oneof(
      fc.record({ add: fc.nat(9), search }), fc.record({ remove: fc.nat(9) }), fc.record({ post: fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new SearchIndex<{ readonly id: string }>();
        const there = new Map<number, SearchQuery>();
        for (const each of steps) {
          if ('add' in each) {
            const { query } = readSearch(each.search);
            if (query === undefined) continue;
            index.add({ id: String(each.add) }, query);
            there.set(each.add, query);
          } else if ('remove' in each) {
            index.remove(String(each.remove));
            there.delete(each.remove);
          } else {
            const said = new Said(each.post);
            expect(found(index, said)).toEqual([...there].filter(([, query]) => holds(query, said)).map(([at]) => at).sort((a, b) => a - b));
          }
        }
        expect(index.size).toBe(there.size);
      }),
    );
  });

  it('files anew what is looked at in vain, and still finds it', () => {
    const index = indexOf(['zebrafinches cellar']);
    for (let post = 0; post < 500; post++) expect(index.match(new Said('zebrafinches everywhere'))).toEqual([]);
    expect(found(index, new Said('zebrafinches in my cellar'))).toEqual([0]);
  });
});
