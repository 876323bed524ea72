import { describe, expect, it } from '@jest/globals';
import { Said } from '../follows/matcher/index.js';
import { Places, route } from './route.js';

const tree = { lines: new Map([['larch', ['larch']], ['ashford', ['ashford', 'larch']], ['riverside', ['riverside', 'ashford', 'larch']], ['millbrook', ['millbrook', 'larch']]]) };
const places = new Places([
  { libraryId: 'ashford', kind: 'name', value: 'Ashford' },
  { libraryId: 'riverside', kind: 'alias', value: 'Riverside Park' },
  { libraryId: 'millbrook', kind: 'name', value: 'Millbrook' },
  { libraryId: 'millbrook', kind: 'hashtag', value: 'MillbrookLife' },
]);
const named = (text: string, tags: string[] = []) => places.in(new Said(text, tags));
const nowhere = named('');

describe('route', () => {
  it('gives what a list of the consortium hears to the library whose place is named', () => {
    expect(route('larch', tree, [], named('a plumber in Ashford?'), nowhere)).toEqual({ libraryId: 'ashford', place: { value: 'Ashford', by: 'text' } });
    expect(route('larch', tree, [], named('no', ['millbrooklife']), nowhere).libraryId).toBe('millbrook');
  });
  it('prefers the deepest, and what the text says to where the author lives', () => {
    expect(route('larch', tree, [], named('Riverside Park in Ashford'), nowhere).libraryId).toBe('riverside');
    expect(route('larch', tree, [], named('moving to Millbrook'), named('Ashford')).libraryId).toBe('millbrook');
    expect(route('larch', tree, [], nowhere, named('Ashford, near the river'))).toEqual({ libraryId: 'ashford', place: { value: 'Ashford', by: 'author' } });
  });
  it('keeps with the owner what names two libraries of one depth, or none', () => {
    expect(route('larch', tree, [], named('from Ashford to Millbrook'), nowhere).libraryId).toBe('larch');
    expect(route('larch', tree, [], nowhere, nowhere)).toEqual({ libraryId: 'larch' });
  });
  it('leaves a thread where one below the owner has it already, and never moves it up or aside', () => {
    expect(route('larch', tree, ['millbrook'], named('Ashford'), nowhere).libraryId).toBe('millbrook');
    expect(route('ashford', tree, ['millbrook'], named('Millbrook'), nowhere).libraryId).toBe('ashford');
  });
});
