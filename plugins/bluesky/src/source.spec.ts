import { describe, expect, it } from '@jest/globals';
import { postRef, profileRef } from './refs.js';
import { blueskySource } from './source.js';
import { ask, ctxOn, postsIn, read } from './testing/bluesky-ctx.js';
import { did, FakeBluesky, NOW, postUri } from './testing/fake-bluesky.js';

const paper = { kind: 'profile', key: did('paper'), label: '@paper.example' } as const;
const town = { kind: 'list', key: `at://${did('paper')}/app.bsky.graph.list/town`, label: 'Town' } as const;
const at = (minutes: number): string => new Date(NOW.getTime() - 86_400_000 + minutes * 60_000).toISOString();

const aPaper = (posts: number): FakeBluesky => {
  const world = new FakeBluesky();
  world.person('paper');
  world.lists.set(town.key, { name: 'Town', members: [did('paper')] });
  for (let number = 0; number < posts; number += 1) world.post('paper', `n${number}`, `Note ${number}`, { record: { createdAt: at(number) } });
  return world;
};

const texts = (events: Parameters<typeof postsIn>[0]) => postsIn(events).map(({ text }) => text);

describe('reading a channel', () => {
  it('goes on from the cursor through as many pages as there are, oldest first, and without a gap', async () => {
    const world = aPaper(40);
    const ctx = ctxOn(world);
    const first = await read(town, ctx);
    expect(texts(first.events)).toHaveLength(40);
    for (let number = 40; number < 400; number += 1) world.post('paper', `n${number}`, `Note ${number}`, { record: { createdAt: at(number) } });
    const { events, batches } = await read(town, ctx, first.cursor);
    expect(texts(events)).toEqual(Array.from({ length: 360 }, (_, number) => `Note ${number + 40}`));
    expect(batches.at(-1)).toMatchObject({ events: [], heardUntil: NOW });
  });

  it('says nothing twice, and hears an hour in which nothing was said', async () => {
    const world = aPaper(3);
    const first = await read(town, ctxOn(world));
    const again = await read(town, ctxOn(world), first.cursor);
    expect(again.batches).toEqual([{ events: [], cursor: first.cursor, heardUntil: NOW }]);
  });

  it('hears what was indexed late, among what it knows', async () => {
    const world = aPaper(20);
    const { cursor } = await read(town, ctxOn(world));
    world.post('paper', 'late', 'Late', { record: { createdAt: at(12) } });
    expect(texts((await read(town, ctxOn(world), cursor)).events)).toEqual(['Late']);
  });

  it('tells a gap where more was said than is read at once', async () => {
    const world = aPaper(1);
    const { cursor } = await read(town, ctxOn(world));
    const feed = (await world.fetch('https://plc.example/x'), Array.from({ length: 100 }, (_, number) => world.post('paper', `m${number}`, `More ${number}`, { record: { createdAt: at(1_000) } })));
    let pages = 0;
    world.instead.set('app.bsky.feed.getListFeed', () => Response.json({ cursor: `page ${(pages += 1)}`, feed: feed.map(({ uri, cid, record, indexedAt }) => ({ post: { uri, cid, record, indexedAt, author: { did: did('paper'), handle: 'paper.example' } } })) }));
    const { events } = await read(town, ctxOn(world), cursor);
    expect(pages).toBe(50);
    expect(events[0]).toMatchObject({ kind: 'gap', from: new Date(at(0)), to: new Date(at(1_000)) });
  });

  it('leaves reposts to whoever follows their author', async () => {
    const world = aPaper(1);
    world.person('ana');
    const { uri, cid, record, indexedAt } = world.post('ana', 'hers', 'Hers');
    const view = { uri, cid, record, indexedAt, author: { did: did('ana'), handle: 'ana.example' } };
    world.instead.set('app.bsky.feed.getListFeed', () => Response.json({ feed: [{ post: view, reason: { $type: 'app.bsky.feed.defs#reasonRepost' } }, { post: view }] }));
    expect(texts((await read(town, ctxOn(world))).events)).toEqual(['Hers']);
  });

  it('tells one record that breaks its lexicon as one dead letter, and all others', async () => {
    const world = aPaper(2);
    world.post('paper', 'bad', 'x', { record: { createdAt: at(1), text: 7 } });
    const { events } = await read(town, ctxOn(world));
    expect(events.map(({ kind }) => kind).toSorted()).toEqual(['post', 'post', 'unreadable']);
  });

  it('hears who mentions us, and none who merely likes', async () => {
    const world = new FakeBluesky();
    world.person('ana');
    const { uri, cid, record, indexedAt } = world.post('ana', 'ask', 'Dear library');
    const said = { uri, cid, record, indexedAt, author: { did: did('ana'), handle: 'ana.example' }, isRead: false };
    world.instead.set('app.bsky.notification.listNotifications', () => Response.json({ notifications: [{ ...said, reason: 'like' }, { ...said, reason: 'reply' }] }));
    const { events } = await read({ kind: 'mentions', key: did('library'), label: 'us' }, ctxOn(world));
    expect(texts(events)).toEqual(['Dear library']);
    // It answers us, and names nobody.
    expect(events.find((event) => event.kind === 'post')).toMatchObject({ post: { mentions: [{ network: 'bluesky', id: did('library') }] } });
  });

  it.each([
    ['a page in place of data', () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }), 'invalid-data'],
    ['an upstream that fails', () => Response.json({ error: 'UpstreamFailure', message: 'Upstream Failure' }, { status: 502 }), 'unreachable'],
    ['a limit', () => Response.json({ error: 'RateLimitExceeded' }, { status: 429, headers: { 'ratelimit-reset': String(NOW.getTime() / 1_000 + 60) } }), 'rate-limited'],
  ])('ends at %s with its kind', async (_what, answer, kind) => {
    const world = aPaper(1);
    world.instead.set('app.bsky.feed.getListFeed', answer);
    await expect(read(town, ctxOn(world))).rejects.toMatchObject({ name: 'RemoteError', kind });
  });
});

describe('asking for more', () => {
  const strong = (world: FakeBluesky, name: string, rkey: string) => ({ uri: postUri(name, rkey), cid: world.kept.get(postUri(name, rkey))?.cid ?? '' });

  it('brings the whole thread, asked for by any post of it', async () => {
    const world = aPaper(1);
    world.person('ana');
    world.person('ben');
    const root = strong(world, 'paper', 'n0');
    world.post('ana', 'a', 'Where?', { record: { createdAt: at(5), reply: { root, parent: root } } });
    world.post('ben', 'b', 'There.', { record: { createdAt: at(6), reply: { root, parent: strong(world, 'ana', 'a') } } });
    world.post('ben', 'c', 'Nice note', { record: { createdAt: at(4), reply: { root, parent: root } } });
    const { events } = await ask({ thread: postRef(postUri('ben', 'b')) }, ctxOn(world));
    expect(texts(events)).toEqual(['Note 0', 'Nice note', 'Where?', 'There.']);
  });

  it('tells which post of a thread is gone', async () => {
    const world = aPaper(1);
    world.person('ana');
    const root = strong(world, 'paper', 'n0');
    world.post('ana', 'a', 'Where?', { record: { createdAt: at(5), reply: { root, parent: root } } });
    world.kept.delete(root.uri);
    const { events } = await ask({ thread: postRef(postUri('ana', 'a')) }, ctxOn(world));
    expect(events).toMatchObject([{ kind: 'post', post: { text: 'Where?' } }, { kind: 'post-gone', ref: postRef(root.uri), why: 'deleted' }]);
  });

  it('tells what is deleted from what the network does not show us', async () => {
    const world = aPaper(3);
    world.kept.delete(postUri('paper', 'n0'));
    const hidden = world.kept.get(postUri('paper', 'n1'));
    if (hidden !== undefined) hidden.hidden = true;
    const { events } = await ask({ posts: ['n0', 'n1', 'n2'].map((rkey) => postRef(postUri('paper', rkey))) }, ctxOn(world));
    expect(events.slice(1)).toEqual([
      { kind: 'post-gone', ref: postRef(postUri('paper', 'n0')), why: 'deleted' },
      { kind: 'post-gone', ref: postRef(postUri('paper', 'n1')), why: 'hidden' },
    ]);
  });

  it('counts replies, likes and reposts twenty-five posts at a time', async () => {
    const world = aPaper(60);
    world.post('ana', 'a', 'x', { record: { reply: { root: strong(world, 'paper', 'n7'), parent: strong(world, 'paper', 'n7') } } });
    Object.assign(world.kept.get(postUri('paper', 'n7')) ?? {}, { likes: 3, reposts: 2 });
    const { events } = await ask({ counts: Array.from({ length: 60 }, (_, number) => postRef(postUri('paper', `n${number}`))) }, ctxOn(world));
    expect(events).toHaveLength(60);
    expect(events).toContainEqual({ kind: 'counts', ref: postRef(postUri('paper', 'n7')), replies: 1, likes: 3, boosts: 2 });
    expect(world.calls.filter((call) => call.endsWith('getPosts'))).toHaveLength(3);
  });

  it('tells with the counts what is gone, for nobody else asks whether it is still there', async () => {
    const world = aPaper(2);
    world.kept.delete(postUri('paper', 'n1'));
    const { events } = await ask({ counts: ['n0', 'n1'].map((rkey) => postRef(postUri('paper', rkey))) }, ctxOn(world));
    expect(events).toEqual([{ kind: 'counts', ref: postRef(postUri('paper', 'n0')), replies: 0, likes: 0, boosts: 0 }, { kind: 'post-gone', ref: postRef(postUri('paper', 'n1')), why: 'deleted' }]);
  });

  it('brings the days before a new follow, and says that that was all', async () => {
    const world = aPaper(300);
    const { events, batches } = await ask({ target: paper, since: new Date(at(50)), until: new Date(at(250)) }, ctxOn(world));
    expect(texts(events)).toEqual(Array.from({ length: 200 }, (_, number) => `Note ${number + 50}`));
    expect(batches.at(-1)).toEqual({ events: [], heardUntil: new Date(at(250)) });
  });

  it('asks search for the stretch, and with the tag', async () => {
    const world = aPaper(1);
    let asked = '';
    world.instead.set('app.bsky.feed.searchPosts', ({ url }) => ((asked = url), Response.json({ posts: [] })));
    await ask({ target: { kind: 'hashtag', key: 'mill', label: '#mill' }, since: new Date(at(0)), until: NOW }, ctxOn(world));
    expect(Object.fromEntries(new URL(asked).searchParams)).toEqual({ q: '#mill', tag: 'mill', since: at(0), until: NOW.toISOString(), limit: '100', sort: 'latest' });
  });

  it('asks for profiles in portions, and about nobody of another network', async () => {
    const world = new FakeBluesky();
    const names = Array.from({ length: 30 }, (_, number) => `p${number}`);
    for (const name of names) world.person(name);
    const { events } = await ask({ profiles: [...names.map((name) => profileRef(did(name))), { network: 'fediverse', id: 'https://town.example/ana' }] }, ctxOn(world));
    expect(events).toHaveLength(30);
    expect(world.calls.filter((call) => call.endsWith('getProfiles'))).toHaveLength(2);
  });
});

describe('finding what can be followed', () => {
  it('names a profile by its DID, whatever its handle becomes', async () => {
    const world = new FakeBluesky();
    world.person('paper', { displayName: 'Mill Town Paper' });
    expect(await blueskySource.resolve('https://bsky.app/profile/paper.example', ctxOn(world))).toEqual([{ kind: 'profile', key: did('paper'), label: 'Mill Town Paper (@paper.example)' }]);
  });

  it.each(['@ana@town.social', 'https://town.example/@ana', '@nobody.example', 'https://bsky.app/about', 'some words'])('finds nothing under %s', async (text) => {
    expect(await blueskySource.resolve(text, ctxOn(new FakeBluesky()))).toEqual([]);
  });
});
