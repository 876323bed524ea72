import { profileSchema } from '@earshot/plugin-sdk';
import { describe, expect, it } from '@jest/globals';
import { accountSchema } from './documents.js';
import { keyOf, profileOf } from './map-account.js';
import { anAccount, HOST, type Json } from './testing/documents.js';

const profile = (changes: Json, acct = 'ben@birch.example') => profileOf(accountSchema.parse(anAccount(acct, '13', changes)), HOST);
const signs = (changes: Json) => [...new Set(profile(changes).refusals.map(({ sign }) => sign))];
const purposes = (changes: Json) => profile(changes).refusals.map(({ purpose }) => purpose);

describe('an account', () => {
  it('is a profile with the global id and the name that its server has for it', () => {
    expect(profile({ note: '<p>Bakes.<br>Reads.</p>' })).toEqual({
      ref: { network: 'activitypub', id: 'https://birch.example/users/ben', local: { host: HOST, id: '13' } },
      handle: 'ben@birch.example', name: 'BEN', bio: 'Bakes.\nReads.', url: 'https://birch.example/@ben', avatar: 'https://birch.example/avatars/ben.png', refusals: [],
    });
  });

  it('of the server itself gets the name of the server to its handle', () => {
    expect(profile({}, 'ann').handle).toBe('ann@alder.example');
  });

  it('without a global id is named by its server alone: the address of a page is no id', () => {
    const { ref } = profile({ uri: undefined });
    expect(ref).toEqual({ network: 'activitypub', local: { host: HOST, id: '13' } });
    expect(keyOf(ref)).toBe('alder.example/13');
  });

  it('that moved says where to', () => {
    expect(profile({ moved: anAccount('ben@cedar.example', '14') }).movedTo).toEqual({ network: 'activitypub', id: 'https://cedar.example/users/ben', local: { host: HOST, id: '14' } });
  });

  it('survives fields that are missing, null or of another kind', () => {
    const odd = accountSchema.parse({ id: 7, acct: 'x', display_name: 5, note: null, fields: [null, { name: 1 }], locked: 'yes', moved: 'no', avatar: 'ftp://x' });
    expect(profileSchema.parse(profileOf(odd, HOST))).toEqual({ ref: { network: 'activitypub', local: { host: HOST, id: '7' } }, handle: 'x@alder.example', refusals: [] });
  });
});

describe('what an account asks of listeners', () => {
  it('is nothing where it says nothing', () => {
    expect(signs({ indexable: null, discoverable: null, noindex: undefined, locked: false, suspended: false, limited: false, moved: null })).toEqual([]);
  });

  it.each<[string, Json, string, readonly string[]]>([
    ['indexable', { indexable: false }, 'indexable: false', ['search']],
    ['noindex', { noindex: true }, 'noindex', ['search']],
    ['discoverable', { discoverable: false }, 'discoverable: false', ['show-publicly']],
    ['locked', { locked: true }, 'locked', ['search', 'show-publicly']],
    ['suspended', { suspended: true }, 'suspended', ['keep', 'show-publicly', 'answer']],
    ['limited', { limited: true }, 'limited', ['search', 'show-publicly']],
    ['moved', { moved: anAccount('ben@cedar.example', '14') }, 'moved', ['answer']],
    ['#nobot in the bio', { note: '<p>No <a href="https://birch.example/tags/nobot" class="mention hashtag">#<span>NoBot</span></a></p>' }, '#nobot in bio', ['classify', 'draft-by-machine']],
    ['#noindex in the bio', { note: '<p>#noindex</p>' }, '#noindex in bio', ['search']],
    ['#nobot in a field', { fields: [{ name: 'Please', value: '#nobot', verified_at: null }] }, '#nobot in profile fields', ['classify', 'draft-by-machine']],
    ['#noindex in a field', { fields: [{ name: '#noindex', value: 'thanks', verified_at: null }] }, '#noindex in profile fields', ['search']],
  ])('is heard by %s', (_name, changes, sign, refused) => {
    expect(signs(changes)).toEqual([sign]);
    expect(purposes(changes)).toEqual(refused);
  });
});
