import { describe, expect, it } from '@jest/globals';
import { readSourceEvent } from '@earshot/plugin-sdk';
import { cursorSchema } from './cursor.js';
import { collect, fakeCtx, fixture, NOW, postsIn, read, serves } from './testing/fake-ctx.js';
import { feedsSource } from './source.js';

const NEWS = 'https://bellweather-news.example/feed/';
const BREW = 'https://home-brew.example/feed.atom';

describe('reading a newspaper in RSS 2.0', () => {
  it('brings what the feed holds, oldest first, with its authors', async () => {
    const { events, cursor } = await read(NEWS, fakeCtx({ [NEWS]: serves(await fixture('bellweather-news.example/feed.rss.xml')) }));
    expect(events.map((event) => (event.kind === 'post' ? event.post.ref.id : event.kind))).toEqual([
      'profile',
      expect.stringMatching(/^https:\/\/bellweather-news\.example\/feed\/#entry-[0-9a-f]{32}$/),
      'https://bellweather-news.example/?p=4110',
    ]);
    expect(events[0]).toMatchObject({
      profile: { ref: { network: 'feeds', id: NEWS }, handle: 'Bellweather News & Notices', bio: 'What happens between the hill and the ferry', url: 'https://bellweather-news.example/' },
    });
    expect(events[2]).toMatchObject({ author: { handle: 'Imogen Pryce' } });
    expect(events.map(readSourceEvent)).toEqual(events);
    expect(cursorSchema.parse(JSON.parse(JSON.stringify(cursor)))).toEqual(cursor);
  });

  it('keeps plain text and safe markup, and pictures as media without those that count readers', async () => {
    const { events } = await read(NEWS, fakeCtx({ [NEWS]: serves(await fixture('bellweather-news.example/feed.rss.xml')) }));
    const post = postsIn(events).at(-1);
    expect(post?.text).toBe(
      'Ferry steps closed until Easter\n\nThe steps by the ferry are closed for repairs.\nUse the ramp at Quay Lane.\n\nQuestions go to the harbour office & nobody else.',
    );
    expect(post?.html).not.toMatch(/script|onclick|onmouseover|target|<img/);
    expect(post?.html).toContain('<a href="https://bellweather-news.example/contact" rel="nofollow noopener noreferrer">the harbour office</a>');
    expect(post).toMatchObject({
      url: 'https://bellweather-news.example/2026/03/ferry-steps/',
      tags: ['Harbour', 'Works'],
      lang: 'en-GB',
      replies: 3,
      media: [{ kind: 'image', url: 'https://bellweather-news.example/wp-content/steps.jpg', alt: 'The steps, with a barrier' }],
    });
    expect(postsIn(events)[0]).toMatchObject({ postedAt: new Date('2026-03-09T22:00:00Z') });
    expect(postsIn(events)[0]?.text).toBe('A bear was seen near the weir\n\nA bear was seen near the weir on Sunday evening. The ranger asks walkers to keep dogs on the lead.'.slice('A bear was seen near the weir\n\n'.length));
  });
});

describe('reading the other formats', () => {
  it('reads Atom: relative addresses, xhtml, answers, deletions, a picture without words', async () => {
    const { events } = await read(BREW, fakeCtx({ [BREW]: serves(await fixture('home-brew.example/feed.atom.xml')) }));
    const [picture, racking, answer] = postsIn(events);
    expect(picture).toMatchObject({ text: 'The new press', media: [{ kind: 'image', url: 'https://home-brew.example/club/press.jpg', alt: 'A wooden press' }] });
    expect(racking).toMatchObject({
      ref: { id: 'tag:home-brew.example,2026:cellar' },
      url: 'https://home-brew.example/club/2026/racking',
      postedAt: new Date('2026-03-10T18:00:00Z'),
      text: 'Racking night\n\nBring two demijohns.\n\n- one clean\n- one full',
      replies: 2,
      tags: ['Cider'],
      lang: 'en',
    });
    expect(answer).toMatchObject({ inReplyTo: { network: 'feeds', id: 'tag:home-brew.example,2026:cellar' }, text: 'I wonder how cold a basement may get before a cider sulks < 8 degrees?' });
    expect(events.at(-1)).toEqual({ kind: 'post-gone', ref: { network: 'feeds', id: 'tag:home-brew.example,2026:sold-out' }, why: 'deleted' });
    expect(JSON.stringify(events)).not.toContain('petra@');
    expect(events[0]).toMatchObject({ profile: { handle: 'Alder Home Brew Club' } });
  });

  it('reads RDF', async () => {
    const url = 'https://old-mill.example/index.rdf';
    const { events } = await read(url, fakeCtx({ [url]: serves(await fixture('old-mill.example/index.rdf.xml')) }));
    expect(postsIn(events)).toMatchObject([
      { ref: { id: 'https://old-mill.example/17' }, lang: 'de', tags: ['Muehle'], postedAt: new Date('2026-02-27T08:00:00Z'), text: 'Mahltag am Samstag\n\nMehl zum Mitnehmen, so lange der Bach reicht.' },
    ]);
  });

  it('reads RSS 0.91 with its DTD, in the order of a feed without dates, and waits while it asks to be left alone', async () => {
    const url = 'https://parish.example/feed.xml';
    const saturday = new Date('2026-03-14T23:50:00Z');
    const ctx = fakeCtx({ [url]: serves(await fixture('parish.example/feed.091.xml')) }, { now: () => saturday });
    const { events, cursor } = await read(url, ctx);
    expect(postsIn(events).map(({ text }) => text)).toEqual(['Ringers wanted', 'Bun sale\n\nIn the hall\nafter the bells']);
    expect(postsIn(events)[0]).toMatchObject({ postedAt: saturday, author: { id: url } });
    expect(cursor?.notBefore).toBe('2026-03-16T00:00:00.000Z');
    expect(await read(url, ctx, cursor)).toMatchObject({ batches: [] });
    expect(ctx.asked).toHaveLength(1);
  });

  it('reads JSON Feed, and shows a title once', async () => {
    const url = 'https://allotments.example/feed.json';
    const { events } = await read(url, fakeCtx({ [url]: serves(await fixture('allotments.example/feed.json')) }));
    // The one without a date counts as published now, so it comes last.
    const [frost, key] = postsIn(events);
    expect(frost).toMatchObject({
      text: 'Frost tonight, says the weather office.\nCover your beans.',
      tags: ['frost', 'beans'],
      link: { url: 'https://weather.example/frost' },
      postedAt: new Date('2026-03-08T20:00:00Z'),
    });
    expect(key).toMatchObject({ ref: { id: 'https://allotments.example/70' }, text: 'Who has the key to the lower shed?', postedAt: NOW, media: [] });
  });

  it('reads a podcast: sound, two-digit years, ttl, and what the feed asks of listeners', async () => {
    const url = 'https://radio.example/podcast.xml';
    const { events, cursor } = await read(url, fakeCtx({ [url]: serves(await fixture('radio.example/podcast.xml')) }));
    expect(postsIn(events)).toMatchObject([
      { postedAt: new Date('2026-03-06T19:00:00Z'), media: [{ kind: 'audio', url: 'https://radio.example/12.mp3' }], text: 'Episode 12: the wheelwright\n\nA wheel, a forge and a very old dog.' },
    ]);
    const refusals = ['itunes:block', 'meta robots: noindex'].flatMap((sign) => [{ purpose: 'search', sign }, { purpose: 'show-publicly', sign }]);
    expect(postsIn(events)[0]?.refusals).toEqual(refusals);
    expect(events[0]).toMatchObject({ profile: { refusals } });
    expect(cursor?.notBefore).toBe(new Date(NOW.getTime() + 180 * 60_000).toISOString());
  });
});

const rss = (...items: readonly string[]): string => `<rss version="2.0"><channel><title>T</title><link>https://a.example/</link>${items.join('')}</channel></rss>`;
const item = (guid: string, title: string, more = ''): string => `<item><guid isPermaLink="false">https://a.example/${guid}</guid><title>${title}</title><pubDate>Mon, 0${guid} Mar 2026 10:00:00 GMT</pubDate>${more}</item>`;
const A = 'https://a.example/feed';

describe('reading again', () => {
  const twice = async (first: string, second: string) => {
    const { cursor } = await read(A, fakeCtx({ [A]: serves(first) }));
    return read(A, fakeCtx({ [A]: serves(second) }), cursor);
  };

  it('brings only what is new or edited, and counts that changed', async () => {
    const count = (n: number): string => `<slash:comments xmlns:slash="http://purl.org/rss/1.0/modules/slash/">${n}</slash:comments>`;
    const { events } = await twice(rss(item('2', 'two', count(1)), item('1', 'one')), rss(item('3', 'three'), item('2', 'two', count(5)), item('1', 'one, edited')));
    expect(events).toMatchObject([
      { kind: 'post', post: { ref: { id: 'https://a.example/1' }, text: 'one, edited' } },
      { kind: 'counts', ref: { id: 'https://a.example/2' }, replies: 5 },
      { kind: 'post', post: { ref: { id: 'https://a.example/3' } } },
    ]);
  });

  it('brings entries again when the feed begins to refuse, in a version that the host takes for newer', async () => {
    const open = rss(item('1', 'one', '<author>Ann</author>'));
    const closed = open.replace('<title>T</title>', '<title>T</title><itunes:block xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">yes</itunes:block>');
    const { events: before } = await read(A, fakeCtx({ [A]: serves(open) }));
    const after = postsIn((await twice(open, closed)).events);
    expect(after[0]?.refusals.map(({ sign }) => sign)).toContain('itunes:block');
    expect(after[0]?.version).not.toBe(postsIn(before)[0]?.version);
  });

  it.each([
    ['the language', '"language":"de"', '"language":"en"'],
    ['what it is about', '"external_url":"https://b.example/1"', '"external_url":"https://b.example/2"'],
    ['the words for a picture', '"attachments":[{"url":"https://a.example/p.png","mime_type":"image/png","title":"a loom"}]', '"attachments":[{"url":"https://a.example/p.png","mime_type":"image/png","title":"a mill"}]'],
  ])('hears that %s changed', async (_what, first, second) => {
    const json = (field: string): string => `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"https://a.example/1","url":"https://a.example/1","content_text":"one",${field}}]}`;
    expect(postsIn((await twice(json(first), json(second))).events)).toHaveLength(1);
  });

  it('never makes a version that reads as a moment, which the host would put in order', async () => {
    const { events } = await read(A, fakeCtx({ [A]: serves(rss(item('2', 'two'), item('1', 'one'))) }));
    for (const { version } of postsIn(events)) expect(version).toMatch(/^[0-9a-f]{32}$/);
  });

  it('says nothing and hears on when nothing changed', async () => {
    const { events, batches } = await twice(rss(item('1', 'one')), rss(item('1', 'one')));
    expect(events).toEqual([]);
    expect(batches).toMatchObject([{ heardUntil: NOW }]);
  });

  it('reports a gap when nothing of the last reading is left', async () => {
    const { events } = await twice(rss(item('1', 'one')), rss(item('5', 'five'), item('4', 'four')));
    expect(events[0]).toMatchObject({ kind: 'gap', from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-03-04T10:00:00Z') });
  });

  it('tells one guid for different pages apart, and takes one page twice for one entry', async () => {
    const same = (link: string): string => `<item><guid>https://a.example/</guid><link>https://a.example/${link}</link><title>${link}</title></item>`;
    const { events } = await read(A, fakeCtx({ [A]: serves(rss(same('x'), same('y'), same('y'))) }));
    expect(new Set(postsIn(events).map(({ ref }) => ref.id)).size).toBe(2);
    expect(postsIn(events)).toHaveLength(2);
  });

  it('never dates an entry in the future', async () => {
    const { events } = await read(A, fakeCtx({ [A]: serves(rss('<item><title>Fair</title><pubDate>Sat, 01 Aug 2099 10:00:00 GMT</pubDate></item>')) }));
    expect(postsIn(events)[0]?.postedAt).toEqual(NOW);
  });

  it('goes on in the middle of a long feed without hearing anything twice or losing anything', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => `<item><guid isPermaLink="false">urn:n:${at}</guid><title>n${at}</title><pubDate>${new Date(Date.UTC(2026, 0, 1) + at * 60_000).toUTCString()}</pubDate></item>`);
    const document = rss(...many.toReversed());
    const first = await read(A, fakeCtx({ [A]: serves(document) }));
    expect(postsIn(first.events).map(({ text }) => text)).toEqual(many.map((_, at) => `n${at}`));
    expect(first.batches.slice(0, -1).every(({ heardUntil }) => heardUntil === undefined)).toBe(true);
    const resumed = await read(A, fakeCtx({ [A]: serves(document) }), first.batches[5]?.cursor);
    expect(postsIn(resumed.events).map(({ text }) => text)).toEqual(many.slice(1_500).map((_, at) => `n${at + 1_500}`));
    expect((await read(A, fakeCtx({ [A]: serves(document) }), resumed.cursor)).events).toEqual([]);
    expect(JSON.stringify(first.cursor).length).toBeLessThan(50_000);
  });
});

describe('planning', () => {
  it('makes one channel a feed and leaves out what is none', () => {
    const targets = [A, NEWS, A].map((key) => ({ kind: 'feed' as const, key, label: key }));
    const plan = feedsSource.plan([...targets, { kind: 'feed', key: 'not an address', label: 'x' }, { kind: 'hashtag', key: '#a', label: '#a' }]);
    expect(plan.map(({ key }) => key)).toEqual([A, NEWS]);
  });
});

describe('threads, counts and the past', () => {
  const comments = 'https://bellweather-news.example/2026/03/ferry-steps/feed/';
  const entry = { network: 'feeds', id: 'https://bellweather-news.example/?p=4110' };
  const heard = async () => {
    const ctx = fakeCtx({
      [NEWS]: serves(await fixture('bellweather-news.example/feed.rss.xml')),
      [comments]: serves(await fixture('bellweather-news.example/ferry-steps-comments.rss.xml')),
    });
    await read(NEWS, ctx);
    return ctx;
  };

  it('reads the comments on an entry, each under what it answers, oldest first', async () => {
    const { events } = await collect(feedsSource.fetch({ thread: entry }, await heard()));
    const comment = (n: number) => ({ network: 'feeds', id: `https://bellweather-news.example/?p=4110#comment-${n}` });
    expect(postsIn(events)).toMatchObject([
      { ref: comment(91), inReplyTo: entry, root: entry, text: 'Does anybody know whether a wheelchair gets down that ramp?' },
      { ref: comment(92), inReplyTo: entry, root: entry },
      { ref: comment(93), inReplyTo: comment(91), root: entry },
    ]);
    expect(events.map(readSourceEvent)).toEqual(events);
  });

  it('leaves an entry that stands among its own comments to its own feed', async () => {
    const ctx = fakeCtx({ [A]: serves(rss(item('1', 'one', '<wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/">https://a.example/1/feed</wfw:commentRss>'))), 'https://a.example/1/feed': serves(rss(item('2', 'a comment'), item('1', 'one, cut short'))) });
    await read(A, ctx);
    const { events } = await collect(feedsSource.fetch({ thread: { network: 'feeds', id: 'https://a.example/1' } }, ctx));
    expect(postsIn(events).map(({ ref }) => ref.id)).toEqual(['https://a.example/2']);
  });

  it('never takes a commenter for the author of the same name, and knows commenters again', async () => {
    const ctx = await heard();
    const news = await collect(feedsSource.fetch({ posts: [entry] }, ctx));
    const thread = await collect(feedsSource.fetch({ thread: entry }, ctx));
    expect(postsIn(thread.events).at(-1)?.author?.id).not.toBe(postsIn(news.events)[0]?.author?.id);
    expect(postsIn(thread.events).at(-1)?.author?.id).toMatch(/^https:\/\/bellweather-news\.example\/feed\/#commenter-/);
  });

  it('finds the thread from a comment too', async () => {
    const ctx = await heard();
    const { events } = await collect(feedsSource.fetch({ thread: entry }, ctx));
    const again = await collect(feedsSource.fetch({ thread: postsIn(events)[2]?.ref ?? entry }, ctx));
    expect(again.events).toEqual(events);
  });

  it('counts from the feed in one request', async () => {
    const ctx = await heard();
    ctx.asked.length = 0;
    const { events } = await collect(feedsSource.fetch({ counts: [entry] }, ctx));
    expect(events).toEqual([{ kind: 'counts', ref: entry, replies: 3 }]);
    expect(ctx.asked).toEqual([NEWS]);
  });

  it('tells an entry whose page is gone from one that only left the feed', async () => {
    const site = { [A]: serves(rss(item('1', 'one', '<link>https://a.example/p1</link>'), item('2', 'two', '<link>https://a.example/p2</link>'))) };
    const ctx = fakeCtx(site);
    await read(A, ctx);
    const later = fakeCtx({ [A]: serves(rss(item('3', 'three'))), 'https://a.example/p1': serves('<p>one</p>') }, { store: ctx.store });
    const { events } = await collect(feedsSource.fetch({ posts: [1, 2].map((n) => ({ network: 'feeds', id: `https://a.example/${n}` })) }, later));
    expect(events).toEqual([{ kind: 'post-gone', ref: { network: 'feeds', id: 'https://a.example/2' }, why: 'deleted' }]);
  });

  it('reads profiles as the feed names them now', async () => {
    const ctx = await heard();
    const author = postsIn((await collect(feedsSource.fetch({ posts: [entry] }, ctx))).events)[0]?.author;
    const { events } = await collect(feedsSource.fetch({ profiles: [{ network: 'feeds', id: NEWS }, author ?? entry] }, ctx));
    expect(events).toMatchObject([{ profile: { handle: 'Bellweather News & Notices' } }, { profile: { handle: 'Imogen Pryce' } }]);
  });

  it('walks into the archive for what was said in a stretch of time', async () => {
    const ctx = fakeCtx({
      [BREW]: serves(await fixture('home-brew.example/feed.atom.xml')),
      'https://home-brew.example/club/archive/2025.atom': serves(await fixture('home-brew.example/archive-2025.atom.xml')),
    });
    const target = { kind: 'feed' as const, key: BREW, label: 'Club' };
    const { events } = await collect(feedsSource.fetch({ target, since: new Date('2025-12-01'), until: new Date('2026-03-10T18:00:00Z') }, ctx));
    expect(postsIn(events).map(({ ref }) => ref.id)).toEqual(['tag:home-brew.example,2025:mash', 'tag:home-brew.example,2026:picture']);
  });

  it('reads no comments where the library does not want them', async () => {
    const ctx = await heard();
    const { events } = await collect(feedsSource.fetch({ thread: entry }, { ...ctx, settings: { ...ctx.settings, includeComments: false } }));
    expect(events).toEqual([]);
  });
});
