import { describe, expect, it } from '@jest/globals';
import type { FoundSuggestion, Joined, StoredSuggestion } from './join-suggestions.js';
import { joinSuggestions } from './join-suggestions.js';

const found = (place: number, title: string, ...isbns: readonly string[]): FoundSuggestion => ({
  place,
  suggestion: { title, cite: new URL('https://shelf.example/'), identifiers: isbns.map((value) => ({ scheme: 'isbn' as const, value })) },
});
const titlesByRank = ({ added }: Joined): readonly string[] => added.filter(({ sameAs }) => sameAs === null).toSorted((a, b) => b.rank - a.rank).map(({ suggestion }) => suggestion.title);

describe('joinSuggestions', () => {
  it('keeps the order of one advisor', () => {
    expect(titlesByRank(joinSuggestions('a', [], [found(1, 'first'), found(2, 'second'), found(3, 'third')]))).toEqual(['first', 'second', 'third']);
  });

  it('shows a resource where it was found first, and raises it for everybody else who finds it', () => {
    const first = joinSuggestions('a', [], [found(1, 'ours'), found(2, 'both', '0306406152')]);
    const [ours, both] = first.added;
    const second = joinSuggestions('b', first.added, [found(1, 'theirs'), found(2, 'both again', '978-0-306-40615-7')]);
    expect(second.added[1]).toMatchObject({ sameAs: both?.id });
    expect([...second.raised.keys()]).toEqual([both?.id]);
    expect((both?.rank ?? 0) + (second.raised.get(both?.id ?? '') ?? 0)).toBeGreaterThan(ours?.rank ?? 1);
  });

  it('lets nobody raise what they repeat, in one batch or in two', () => {
    const first = joinSuggestions('a', [], [found(1, 'x', '0306406152'), found(2, 'x', '0306406152')]);
    expect(first.raised.size).toBe(0);
    expect(joinSuggestions('a', first.added, [found(3, 'x', '0306406152')]).raised.size).toBe(0);
  });

  it('joins by any identifier of those that are shown as one', () => {
    const stored: StoredSuggestion[] = [{ id: '1', adviceId: 'a', sameAs: null, keys: ['isbn 9780306406157'] }, { id: '2', adviceId: 'b', sameAs: '1', keys: ['oclc 7'] }];
    const joined = joinSuggestions('c', stored, [{ place: 1, suggestion: { title: 'x', cite: new URL('https://a.example/'), identifiers: [{ scheme: 'oclc', value: '007' }] } }]);
    expect(joined.added[0]?.sameAs).toBe('1');
    expect(joined.raised.get('1')).toBeCloseTo(1 / 61);
  });
});
