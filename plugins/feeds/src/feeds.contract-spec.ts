import { readFileSync } from 'node:fs';
import { describeSourceContract, fakeClock, fakeCtx, scriptedFetch } from '@earshot/plugin-testing';
import feeds from './index.js';
import { settingsSchema } from './settings.js';

const fixture = (path: string, type: string) => () => new Response(readFileSync(new URL(`../fixtures/${path}`, import.meta.url)), { headers: { 'content-type': type } });
const feed = (key: string) => ({ kind: 'feed', key, label: key }) as const;
const hashtag = { kind: 'hashtag', key: 'loom', label: '#loom' } as const;

const club = feed('https://home-brew.example/feed.atom');
const paper = feed('https://bellweather-news.example/feed/');
// Not the fixture of a JSON feed: one of its entries has no date, and such an entry keeps its place beside its neighbours instead.
const mill = feed('https://old-mill.example/index.rdf');

const answers = {
  [club.key]: fixture('home-brew.example/feed.atom.xml', 'application/atom+xml'),
  [paper.key]: fixture('bellweather-news.example/feed.rss.xml', 'application/rss+xml'),
  [mill.key]: fixture('old-mill.example/index.rdf.xml', 'application/rdf+xml'),
  'https://home-brew.example/club/archive/2025.atom': fixture('home-brew.example/archive-2025.atom.xml', 'application/atom+xml'),
};

describeSourceContract('feeds', {
  plugin: feeds,
  // The time at which the fixtures were written: what they date is past.
  ctx: (fetch) => fakeCtx({ settings: settingsSchema.parse({}), secrets: {}, clock: fakeClock(new Date('2026-04-01T12:00:00Z')), fetch: fetch ?? scriptedFetch({ answers }) }),
  targets: [club, paper, mill, hashtag],
  unplannable: [hashtag],
  wants: [{ target: club, since: new Date(0), until: new Date('2030-01-01') }],
  resolvable: [club.key],
});
