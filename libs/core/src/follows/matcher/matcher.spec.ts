import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSearch } from '../search-syntax/index.js';
import { Matcher } from './matcher.js';
import type { Candidate, FollowRule } from './rule.js';
import { Said } from './said.js';

const rule = (id: string, kind: FollowRule['kind'], key: string, listId = 'list-1'): FollowRule => ({
  id, libraryId: 'library-1', listId, accountId: 'account-1', kind, network: 'practice', key,
});
const post = ({ text = '', tags = [], ...facts }: Partial<Candidate> & { readonly text?: string; readonly tags?: readonly string[] }): Candidate => ({
  network: 'practice', targets: [], said: new Said(text, tags), ...facts,
});
const ids = (matcher: Matcher, candidate: Candidate): string[] => matcher.match(candidate).map((match) => match.rule.id).sort();
const addSearch = (matcher: Matcher, id: string, text: string): void => {
  const { query, fault } = readSearch(text);
  if (query === undefined) throw new Error(fault.message);
  matcher.addSearch({ id, libraryId: 'library-1', name: id, raises: true }, query);
};

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
  it('lets in what a channel of a followed feed brings, and nothing by a timeline', () => {
    const matcher = new Matcher([rule('feed', 'feed', 'https://courier.example/rss'), rule('town', 'timeline', 'town')]);
    const targets = [{ kind: 'feed', key: 'https://courier.example/rss', label: 'Courier' }, { kind: 'timeline', key: 'town', label: 'Town' }] as const;
    expect(ids(matcher, post({ account: 'account-1', targets }))).toEqual(['feed']);
    expect(ids(matcher, post({ account: 'account-2', targets }))).toEqual([]);
  });
  it('lets nothing in by a search', () => {
    const matcher = new Matcher();
    addSearch(matcher, 's1', 'cellar');
    expect(matcher.match(post({ text: 'a wine cellar' }))).toEqual([]);
    expect(matcher.searches(new Said('a wine cellar')).map(({ id }) => id)).toEqual(['s1']);
  });
  it('narrows a follow, and all of a list, to what each of its searches finds', () => {
    const matcher = new Matcher([rule('f1', 'profile', 'paper'), rule('f2', 'profile', 'paper', 'list-2'), rule('f3', 'profile', 'paper', 'list-3')]);
    addSearch(matcher, 's1', 'cellar');
    addSearch(matcher, 's2', 'wine');
    matcher.narrow(new Map([['f1', ['s1']], ['list-2', ['s1', 's2']]]));
    expect(ids(matcher, post({ author: 'paper', text: 'a cellar' }))).toEqual(['f1', 'f3']);
    expect(ids(matcher, post({ author: 'paper', text: 'a wine cellar' }))).toEqual(['f1', 'f2', 'f3']);
    expect(ids(matcher, post({ author: 'paper', text: 'nothing' }))).toEqual(['f3']);
    matcher.narrow(new Map([['f3', ['gone']]]));
    expect(ids(matcher, post({ author: 'paper', text: 'nothing' }))).toEqual(['f1', 'f2']);
  });
  it('lets in of a timeline what a search narrows it to, as found by a search', () => {
    const matcher = new Matcher([rule('town', 'timeline', 'town')]);
    addSearch(matcher, 's1', 'cellar');
    matcher.narrow(new Map([['town', ['s1']]]));
    const brought = { account: 'account-1', targets: [{ kind: 'timeline', key: 'town', label: 'Town' }] } as const;
    expect(matcher.match(post({ ...brought, text: 'my cellar' })).map(({ cause }) => cause)).toEqual(['search']);
    expect(matcher.match(post({ ...brought, text: 'my attic' }))).toEqual([]);
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
    const anyRule = fc.record({ kind: fc.constantFrom('profile', 'hashtag'), key: word });
    const anyPost = fc.record({ author: word, tags: fc.array(word, { maxLength: 3 }) });
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
