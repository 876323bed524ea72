import { describe, expect, it } from '@jest/globals';
import { listedAuthor } from './author.js';
import { DoNotList, type ListedEntry } from './do-not-list.js';

const entry = (told: Partial<ListedEntry>): ListedEntry => ({ libraryId: 'county', act: 'hear', target: 'host', value: null, network: null, remoteId: null, ...told });
const author = listedAuthor({ network: 'activitypub', id: 'https://town.social/users/ana' }, 'https://town.social/users/ana', {
  handle: '@ana@town.social', bio: 'Baker. Posts by a BOT, sometimes. Café owner', url: 'https://ana.example/',
});

describe('a library that does not hear', () => {
  it.each([
    [entry({ target: 'profile', network: 'activitypub', remoteId: 'https://town.social/users/ana' }), 'profile'],
    [entry({ target: 'profile', network: 'practice', remoteId: 'https://town.social/users/ana' }), undefined],
    [entry({ value: 'town.social' }), 'host'],
    [entry({ value: 'social' }), 'host'],
    [entry({ value: 'own.social' }), undefined],
    [entry({ value: 'ana.example' }), 'host'],
    [entry({ target: 'bio-word', value: 'bot' }), 'bio-word'],
    [entry({ target: 'bio-word', value: 'cafe owner' }), 'bio-word'],
    [entry({ target: 'bio-word', value: 'bake' }), undefined],
    [entry({ act: 'contact', value: 'town.social' }), undefined],
  ])('%j says %s', (told, by) => expect(new DoNotList([told], 'hear').listed(['branch', 'county'], author)).toBe(by));

  it('decides for all below it, and for nobody else', () => {
    const list = new DoNotList([entry({ libraryId: 'branch', value: 'town.social' })], 'hear');
    expect([list.listed(['branch', 'county'], author), list.listed(['county'], author)]).toEqual(['host', undefined]);
  });
  it('knows nobody by a bio that was never told', () => {
    const unknown = listedAuthor({ network: 'practice', id: 'ana' }, 'ana', undefined);
    expect(new DoNotList([entry({ target: 'bio-word', value: 'bot' }), entry({ value: 'town.social' })], 'hear').listed(['county'], unknown)).toBeUndefined();
  });
});
