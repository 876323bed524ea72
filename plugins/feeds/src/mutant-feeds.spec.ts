import { describe, expect, it } from '@jest/globals';
import { type Batch, isRemoteError, readBatch, targetSchema, type Want } from '@earshot/plugin-sdk';
import { type Mutation, mutantOf, mutations } from '@earshot/plugin-testing';
import fc from 'fast-check';
import { cursorSchema } from './cursor.js';
import { feedsSource } from './source.js';
import { fakeCtx, fixture, read, serves } from './testing/fake-ctx.js';

const damage: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ what: fc.constantFrom(...mutations), at: fc.nat(65_535), length: fc.oneof(fc.nat(40), fc.nat(4_000)), much: fc.nat(255) }),
  { minLength: 1, maxLength: 4 },
);
const types = fc.constantFrom('application/xml', 'text/xml; charset=utf-8', 'text/xml; charset=utf-16', 'text/xml; charset=windows-1252');

/** A run that takes longer than the reader's deadline fails; all of them together stop in time on a slow machine. */
const bounds = { numRuns: 250, timeout: 6_000, interruptAfterTimeLimit: 8_000 };

/** The fixtures have ASCII alone, which is the same bytes in most encodings. */
const accented = async (path: string): Promise<Buffer<ArrayBuffer>> => Buffer.from((await fixture(path)).toString('utf8').replaceAll(' the ', ' thé “5 €” '));

const site = 'https://a.example/feed';

/** Valid events and cursors, or what README.md calls damage. */
const survives = async (work: () => Promise<readonly Batch<unknown>[]>): Promise<void> => {
  try {
    const batches = await work();
    expect(batches.map((batch) => readBatch(batch, cursorSchema))).toEqual(batches);
  } catch (error) {
    if (!isRemoteError(error)) throw error;
    expect(error).toMatchObject({ kind: 'invalid-data', facts: { digest: expect.any(String) } });
  }
};

describe('a damaged document', () => {
  it.each([
    'allotments.example/feed.json', 'bellweather-news.example/feed.rss.xml', 'home-brew.example/feed.atom.xml', 'old-mill.example/index.rdf.xml', 'parish.example/feed.091.xml', 'radio.example/podcast.xml',
  ])('is read as far as it can be, or refused: %s', async (path) => {
    const good = await accented(path);
    await fc.assert(
      fc.asyncProperty(damage, types, (all, type) =>
        survives(async () => (await read(site, fakeCtx({ [site]: serves(mutantOf(good, all), { 'content-type': type }) }))).batches)),
      bounds,
    );
  });

  it('of comments, or of the past, is no different', async () => {
    const key = 'https://bellweather-news.example/feed';
    const [paper, good] = [await accented('bellweather-news.example/feed.rss.xml'), await accented('bellweather-news.example/ferry-steps-comments.rss.xml')];
    const heard = fakeCtx({ [key]: serves(new Uint8Array(paper)) });
    await read(key, heard);
    const wants: readonly Want[] = [{ thread: { network: 'feeds', id: 'https://bellweather-news.example/?p=4110' } }, { target: { kind: 'feed', key, label: 'Paper' }, since: new Date(0), until: new Date('2030-01-01') }];
    const fetched = (want: Want, answer: Buffer<ArrayBuffer>) => Array.fromAsync(feedsSource.fetch(want, fakeCtx({}, { store: heard.store, fetch: () => Promise.resolve(new Response(answer)) })));
    for (const want of wants) expect((await fetched(want, good)).flatMap(({ events }) => events)).toContainEqual(expect.objectContaining({ kind: 'post' }));
    await fc.assert(fc.asyncProperty(damage, fc.constantFrom(...wants), (all, want) => survives(() => fetched(want, mutantOf(good, all)))), bounds);
  });

  it('leads to feeds that can be followed, or says that there are none', async () => {
    const [page, feed] = [await accented('council.example/page.html'), await accented('home-brew.example/feed.atom.xml')];
    const resolved = (first: Buffer<ArrayBuffer>, others: Buffer<ArrayBuffer>) =>
      feedsSource.resolve(site, fakeCtx({}, { fetch: (input) => Promise.resolve(new Response(input === site ? first : others)) }));
    expect(await resolved(page, feed)).toContainEqual(expect.objectContaining({ kind: 'feed', key: 'https://a.example/news.atom' }));
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async (all, isPage) => {
        try {
          const targets = await (isPage ? resolved(mutantOf(page, all), feed) : resolved(page, mutantOf(feed, all)));
          expect(targets.map((target) => targetSchema.parse(target))).toEqual(targets);
        } catch (error) {
          if (!isRemoteError(error)) throw error;
          expect(['invalid-data', 'rejected']).toContain(error.kind);
        }
      }),
      bounds,
    );
  });
});
