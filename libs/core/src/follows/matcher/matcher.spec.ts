import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wordsOf } from '../../language/index.js';
import { Matcher } from './matcher.js';
import type { Candidate, FollowRule } from './rule.js';

const rule = (id: string, kind: FollowRule['kind'], key: string, network: string | null = 'practice', accountId: string | null = 'account-1'): FollowRule => ({
  id, libraryId: 'library-1', accountId, kind, network, key, keepDays: null,
});
const post = (facts: Partial<Omit<Candidate, 'words'>> & { text?: string }): Candidate => ({
  network: 'practice', tags: [], targets: [], ...facts, words: () => wordsOf(facts.text ?? ''),
});
const ids = (matcher: Matcher, candidate: Candidate): string[] => matcher.match(candidate).map((match) => match.rule.id).sort();

describe('Matcher', () => {
  it('hears a followed profile on its own network only', () => {
    const matcher = new Matcher([rule('f1', 'profile', 'paper')]);
    expect(matcher.match(post({ author: 'paper' }))).toEqual([{ rule: rule('f1', 'profile', 'paper'), cause: 'followed' }]);
    expect(ids(matcher, post({ author: 'paper', network: 'elsewhere' }))).toEqual([]);
    expect(ids(matcher, post({ author: 'somebody' }))).toEqual([]);
  });
  it('compares hashtags without case and accents', () => {
    const matcher = new Matcher([rule('f1', 'hashtag', 'Montréal')]);
    expect(ids(matcher, post({ tags: ['montreal', 'MONTREAL'] }))).toEqual(['f1']);
    expect(matcher.match(post({ tags: ['montreal'] }))[0]?.cause).toBe('search');
  });
  it('finds words and phrases as whole words, in order', () => {
    const matcher = new Matcher([rule('cellar', 'words', 'wine cellar', null, null), rule('cafe', 'words', 'café', null, null)]);
    expect(ids(matcher, post({ text: 'How do I build a WINE cellar?' }))).toEqual(['cellar']);
    expect(ids(matcher, post({ text: 'the cellar full of wine' }))).toEqual([]);
    expect(ids(matcher, post({ text: 'wine cellars' }))).toEqual([]);
    expect(ids(matcher, post({ text: 'a Cafe, a wine cellar' }))).toEqual(['cafe', 'cellar']);
  });
  it('lets in what a channel of a followed feed brings, and nothing by a timeline', () => {
    const matcher = new Matcher([rule('feed', 'feed', 'https://courier.example/rss'), rule('town', 'timeline', 'town')]);
    const targets = [{ kind: 'feed', key: 'https://courier.example/rss', label: 'Courier' }, { kind: 'timeline', key: 'town', label: 'Town' }] as const;
    expect(ids(matcher, post({ account: 'account-1', targets }))).toEqual(['feed']);
    expect(ids(matcher, post({ account: 'account-2', targets }))).toEqual([]);
  });
  it('forgets a removed rule, and replaces one of the same id', () => {
    const matcher = new Matcher([rule('f1', 'profile', 'paper'), rule('f2', 'profile', 'paper')]);
    matcher.remove('f1');
    expect(ids(matcher, post({ author: 'paper' }))).toEqual(['f2']);
    matcher.add(rule('f2', 'profile', 'radio'));
    expect(ids(matcher, post({ author: 'paper' }))).toEqual([]);
    expect(matcher.size).toBe(1);
  });
  it('finds what each rule finds by itself, whatever was added and removed', () => {
    const word = fc.constantFrom('wine', 'cellar', 'café', 'rye', 'the', 'heron', 'bridge');
    const anyRule = fc.record({ kind: fc.constantFrom('profile', 'hashtag', 'words'), key: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')) });
    const anyPost = fc.record({ author: word, tags: fc.array(word, { maxLength: 3 }), text: fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')) });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 30 }), fc.array(fc.nat(29)), anyPost, (kinds, removed, facts) => {
        const rules = kinds.map((each, index) => rule(String(index), each.kind as FollowRule['kind'], each.key));
        const matcher = new Matcher(rules);
        for (const id of removed) matcher.remove(String(id));
        const left = rules.filter((each) => !removed.includes(Number(each.id)));
        expect(ids(matcher, post(facts))).toEqual(left.flatMap((each) => ids(new Matcher([each]), post(facts))).sort());
      }),
    );
  });
});
