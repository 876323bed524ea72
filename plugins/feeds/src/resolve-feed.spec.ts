import { describe, expect, it } from '@jest/globals';
import { addressesIn } from './resolve-feed.js';
import { feedsSource } from './source.js';
import { fakeCtx, fixture, serves, type Site } from './testing/fake-ctx.js';

const resolve = (text: string, site: Site) => {
  const ctx = fakeCtx(site);
  return feedsSource.resolve(text, ctx).then((targets) => ({ targets, asked: ctx.asked }));
};
const page = { 'content-type': 'text/html' };

describe('what a person pastes', () => {
  it.each([
    ['https://town.example/feed#top', ['https://town.example/feed']],
    [' town.example ', ['https://town.example/', 'http://town.example/']],
    ['feed://town.example/rss', ['https://town.example/rss', 'http://town.example/rss']],
    ['feed:https://town.example/rss', ['https://town.example/rss']],
    ['münchen.example', ['https://xn--mnchen-3ya.example/', 'http://xn--mnchen-3ya.example/']],
    ['@paper@town.social', []],
    ['#town', []],
    ['the paper', []],
    ['ftp://town.example', []],
    ['javascript:alert(1)', []],
    ['', []],
  ])('reads %j', (text, addresses) => expect(addressesIn(text)).toEqual(addresses));
});

describe('finding the feed', () => {
  it('takes a feed as it is, and where it moved for good', async () => {
    const feed = serves(await fixture('home-brew.example/feed.atom.xml'));
    const { targets } = await resolve('https://home-brew.example/old', {
      'https://home-brew.example/old': () => new Response(null, { status: 301, headers: { location: '/feed.atom' } }),
      'https://home-brew.example/feed.atom': feed,
    });
    expect(targets).toEqual([{ kind: 'feed', key: 'https://home-brew.example/feed.atom', label: 'Alder Home Brew Club' }]);
  });

  it('asks a page for its feeds, comments last, and leaves out what is none', async () => {
    const { targets } = await resolve('council.example', {
      'https://council.example/': serves(await fixture('council.example/page.html'), page),
      'https://council.example/news.atom': serves(await fixture('home-brew.example/feed.atom.xml')),
      'https://council.example/comments/feed/': serves(await fixture('bellweather-news.example/ferry-steps-comments.rss.xml')),
    });
    expect(targets.map(({ key }) => key)).toEqual(['https://council.example/news.atom', 'https://council.example/comments/feed/']);
  });

  it('tries the usual places of a page that names none, and a site without TLS', async () => {
    const { targets, asked } = await resolve('mill.example', {
      'https://mill.example/': () => Promise.reject(new TypeError('fetch failed')),
      'http://mill.example/': serves('<html><title>Mill</title></html>', page),
      'http://mill.example/atom.xml': serves(await fixture('home-brew.example/feed.atom.xml')),
    });
    expect(targets.map(({ key }) => key)).toEqual(['http://mill.example/atom.xml']);
    expect(asked.length).toBeLessThan(8);
  });

  it.each([
    ['https://none.example/', { 'https://none.example/': serves('<html></html>', page) }, 'rejected', /No feed was found at none\.example\. Look on the site/],
    ['https://gone.example/', {}, 'unreachable', /404/],
    ['https://me:secret@a.example/feed', {}, 'rejected', /password/],
    [`https://a.example/${'x'.repeat(1_500)}`, {}, 'rejected', /shorter/],
  ])('says in words what to do: %#', async (text, site: Site, kind, words) => {
    await expect(resolve(text, site)).rejects.toMatchObject({ name: 'RemoteError', kind, message: expect.stringMatching(words) });
  });
});
