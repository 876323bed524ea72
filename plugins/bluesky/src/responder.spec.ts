import { isValidTid } from '@atproto/syntax';
import { describe, expect, it } from '@jest/globals';
import type { AttachedImage } from '@earshot/plugin-sdk';
import { anAttempt, anImage } from '@earshot/plugin-testing';
import { recordKeyOf } from './record-key.js';
import { postRef } from './refs.js';
import { blueskyResponder as responder } from './responder.js';
import { ctxOn } from './testing/bluesky-ctx.js';
import { did, FakeBluesky, NOW, postUri } from './testing/fake-bluesky.js';

const aTown = (): FakeBluesky => {
  const world = new FakeBluesky();
  world.person('paper');
  world.person('ana');
  const root = world.post('paper', 'bridge', 'The bridge is closed.');
  const strong = { uri: root.uri, cid: root.cid };
  world.post('ana', 'ask', 'Which bus then?', { record: { reply: { root: strong, parent: strong } } });
  return world;
};

const ask = postRef(postUri('ana', 'ask'));
const attempt = anAttempt({ to: ask, text: 'Line 7.', lang: 'en' });
const sentIn = (world: FakeBluesky) => [...world.kept.values()].find(({ uri }) => uri.startsWith(`at://${did('library')}/`))?.record;

describe('an answer', () => {
  it('names parent and root in the versions that they have', async () => {
    const world = aTown();
    const ref = await responder.send(attempt, ctxOn(world));
    expect(ref).toEqual(postRef(`at://${did('library')}/app.bsky.feed.post/${recordKeyOf(attempt.key)}`));
    const strong = (uri: string) => ({ uri, cid: world.kept.get(uri)?.cid });
    expect(sentIn(world)).toEqual({
      $type: 'app.bsky.feed.post',
      text: 'Line 7.',
      createdAt: NOW.toISOString(),
      langs: ['en'],
      reply: { root: strong(postUri('paper', 'bridge')), parent: strong(postUri('ana', 'ask')) },
    });
  });

  it('stands under one of ours that Bluesky shows to nobody yet', async () => {
    const world = aTown();
    const first = await responder.send(attempt, ctxOn(world));
    world.kept.set(first.id ?? '', { ...(world.kept.get(first.id ?? '') ?? (undefined as never)), hidden: true });
    const second = await responder.send(anAttempt({ key: 'the second part', part: 1, to: first, text: 'And line 8 at night.', lang: 'en' }), ctxOn(world));
    const strong = (uri = '') => ({ uri, cid: world.kept.get(uri)?.cid });
    expect(world.kept.get(second.id ?? '')?.record).toMatchObject({ reply: { root: strong(postUri('paper', 'bridge')), parent: strong(first.id) } });
  });

  it('stands under none of ours that is gone', async () => {
    const world = aTown();
    const first = await responder.send(attempt, ctxOn(world));
    world.kept.delete(first.id ?? '');
    await expect(responder.send(anAttempt({ key: 'the second part', to: first, text: 'And line 8 at night.', lang: 'en' }), ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('marks links, mentions and tags by bytes, and leaves a handle that nobody has as it is', async () => {
    const world = aTown();
    const text = '📚 Très bien, @ana.example & @nobody.example: https://library.example/books?q=a_(b), #Straßenbahn!';
    await responder.send({ ...attempt, text }, ctxOn(world));
    const bytes = Buffer.from(text);
    const facets = (sentIn(world)?.['facets'] ?? []) as { index: { byteStart: number; byteEnd: number }; features: unknown[] }[];
    expect(facets.map(({ index, features }) => [bytes.subarray(index.byteStart, index.byteEnd).toString(), features])).toEqual([
      ['@ana.example', [{ $type: 'app.bsky.richtext.facet#mention', did: did('ana') }]],
      ['https://library.example/books?q=a_(b)', [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://library.example/books?q=a_(b)' }]],
      ['#Straßenbahn', [{ $type: 'app.bsky.richtext.facet#tag', tag: 'Straßenbahn' }]],
    ]);
  });

  it.each([
    ['mail@ana.example', []],
    ['(https://library.example/a.)', ['https://library.example/a']],
    ['see https://library.example/#part and #1 and a#b', ['https://library.example/#part']],
    ['@ana.example.', ['@ana.example']],
  ])('finds in %j what people mean', async (text, wanted) => {
    const world = aTown();
    await responder.send({ ...attempt, text }, ctxOn(world));
    const facets = (sentIn(world)?.['facets'] ?? []) as { index: { byteStart: number; byteEnd: number } }[];
    expect(facets.map(({ index }) => Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString())).toEqual(wanted);
  });

  it('may have three hundred graphemes, whatever their bytes', async () => {
    const world = aTown();
    await responder.send({ ...attempt, text: 'é'.repeat(299) + '👩🏽' }, ctxOn(world));
    expect(world.published()).toHaveLength(1);
    await expect(responder.send({ ...attempt, key: 'other', text: 'x'.repeat(301) }, ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
    await expect(responder.send({ ...attempt, key: 'bytes', text: '👩‍👩‍👧‍👦'.repeat(200) }, ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
    expect(world.published()).toHaveLength(1);
  });

  it('is never published over another record of its name', async () => {
    const world = aTown();
    world.record('library', 'app.bsky.feed.post', recordKeyOf(attempt.key), { text: 'First', createdAt: NOW.toISOString() });
    await responder.send(attempt, ctxOn(world));
    expect(world.published()).toEqual(['First']);
  });

  const changes: readonly (readonly [what: string, happens: (world: FakeBluesky) => void, because: string, can: readonly string[]])[] = [
    ['a threadgate', (world) => void world.post('ana', 'ask', 'x', { viewer: { replyDisabled: true } }), 'threadgate', ['like', 'boost', 'follow']],
    ['a block', (world) => void world.person('ana', { blocksUs: true }), 'blocked', []],
    ['a deletion', (world) => void world.kept.delete(postUri('ana', 'ask')), 'no longer', []],
  ];
  it.each(changes)('is not offered after %s', async (_what, happens, because, can) => {
    const world = aTown();
    happens(world);
    expect(await responder.abilities(ask, ctxOn(world))).toEqual({ reply: 'no', because: expect.stringContaining(because), length: { limit: 300, unit: 'grapheme' }, can });
  });

  it('is not sent through a threadgate that came up since', async () => {
    const world = aTown();
    world.post('ana', 'ask', 'x', { viewer: { replyDisabled: true } });
    await expect(responder.send(attempt, ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
    expect(world.published()).toEqual([]);
  });

  it('is not called absent by a page that is missing on the way', async () => {
    const world = aTown();
    world.instead.set('com.atproto.repo.getRecord', () => new Response('<h1>Not found</h1>', { status: 404 }));
    await expect(responder.find(attempt, ctxOn(world))).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('cannot be edited, and others\' posts cannot be removed', async () => {
    const world = aTown();
    await expect(responder.change?.(ask, { text: 'x' }, ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
    await expect(responder.change?.(ask, 'removed', ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
  });

  it.each([['like', 'app.bsky.feed.like'], ['boost', 'app.bsky.feed.repost']] as const)('may be a %s, which is the same done twice', async (what, collection) => {
    const world = aTown();
    const ctx = ctxOn(world);
    await responder.act?.(ask, what, ctx);
    ctx.clock.advance(1_000);
    await responder.act?.(ask, what, ctx);
    const kept = [...world.kept.values()].filter(({ uri }) => uri.includes(collection));
    expect(kept).toMatchObject([{ record: { $type: collection, subject: { uri: postUri('ana', 'ask'), cid: world.kept.get(postUri('ana', 'ask'))?.cid } } }]);
  });

  it('may be that we follow who asked, once, and not where somebody did so in an app', async () => {
    const follows = (world: FakeBluesky) => [...world.kept.values()].filter(({ uri }) => uri.includes('app.bsky.graph.follow')).map(({ record }) => record['subject']);
    const world = aTown();
    for (let time = 0; time < 2; time++) await responder.act?.(ask, 'follow', ctxOn(world));
    expect(follows(world)).toEqual([did('ana')]);
    const before = aTown();
    before.person('ana', { following: 'at://did:plc:library/app.bsky.graph.follow/3k' });
    await responder.act?.(ask, 'follow', ctxOn(before));
    expect(follows(before)).toEqual([]);
  });
});

describe('a record key', () => {
  it('is a valid TID of a time that is over, the same for the same key', () => {
    const keys = Array.from({ length: 2_000 }, (_, number) => recordKeyOf(`0197-${number}`));
    expect(keys.filter((key) => !isValidTid(key))).toEqual([]);
    expect(new Set(keys).size).toBe(2_000);
    expect(keys.every((key) => key.startsWith('3'))).toBe(true);
    expect(recordKeyOf('0197-0')).toBe(keys[0]);
  });
});

describe('images', () => {
  const image = anImage({ alt: 'The bridge, closed', width: 640, height: 480 });
  const uploaded = async (world: FakeBluesky, ...images: readonly AttachedImage[]): Promise<readonly AttachedImage[]> => {
    const handed: AttachedImage[] = [];
    for (const each of images) handed.push({ ...each, uploaded: (await responder.upload?.(each, ctxOn(world))) ?? '' });
    return handed;
  };

  it('are put into the repository first, and shown with their alternative texts and proportions', async () => {
    const world = aTown();
    const media = await uploaded(world, image, anImage({ mediaType: 'image/jpeg', alt: 'The bus' }));
    await responder.send({ ...attempt, media }, ctxOn(world));
    expect(world.calls.filter((call) => call.startsWith('POST com.atproto.repo'))).toEqual(['POST com.atproto.repo.uploadBlob', 'POST com.atproto.repo.uploadBlob', 'POST com.atproto.repo.putRecord']);
    const { embed } = sentIn(world) as { embed: { images: { image: { ref: { $link: string } } }[] } };
    expect(embed).toEqual({
      $type: 'app.bsky.embed.images',
      images: [
        { alt: 'The bridge, closed', aspectRatio: { width: 640, height: 480 }, image: { $type: 'blob', ref: { $link: expect.any(String) }, mimeType: 'image/png', size: image.bytes.length } },
        { alt: 'The bus', aspectRatio: { width: 1, height: 1 }, image: expect.objectContaining({ mimeType: 'image/jpeg' }) },
      ],
    });
    expect(world.blobs.get(embed.images[0]?.image.ref.$link ?? '')).toEqual(Buffer.from(image.bytes));
  });

  it.each([
    [400, 'InvalidMimeType', 'rejected'], [413, 'PayloadTooLarge', 'rejected'], [502, '', 'unreachable'], [429, 'RateLimitExceeded', 'rate-limited'],
  ])('that are not taken (%s %s) have published nothing: %s', async (status, error, kind) => {
    const world = aTown();
    world.instead.set('com.atproto.repo.uploadBlob', () => Response.json(error === '' ? {} : { error, message: 'no' }, { status }));
    await expect(uploaded(world, image)).rejects.toMatchObject({ kind });
  });

  it('that were not handed over are not left out', async () => {
    const world = aTown();
    await expect(responder.send({ ...attempt, media: [image] }, ctxOn(world))).rejects.toMatchObject({ kind: 'rejected' });
    expect(sentIn(world)).toBeUndefined();
  });

  it('go with every post, four at most and two megabytes each', async () => {
    const media = { mostImages: 4, mediaTypes: ['image/jpeg', 'image/png', 'image/webp'], mostBytes: 2_000_000, alt: { limit: 2_000, unit: 'grapheme' } };
    expect(await responder.abilities(ask, ctxOn(aTown()))).toMatchObject({ media });
    expect(await responder.abilities(undefined, ctxOn(aTown()))).toMatchObject({ media });
  });
});
