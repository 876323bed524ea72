import { type Post, postSchema } from '@earshot/plugin-sdk';
import { describe, expect, it } from '@jest/globals';
import { eventOfStatus, isStatus, readStatus, type Telling } from './map-status.js';
import { ann, aStatus, HOST, idAt, type Json, paper } from './testing/documents.js';

const AT = '2026-03-12T10:00:00.000Z';
const us = { network: 'activitypub', id: 'https://alder.example/users/library', local: { host: HOST, id: '10' } };

const event = (status: Json, telling: Partial<Telling> = {}) => {
  const read = readStatus(status);
  return isStatus(read) ? eventOfStatus(read, { host: HOST, ...telling }) : read;
};
const post = (changes: Json, telling: Partial<Telling> = {}): Post => {
  const heard = event(aStatus(paper, AT, 'The ferry runs again.', changes), telling);
  if (heard?.kind !== 'post') throw new Error(`no post but ${JSON.stringify(heard)}`);
  return postSchema.parse(heard.post);
};

describe('a status', () => {
  it('is a post under both of its names, with its author', () => {
    expect(event(aStatus(paper, AT, 'The ferry runs again.'))).toMatchObject({
      kind: 'post',
      post: {
        ref: { network: 'activitypub', id: `https://birch.example/users/paper/statuses/${idAt(AT)}`, local: { host: HOST, id: idAt(AT) } },
        version: AT, postedAt: new Date(AT), text: 'The ferry runs again.', html: '<p>The ferry runs again.</p>', lang: 'en', audience: 'public', replies: 0,
        url: `https://birch.example/@paper/${idAt(AT)}`, author: { id: 'https://birch.example/users/paper', local: { host: HOST, id: '12' } }, refusals: [],
      },
      author: { handle: 'paper@birch.example' },
    });
  });

  it('that was edited is another version of the same post', () => {
    const edited = post({ edited_at: '2026-03-12T11:30:00.000Z' });
    expect(edited.ref).toEqual(post({}).ref);
    expect(edited.version).toBe('2026-03-12T11:30:00.000Z');
    // In the very second in which it was published, where a server counts in seconds: later all the same, as the host compares moments.
    const atOnce = post({ edited_at: post({}).version.replace('.000Z', 'Z') });
    expect(atOnce.version > post({}).version).toBe(true);
    expect(atOnce.version < edited.version).toBe(true);
  });

  it('is told with the warning that stands before it and the options of its poll', () => {
    const { text, html } = post({ spoiler_text: 'Prices & fares', poll: { options: [{ title: 'Dearer', votes_count: 3 }, { title: 'As ever' }] } });
    expect(text).toBe('Prices & fares\n\nThe ferry runs again.\n\n• Dearer\n• As ever');
    expect(html).toBe('<p><strong>Prices &amp; fares</strong></p><p>The ferry runs again.</p><ul><li>Dearer</li><li>As ever</li></ul>');
  });

  it('shows whole addresses, and keeps nothing that acts', () => {
    const { text, html } = post({
      content:
        '<p class="quote-inline">RE: <a href="https://x.example/1">x</a></p><p>See<script>alert(1)</script> <a href="https://ferry.example/times" onclick="x()"><span class="invisible">https://</span><span>ferry.example/times</span></a><br>' +
        '<a href="javascript:alert(1)">now</a><img src="https://count.example/1.gif" onerror="x()"></p>',
    });
    expect(text).toBe('See https://ferry.example/times\nnow');
    expect(html).not.toMatch(/script|onclick|onerror|img|quote-inline/);
    expect(html).toContain('<a href="https://ferry.example/times" rel="nofollow noopener noreferrer">');
  });

  it('brings media with what they show, tags, the card, mentions and what it quotes', () => {
    const told = post(
      {
        media_attachments: [{ id: '1', type: 'image', url: 'https://files.example/1.png', description: 'A ferry' }, { id: '2', type: 'gifv', url: 'https://files.example/2.mp4', description: null }, { id: '3', type: 'unknown', url: null, remote_url: 'https://files.example/3.pdf' }],
        tags: [{ name: 'Ferry', url: 'https://alder.example/tags/ferry' }, { name: 'Ferry' }],
        card: { url: 'https://ferry.example/times', title: 'Times', type: 'link' },
        mentions: [{ id: '10', username: 'library', acct: 'library', url: 'x' }, { id: '11', username: 'ann', acct: 'ann', url: 'x' }],
        quote: { state: 'accepted', quoted_status: aStatus(ann, '2026-03-01T00:00:00.000Z', 'Where is it?', { id: '77' }) },
      },
      { us },
    );
    expect(told.media).toEqual([{ url: 'https://files.example/1.png', alt: 'A ferry', kind: 'image' }, { url: 'https://files.example/2.mp4', kind: 'video' }]);
    expect(told.tags).toEqual(['Ferry']);
    expect(told.link).toEqual({ url: 'https://ferry.example/times', title: 'Times' });
    expect(told.mentions).toEqual([us, { network: 'activitypub', local: { host: HOST, id: '11' } }]);
    expect(told.quotes).toEqual([{ network: 'activitypub', id: 'https://alder.example/users/ann/statuses/77', local: { host: HOST, id: '77' } }]);
  });

  it('answers by the global id where that is known, else by what its server calls it', () => {
    const uris = new Map([['5', 'https://cedar.example/o/5']]);
    expect(post({ in_reply_to_id: '5' }, { uris }).inReplyTo).toEqual({ network: 'activitypub', id: 'https://cedar.example/o/5', local: { host: HOST, id: '5' } });
    expect(post({ in_reply_to_id: '6' }, { uris }).inReplyTo).toEqual({ network: 'activitypub', local: { host: HOST, id: '6' } });
  });

  it('is the same post on two servers', () => {
    const here = event(aStatus(paper, AT, 'Same', { id: '1', uri: 'https://birch.example/o/9' }));
    const there = event(aStatus(paper, AT, 'Same', { id: 'ABC', uri: 'https://birch.example/o/9' }), { host: 'birch.example' });
    expect(here).toMatchObject({ post: { ref: { id: 'https://birch.example/o/9' }, version: AT } });
    expect(there).toMatchObject({ post: { ref: { id: 'https://birch.example/o/9', local: { host: 'birch.example', id: 'ABC' } }, version: AT } });
  });
});

describe('whom a status is for', () => {
  it.each(['public', 'unlisted'] as const)('%s is told as such', (visibility) => {
    expect(post({ visibility }).audience).toBe(visibility);
  });

  it.each(['private', 'direct', 'local', 'mutuals_only', 'list', ''])('"%s" is never heard', (visibility) => {
    expect(event(aStatus(ann, AT, 'A secret', { visibility }))).toBeUndefined();
  });

  it('what we boosted is the post all the same where it is told as that boost, under its own id (snac)', () => {
    const told = aStatus(paper, AT, 'Boosted', { id: '7' });
    expect(event(aStatus(ann, AT, '', { id: '7', uri: 'https://alder.example/d/7/Announce', reblog: told }))).toMatchObject({ kind: 'post', post: { ref: { id: told.uri }, text: 'Boosted' } });
  });

  it('a boost is nobody\'s post', () => {
    expect(event(aStatus(ann, AT, '', { id: '8', reblog: aStatus(paper, AT, 'Boosted', { id: '7' }) }))).toBeUndefined();
  });
});

describe('a status that cannot be read', () => {
  it.each<[string, Json]>([
    ['without a global id', { uri: 'alder:1' }],
    ['without an id', { id: null }],
    ['of no time', { created_at: 'yesterday' }],
    ['of nobody', { account: null }],
  ])('%s is a dead letter, and quotes nothing', (_name, changes) => {
    const letter = event({ ...aStatus(ann, AT, 'SECRET'), ...changes });
    expect(letter).toMatchObject({ kind: 'unreadable' });
    expect(JSON.stringify(letter)).not.toContain('SECRET');
  });

  it('is not one for 500 mentions, a bomb of markup, or odd characters', () => {
    const mentions = Array.from({ length: 900 }, (_, at) => ({ id: String(at), acct: 'x' }));
    expect(post({ mentions }).mentions).toHaveLength(500);
    expect(post({ content: '<b>'.repeat(100_000) }).text).toBe('');
    expect(post({ content: '<p>a\u0000b\ud800</p>', spoiler_text: '\u0000', language: 'not a language' })).toMatchObject({ text: 'ab\ufffd' });
    expect(post({ content: `<p>${'x'.repeat(300_000)}</p>` }).text).toHaveLength(100_000);
  });
});
