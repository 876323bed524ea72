import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { limits } from './limits.js';
import type { Post } from './post.js';
import { readSourceEvent } from './read-source-event.js';
import { postSchema, profileSchema, refSchema } from './schemas/event-schemas.js';

const ref = { network: 'fediverse', id: 'https://town.example/1' };

const post: Post = {
  ref,
  version: '1',
  url: 'https://town.example/1',
  postedAt: new Date('2026-03-01T12:00:00Z'),
  author: { network: 'fediverse', local: { host: 'town.example', id: '7' } },
  text: 'I wonder how hard it would be to build a wine cellar in my basement?',
  html: '<p>I wonder…</p>',
  lang: 'en-GB',
  audience: 'public',
  mentions: [ref],
  tags: ['wine'],
  link: { url: 'https://town.example/cellars' },
  media: [{ url: 'https://town.example/a.jpg', kind: 'image', alt: 'a basement' }],
  replies: 2,
  refusals: [{ purpose: 'search', sign: '#nobot in the bio' }],
};

const changed = (change: object): object => ({ kind: 'post', post: { ...post, ...change } });
const whyOf = (value: unknown): string | undefined => {
  const event = readSourceEvent(value);
  return event.kind === 'unreadable' ? event.why : undefined;
};

describe('readSourceEvent', () => {
  it.each([
    ['a post', { kind: 'post', post }],
    ['a post with its author', { kind: 'post', post, author: { ref, handle: 'ana@town.example', refusals: [] } }],
    ['a deletion', { kind: 'post-gone', ref, why: 'deleted' }],
    ['a profile', { kind: 'profile', profile: { ref, handle: 'ana', movedTo: ref, refusals: [] } }],
    ['a profile that is gone', { kind: 'profile-gone', ref, why: 'blocked-us' }],
    ['counts', { kind: 'counts', ref, replies: 0 }],
    ['a gap', { kind: 'gap', from: new Date(0), to: new Date(1), why: 'the server was down' }],
    ['a dead letter', { kind: 'unreadable', why: 'no id', digest: '{} sha256:0' }],
  ])('gives back %s as it is', (_what, event) => {
    expect(readSourceEvent(event)).toEqual(event);
  });

  it('leaves behind what the contract does not know', () => {
    expect(readSourceEvent({ ...changed({ favourites: 3 }), raw: {} })).toEqual({ kind: 'post', post });
  });

  it('takes properties left undefined for absent ones', () => {
    const { lang: _lang, ...rest } = post;
    expect(readSourceEvent({ kind: 'post', author: undefined, post: { ...post, lang: undefined } })).toStrictEqual({ kind: 'post', post: rest });
  });

  it.each<[string, object, RegExp]>([
    ['a text too long', { text: 'x'.repeat(limits.text + 1) }, /post\.text: longer than 100000/],
    ['U+0000', { text: 'a\0b' }, /post\.text: holds U\+0000/],
    ['a lone surrogate', { text: 'a\ud83d' }, /post\.text: holds U\+0000 or a lone surrogate/],
    ['U+0000 in a tag', { tags: ['a\0'] }, /post\.tags\.0/],
    ['too many mentions', { mentions: Array.from({ length: limits.mentions + 1 }, () => ref) }, /post\.mentions: more than 500/],
    ['too many tags', { tags: Array.from({ length: limits.tags + 1 }, () => 'a') }, /post\.tags: more than 100/],
    ['an id too long', { ref: { network: 'x', id: 'i'.repeat(limits.id + 1) } }, /post\.ref\.id: longer than 2048/],
    ['an id of too many bytes', { ref: { network: 'x', id: '図'.repeat(683) } }, /post\.ref\.id: longer than 2048 bytes in UTF-8/],
    ['a host of too many bytes', { ref: { network: 'x', local: { host: '図'.repeat(101), id: '1' } } }, /post\.ref\.local\.host: longer than 300 bytes in UTF-8/],
    ['a ref without a name', { ref: { network: 'x' } }, /post\.ref: has neither id nor local/],
    ['a network with a space', { ref: { network: 'The Web', id: '1' } }, /post\.ref\.network/],
    ['a host with a path', { ref: { network: 'x', local: { host: 'a/b', id: '1' } } }, /post\.ref\.local\.host/],
    ['a javascript address', { url: 'javascript:alert(1)' }, /post\.url: is no http/],
    ['an address with a line break', { url: 'https://a.example/\nb' }, /post\.url: is no http/],
    ['an address too long', { url: `https://a.example/${'x'.repeat(limits.url)}` }, /post\.url: longer than 4096/],
    ['an invalid date', { postedAt: new Date(Number.NaN) }, /post\.postedAt: is no date/],
    ['a date as text', { postedAt: '2026-03-01' }, /post\.postedAt: is no date/],
    ['the year 10000', { postedAt: new Date(Date.UTC(10_000, 0)) }, /post\.postedAt: is no date/],
    ['a year before 1', { postedAt: new Date(-70_000_000_000_000) }, /post\.postedAt: is no date/],
    ['a language that is none', { lang: 'English (UK)' }, /post\.lang/],
    ['an audience that is none', { audience: 'direct' }, /post\.audience/],
    ['a count below none', { replies: -1 }, /post\.replies/],
    ['no text', { text: undefined }, /post\.text/],
  ])('makes a dead letter of %s', (_what, change, why) => {
    expect(whyOf(changed(change))).toMatch(why);
  });

  it('takes what just fits', () => {
    const change = { text: 'x'.repeat(limits.text), tags: Array.from({ length: limits.tags }, () => 'a'), postedAt: new Date('0001-01-01T00:00:00Z') };
    expect(readSourceEvent(changed(change)).kind).toBe('post');
  });

  it('quotes nothing of what it refuses', () => {
    const event = readSourceEvent(changed({ text: 'my secret\0', lang: 'my secret', audience: 'my secret' }));
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('never throws, and always gives an event that it would take itself', () => {
    const garbage = fc.oneof(
      fc.anything({ withDate: true, withNullPrototype: true, withBigInt: true }),
      fc.record({ kind: fc.constantFrom('post', 'counts', 'gap', 'profile', 'nothing'), post: fc.anything(), ref: fc.anything(), to: fc.anything() }),
      fc.anything().map((value) => changed({ text: value })),
    );
    fc.assert(fc.property(garbage, (value) => {
      const event = readSourceEvent(value);
      expect(readSourceEvent(event)).toEqual(event);
    }));
  });

  it('survives getters that throw', () => {
    const hostile = Object.defineProperty({}, 'kind', { enumerable: true, get: () => { throw new Error('boom'); } });
    expect(whyOf(hostile)).toMatch(/throws when it is looked at/);
  });
});

describe('the schemas of what events carry', () => {
  it('can be used alone', () => {
    expect(refSchema.safeParse(ref).success).toBe(true);
    expect(postSchema.safeParse(post).success).toBe(true);
    expect(profileSchema.safeParse({ ref, handle: '', refusals: [] }).success).toBe(false);
  });
});
