import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holds, Said } from '../../follows/matcher/index.js';
import { readSearch } from '../../follows/search-syntax/index.js';
import { suggestSearch } from './suggest-search.js';

const said = (text: string, tags: string[] = []): Said => new Said(text, tags);
const town = ['The market is on Sunday', 'The bridge is closed', 'Who fixed the clock?', 'The cellar flooded again', 'Market and music on the square', 'The river is high'].map((text) => said(text));

describe('suggestSearch', () => {
  it('takes the word that all have and what is heard has not', () => {
    expect(suggestSearch([said('How do I build a wine cellar?'), said('The cellar of my dreams'), said('A dry cellar, the best')], town)).toMatchObject({ text: 'cellar', terms: [{ term: 'cellar', inPosts: 3, inHeard: 1 }] });
  });
  it('offers alternatives where no word is in all of them', () => {
    const suggested = suggestSearch([said('my loom is broken'), said('an old loom'), said('spinning wheel for sale'), said('a wheel that squeaks')], town);
    expect(suggested?.text.split(' OR ').sort()).toEqual(['loom', 'wheel']);
  });
  it('knows hashtags, and is silent where nothing is common', () => {
    expect(suggestSearch([said('one', ['RepairCafe']), said('two', ['repair_cafe'])], town)?.text).toBe('#repaircafe');
    expect(suggestSearch([said('apples'), said('pears')], town)).toBeUndefined();
    expect(suggestSearch([said('図書館 12'), said('?!')], town)).toBeUndefined();
  });
  it('suggests a search that can be read and finds one of the posts, whatever they say', () => {
    const text = fc.array(fc.constantFrom('the', 'wine', 'and', 'or', 'not', "o'clock", 'Café', 'lang', 'loom', '3d', 'Straße'), { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(text, { maxLength: 20 }), (posts, heard) => {
        const suggested = suggestSearch(posts.map((each) => said(each)), heard.map((each) => said(each)));
        if (suggested === undefined) return;
        const { query } = readSearch(suggested.text);
        expect(query !== undefined && posts.some((each) => holds(query, said(each)))).toBe(true);
      }),
    );
  });
});
