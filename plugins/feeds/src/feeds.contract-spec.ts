import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { describeSourceContract, fakeClock, fakeCtx, scriptedFetch } from '@earshot/plugin-testing';
import type { Want } from '@earshot/plugin-sdk';
import feeds from './index.js';
import { refTo } from './map-profile.js';
import { settingsSchema } from './settings.js';
import { feedsSource } from './source.js';

const fixture = (path: string, type: string) => () => new Response(readFileSync(new URL(`../fixtures/${path}`, import.meta.url)), { headers: { 'content-type': type } });
const feed = (key: string) => ({ kind: 'feed', key, label: key }) as const;
const hashtag = { kind: 'hashtag', key: 'loom', label: '#loom' } as const;

const club = feed('https://home-brew.example/feed.atom');
const paper = feed('https://bellweather-news.example/feed/');
const mill = feed('https://old-mill.example/index.rdf');
/** One of its entries has no date. */
const plots = feed('https://allotments.example/feed.json');

const answers = {
  [club.key]: fixture('home-brew.example/feed.atom.xml', 'application/atom+xml'),
  [paper.key]: fixture('bellweather-news.example/feed.rss.xml', 'application/rss+xml'),
  [mill.key]: fixture('old-mill.example/index.rdf.xml', 'application/rdf+xml'),
  [plots.key]: fixture('allotments.example/feed.json', 'application/feed+json'),
  'https://bellweather-news.example/2026/03/ferry-steps/feed/': fixture('bellweather-news.example/ferry-steps-comments.rss.xml', 'application/rss+xml'),
  'https://home-brew.example/club/archive/2025.atom': fixture('home-brew.example/archive-2025.atom.xml', 'application/atom+xml'),
};

// The time at which the fixtures were written: what they date is past.
const bare = (fetch: typeof globalThis.fetch = scriptedFetch({ answers })) =>
  fakeCtx({ settings: settingsSchema.parse({}), secrets: {}, clock: fakeClock(new Date('2026-04-01T12:00:00Z')), fetch });

/** What the account's store holds once the paper was read: without it, no question about an entry has an answer. */
const booked = async (): Promise<ReadonlyMap<string, unknown>> => {
  const ctx = bare();
  for (const channel of feedsSource.plan([paper])) {
    await Array.fromAsync(feedsSource.read({ ...channel, changes: (async function* () {})() }, ctx));
  }
  return ctx.stored;
};

const stored = await booked();
const steps = refTo('https://bellweather-news.example/?p=4110');

const wants: readonly Want[] = [
  { thread: steps },
  { posts: [steps] },
  { counts: [steps] },
  { profiles: [refTo(paper.key)] },
  { target: club, since: new Date(0), until: new Date('2030-01-01') },
];

const acquainted = (fetch?: typeof globalThis.fetch) => {
  const ctx = bare(fetch);
  for (const [key, value] of stored) void ctx.store.set(key, value);
  return ctx;
};

it.each(wants)('has an answer for the suite to look at: %j', async (want) => {
  const batches = await Array.fromAsync(feedsSource.fetch(want, acquainted()));
  expect(batches.flatMap(({ events }) => events)).not.toEqual([]);
});

it('says of a span whether the feed still reaches back to its beginning', async () => {
  const until = new Date('2030-01-01');
  const answer = async (since: Date) => (await Array.fromAsync(feedsSource.fetch({ target: club, since, until }, acquainted()))).at(-1);
  expect(await answer(new Date(0))).toEqual({ events: [{ kind: 'gap', from: new Date(0), to: expect.any(Date), why: 'The feed does not reach back that far.' }] });
  expect(await answer(new Date('2029-12-31'))).toEqual({ events: [], heardUntil: until });
});

describeSourceContract('feeds', {
  plugin: feeds,
  ctx: acquainted,
  targets: [club, paper, mill, plots, hashtag],
  unplannable: [hashtag],
  wants,
  resolvable: [club.key],
});
