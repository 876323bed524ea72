import { describe, expect, it } from '@jest/globals';
import { readSourceEvent, type Post, type Profile } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import { createOf, noteOf, publicly } from './archive.fixture.js';
import { mapActivity } from './map-activity.js';
import { refOf } from './map-actor.js';

const eventOf = (item: unknown) => {
  const mapped = mapActivity(item);
  if ('skipped' in mapped) throw new Error(`skipped: ${mapped.skipped}`);
  return mapped.event;
};
const postOf = (more: object): Post => {
  const event = eventOf(createOf(1, more));
  if (event.kind !== 'post') throw new Error(JSON.stringify(event));
  return event.post;
};
const profileOf = (more: object): Profile => {
  const actor = { id: 'https://alder.example/users/ann', type: 'Person', preferredUsername: 'ann', ...more };
  const event = eventOf({ type: 'Update', actor: actor.id, object: actor });
  if (event.kind !== 'profile') throw new Error(JSON.stringify(event));
  return event.profile;
};

describe('a post', () => {
  it('carries what its author said, to whom, when and where', () => {
    const post = postOf({
      content: '<p>Does anyone know a <a href="https://alder.example/tags/luthier" class="mention hashtag">#<span>luthier</span></a>?</p>',
      contentMap: { en: '<p>Does anyone know a <a href="https://alder.example/tags/luthier" class="mention hashtag">#<span>luthier</span></a>?</p>' },
      url: 'https://alder.example/@ann/1',
      inReplyTo: 'https://alder.example/notes/0',
      cc: ['https://alder.example/users/ann/followers'],
      tag: [{ type: 'Hashtag', name: '#luthier' }, { type: 'Mention', href: 'https://alder.example/users/bo', name: '@bo' }],
      attachment: [{ type: 'Document', mediaType: 'image/png', url: 'https://alder.example/1.png', name: 'A cracked fiddle' }, { type: 'Document', mediaType: 'image/png', url: '/relative.png' }],
      replies: { type: 'Collection', totalItems: 3 },
    });
    expect(post).toEqual({
      ref: refOf('https://alder.example/notes/1'),
      version: '2026-01-01T00:01:00.000Z',
      url: 'https://alder.example/@ann/1',
      postedAt: new Date('2026-01-01T00:01:00Z'),
      author: refOf('https://alder.example/users/ann'),
      text: 'Does anyone know a #luthier?',
      html: '<p>Does anyone know a <a href="https://alder.example/tags/luthier" class="mention hashtag" rel="nofollow noopener noreferrer">#<span>luthier</span></a>?</p>',
      lang: 'en',
      audience: 'public',
      inReplyTo: refOf('https://alder.example/notes/0'),
      mentions: [refOf('https://alder.example/users/bo')],
      tags: ['luthier'],
      media: [{ url: 'https://alder.example/1.png', kind: 'image', alt: 'A cracked fiddle' }],
      replies: 3,
      refusals: [],
    });
  });

  it('puts a title, a content warning and the options of a poll where a reader finds them', () => {
    expect(postOf({ type: 'Question', summary: 'food', content: '<p>Which?</p>', oneOf: [{ type: 'Note', name: 'Rye' }, { type: 'Note', name: 'Oats' }] }).text).toBe('food\n\nWhich?\n\n• Rye\n• Oats');
    const article = postOf({ type: 'Article', name: 'On <rye>', content: '<p>Long.</p>' });
    expect(article.html).toBe('<p><strong>On &lt;rye&gt;</strong></p><p>Long.</p>');
    expect(article.text).toBe('On <rye>\n\nLong.');
  });

  it.each([
    ['quote', { quote: 'https://x.example/1' }],
    ['quoteUrl', { quoteUrl: 'https://x.example/1' }],
    ['_misskey_quote', { _misskey_quote: 'https://x.example/1', quoteUrl: 'https://x.example/1' }],
    ['FEP-e232', { tag: { type: 'Link', mediaType: 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"', href: 'https://x.example/1' } }],
  ])('knows a quote by %s', (_name, more) => {
    expect(postOf(more).quotes).toEqual([refOf('https://x.example/1')]);
  });

  it('has a version that changes with an edit, whether or not the edit tells its time', () => {
    const edited = (more: object) => {
      const event = eventOf({ type: 'Update', actor: 'https://alder.example/users/ann', object: noteOf(1, more) });
      return event.kind === 'post' ? event.post.version : event.kind;
    };
    expect(edited({ updated: '2026-02-02T00:00:00Z' })).toBe('2026-02-02T00:00:00.000Z');
    expect(edited({ content: '<p>a</p>' })).not.toBe(edited({ content: '<p>b</p>' }));
  });

  it.each([
    ['public', { to: [publicly] }],
    ['public', { to: 'as:Public' }],
    ['unlisted', { to: ['https://alder.example/users/ann/followers'], cc: [publicly] }],
    ['members', { to: ['https://alder.example/users/ann/followers'], cc: [] }],
  ])('is %s by whom it addresses', (audience, more) => {
    expect(postOf(more).audience).toBe(audience);
  });

  it('is passed over where it is a direct message, also when it addresses nobody', () => {
    const direct = { to: ['https://alder.example/users/bo'], cc: [], content: '<p>secret</p>' };
    expect(mapActivity(createOf(1, direct))).toEqual({ skipped: 'direct' });
    expect(mapActivity({ type: 'Create', object: { ...noteOf(1), to: undefined } })).toEqual({ skipped: 'direct' });
  });

  it('belongs to the original author when it is announced whole, and is passed over when only its id is', () => {
    const boost = { type: 'Announce', actor: 'https://alder.example/users/bo', to: [publicly], published: '2026-03-03T00:00:00Z' };
    const event = eventOf({ ...boost, object: noteOf(1, { attributedTo: { type: 'Person', id: 'https://alder.example/users/ann', preferredUsername: 'ann' } }) });
    expect(event).toMatchObject({ kind: 'post', post: { author: refOf('https://alder.example/users/ann') }, author: { handle: '@ann@alder.example' } });
    expect(mapActivity({ ...boost, object: 'https://alder.example/notes/1' })).toEqual({ skipped: 'boost-of-unknown' });
  });
});

describe('what is gone', () => {
  it('is a post, by its id or its tombstone, or the profile that deletes itself', () => {
    const actor = 'https://alder.example/users/ann';
    const gone = { kind: 'post-gone', ref: refOf('https://alder.example/notes/1'), why: 'deleted' };
    expect(eventOf({ type: 'Delete', actor, object: 'https://alder.example/notes/1' })).toEqual(gone);
    expect(eventOf({ type: 'Delete', actor, object: { type: 'Tombstone', id: 'https://alder.example/notes/1' } })).toEqual(gone);
    expect(eventOf({ type: 'Delete', actor, object: actor })).toEqual({ kind: 'profile-gone', ref: refOf(actor), why: 'deleted' });
  });
});

describe('a profile', () => {
  it('carries its refusals with the sign in the network\'s own words', () => {
    const profile = profileOf({ indexable: false, discoverable: false, summary: '<p>Baker. #NoBot</p>', attachment: [{ type: 'PropertyValue', name: 'please', value: '#noai' }] });
    expect(profile.refusals).toEqual([
      { purpose: 'search', sign: 'indexable: false' },
      { purpose: 'show-publicly', sign: 'discoverable: false' },
      { purpose: 'classify', sign: '#nobot in bio' },
      { purpose: 'draft-by-machine', sign: '#nobot in bio' },
      { purpose: 'draft-by-machine', sign: '#noai in profile fields' },
    ]);
    expect(profileOf({ manuallyApprovesFollowers: true }).refusals.map(({ purpose, sign }) => `${sign}: ${purpose}`)).toEqual([
      'locked: search', 'locked: show-publicly',
    ]);
    expect(profileOf({ summary: '#nobothing #constructor' }).refusals).toEqual([]);
  });

  it('tells where it moved, and that it is suspended', () => {
    expect(profileOf({ movedTo: 'https://other.example/users/ann' }).movedTo).toEqual(refOf('https://other.example/users/ann'));
    expect(eventOf({ type: 'Update', object: { id: 'https://alder.example/users/x', type: 'Person', suspended: true } })).toMatchObject({ kind: 'profile-gone', why: 'suspended' });
  });
});

describe('what cannot be read', () => {
  it.each([
    ['no object', 7],
    ['an unknown activity', { type: 'Juggle', content: 'secret' }],
    ['a post without a time', createOf(1, { published: 'yesterday', content: 'secret' })],
    ['a post without an id', createOf(1, { id: undefined, content: 'secret' })],
    ['an unknown object', { type: 'Create', object: { type: 'Sculpture', content: 'secret' } }],
  ])('is a dead letter without text: %s', (_name, item) => {
    const event = eventOf(item);
    expect(event.kind).toBe('unreadable');
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('passes over what is known and says nothing', () => {
    expect(mapActivity({ type: 'Like', object: 'https://alder.example/notes/1' })).toEqual({ skipped: 'not-a-post' });
    expect(mapActivity('https://alder.example/notes/1')).toEqual({ skipped: 'not-a-post' });
  });

  const fields = ['id', 'type', 'actor', 'object', 'published', 'updated', 'content', 'contentMap', 'summary', 'name', 'url', 'tag', 'attachment', 'attributedTo', 'inReplyTo', 'to', 'cc', 'quote', 'oneOf', 'replies', 'icon', 'movedTo'];
  const garbage = fc.jsonValue({ stringUnit: 'binary' });
  const bent = (base: object) => fc.dictionary(fc.constantFrom(...fields), garbage, { maxKeys: 4 }).map((more) => ({ ...base, ...more }));

  it('never throws, and never makes an event that the contract refuses', () => {
    const items = fc.oneof(
      garbage,
      bent(createOf(1)),
      bent(noteOf(1)).map((object) => ({ type: 'Update', object })),
      bent({ id: 'https://alder.example/users/ann', type: 'Person' }).map((object) => ({ type: 'Update', object })),
    );
    fc.assert(
      fc.property(items, (item) => {
        const mapped = mapActivity(item);
        if ('event' in mapped) expect(readSourceEvent(mapped.event)).toEqual(mapped.event);
      }),
      { numRuns: 1000 },
    );
  });
});
