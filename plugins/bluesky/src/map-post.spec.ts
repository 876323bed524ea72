import { describe, expect, it } from '@jest/globals';
import { mapPost } from './map-post.js';
import { did, NOW, postUri } from './testing/fake-bluesky.js';
import type { PostView } from './views.js';

const view = (record: object, change: Partial<PostView> = {}): PostView => ({
  uri: postUri('ana', '3lk'),
  cid: 'bafyreia',
  author: { did: did('ana'), handle: 'ana.example' },
  record: { $type: 'app.bsky.feed.post', text: 'Hello', createdAt: '2026-03-12T11:00:00Z', ...record },
  indexedAt: '2026-03-12T11:00:01Z',
  ...change,
});

const mapped = (record: object, change: Partial<PostView> = {}) => {
  const event = mapPost(view(record, change), NOW);
  if (event.kind !== 'post') throw new Error(`${event.kind}: ${event.kind === 'unreadable' ? event.why : ''}`);
  return event.post;
};

const bytes = (text: string, word: string) => {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(word)));
  return { byteStart: start, byteEnd: start + Buffer.byteLength(word) };
};

describe('a post', () => {
  it('is named by its address, in the version of its cid', () => {
    expect(mapped({ langs: ['pt-BR', 'en'] }, { replyCount: 3 })).toEqual({
      ref: { network: 'bluesky', id: postUri('ana', '3lk') },
      version: 'bafyreia',
      url: `https://bsky.app/profile/${did('ana')}/post/3lk`,
      postedAt: new Date('2026-03-12T11:00:00Z'),
      author: { network: 'bluesky', id: did('ana') },
      text: 'Hello',
      lang: 'pt-BR',
      audience: 'public',
      mentions: [],
      tags: [],
      media: [],
      replies: 3,
      refusals: [],
    });
  });

  it('takes facets by bytes, behind emoji and accents', () => {
    const text = '🚲 Café: frag @mill.example über #Räder, paper.example/a…';
    const facets = [
      { index: bytes(text, '@mill.example'), features: [{ $type: 'app.bsky.richtext.facet#mention', did: did('mill') }] },
      { index: bytes(text, '#Räder'), features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'Räder' }] },
      { index: bytes(text, 'paper.example/a…'), features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://paper.example/a-long-way' }] },
    ];
    expect(mapped({ text, facets, tags: ['#quiet', 'Räder'] })).toMatchObject({
      text,
      mentions: [{ network: 'bluesky', id: did('mill') }],
      tags: ['Räder', 'quiet'],
      link: { url: 'https://paper.example/a-long-way' },
    });
  });

  it('leaves out facets beyond the text, turned round, or of no known kind', () => {
    const mention = [{ $type: 'app.bsky.richtext.facet#mention', did: did('mill') }];
    const facets = [
      { index: { byteStart: 0, byteEnd: 6 }, features: mention },
      { index: { byteStart: 3, byteEnd: 3 }, features: mention },
      { index: { byteStart: -1, byteEnd: 3 }, features: mention },
      { index: { byteStart: 0, byteEnd: 3 }, features: [{ $type: 'app.example#new', did: did('mill') }, null, 7] },
      'nonsense',
    ];
    expect(mapped({ facets })).toMatchObject({ text: 'Hello', mentions: [], tags: [] });
  });

  it('says what it answers, and how that began', () => {
    const reply = { root: { uri: postUri('paper', 'a'), cid: 'bafya' }, parent: { uri: postUri('mill', 'b'), cid: 'bafyb' } };
    expect(mapped({ reply })).toMatchObject({ inReplyTo: { id: postUri('mill', 'b') }, root: { id: postUri('paper', 'a') } });
  });

  it('brings pictures with their descriptions', () => {
    const embed = { $type: 'app.bsky.embed.images', images: [{ alt: 'A mill', image: { $type: 'blob', ref: { $link: 'bafkreipic' }, mimeType: 'image/jpeg', size: 1 } }, { alt: '', image: { cid: 'bafkreiold' } }] };
    expect(mapped({ embed }).media).toEqual([
      { kind: 'image', alt: 'A mill', url: `https://cdn.bsky.app/img/feed_fullsize/plain/${did('ana')}/bafkreipic@jpeg` },
      { kind: 'image', url: `https://cdn.bsky.app/img/feed_fullsize/plain/${did('ana')}/bafkreiold@jpeg` },
    ]);
  });

  it('brings a film, a card, and a quoted post with pictures', () => {
    expect(mapped({ embed: { $type: 'app.bsky.embed.video', alt: 'Ferry', video: { ref: { $link: 'bafkreifilm' } } } }).media).toMatchObject([{ kind: 'video', alt: 'Ferry' }]);
    expect(mapped({ embed: { $type: 'app.bsky.embed.external', external: { uri: 'https://paper.example/', title: 'Paper', description: '' } } }).link).toEqual({ url: 'https://paper.example/', title: 'Paper' });
    const media = { $type: 'app.bsky.embed.images', images: [{ alt: '', image: { ref: { $link: 'bafkreipic' } } }] };
    const both = mapped({ embed: { $type: 'app.bsky.embed.recordWithMedia', record: { $type: 'app.bsky.embed.record', record: { uri: postUri('mill', 'q'), cid: 'bafyq' } }, media } });
    expect(both).toMatchObject({ quotes: [{ id: postUri('mill', 'q') }], media: [{ kind: 'image' }] });
  });

  it.each([
    ['a card that runs a script', { embed: { $type: 'app.bsky.embed.external', external: { uri: 'javascript:alert(1)', title: 'x' } } }],
    ['a quoted list', { embed: { $type: 'app.bsky.embed.record', record: { uri: `at://${did('ana')}/app.bsky.graph.list/x`, cid: 'c' } } }],
    ['an embed of a kind to come', { embed: { $type: 'app.bsky.embed.hologram', cube: 1 } }],
    ['no embed at all', { embed: 7 }],
  ])('shows nothing of %s', (_what, record) => {
    const post = mapped(record);
    expect([post.link, post.quotes, post.media]).toEqual([undefined, undefined, []]);
  });

  it('takes the date of its author, unless that lies ahead of when it was seen, or is none', () => {
    expect(mapped({ createdAt: '2020-01-01T00:00:00Z' }).postedAt).toEqual(new Date('2020-01-01T00:00:00Z'));
    expect(mapped({ createdAt: '2031-01-01T00:00:00Z' }).postedAt).toEqual(new Date('2026-03-12T11:00:01Z'));
    expect(mapped({ createdAt: 'yesterday' }).postedAt).toEqual(new Date('2026-03-12T11:00:01Z'));
  });

  it.each([
    ['no text', { text: undefined }],
    ['a text that is none', { text: { html: '<b>' } }],
    ['half a character', { text: 'a\ud800' }],
    ['an answer to nothing', { reply: { root: {}, parent: {} } }],
  ])('is a dead letter with %s', (_what, record) => {
    const event = mapPost(view(record), NOW);
    expect(event).toMatchObject({ kind: 'unreadable', digest: expect.stringContaining('sha256:') });
    expect(JSON.stringify(event)).not.toContain('<b>');
  });

  it('keeps no more mentions than fit', () => {
    const facets = Array.from({ length: 700 }, (_, number) => ({ index: { byteStart: 0, byteEnd: 5 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: did(`m${number}`) }] }));
    expect(mapped({ facets }).mentions).toHaveLength(500);
  });
});
