import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isRemoteError, readBatch } from '@earshot/plugin-sdk';
import { type Mutation, mutantOf, mutations } from '@earshot/plugin-testing';
import fc from 'fast-check';
import { createOf, idsOf, read, scene } from './archive.fixture.js';
import { archiveCursor } from './cursor.js';

const damage: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ what: fc.constantFrom(...mutations), at: fc.nat(65_535), length: fc.oneof(fc.nat(40), fc.nat(4_000)), much: fc.nat(255) }),
  { minLength: 1, maxLength: 4 },
);
/** A run that hangs fails by itself; all of them together stop in time on a slow machine. */
const bounds = { numRuns: 200, timeout: 5_000, interruptAfterTimeLimit: 8_000 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const fixture = async (name: string): Promise<Buffer> => {
  const text = await readFile(new URL(`../fixtures/alder.example/${name}`, import.meta.url), 'utf8');
  // The fixtures have ASCII alone, which is the same bytes in most encodings.
  return Buffer.from(text.replaceAll(' the ', ' thé “5 €” '));
};

/** As Mastodon makes it: the actor stands behind the posts. */
const exported = async (outbox: string | Buffer): Promise<Buffer> => {
  const inside = join(folder, 'export');
  await mkdir(inside);
  await writeFile(join(inside, 'outbox.json'), outbox);
  await writeFile(join(inside, 'actor.json'), await fixture('actor.json'));
  return execFileSync('tar', ['-C', inside, '-cz', 'outbox.json', 'actor.json']);
};

/** The posts in a file of these bytes: whatever comes is valid, and the only failure is the one of damage. */
const heardIn = async (name: string, bytes: Uint8Array): Promise<readonly string[]> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const { batches, events, error } = await read(scene(folder), path);
  expect(batches.map((batch) => readBatch(batch, archiveCursor))).toEqual(batches);
  if (error !== undefined) {
    if (!isRemoteError(error)) throw error;
    expect(error.kind).toBe('invalid-data');
  }
  return idsOf(events.filter(({ kind }) => kind === 'post'));
};

describe('a damaged archive', () => {
  it.each([
    ['activities.jsonl', () => fixture('activities.jsonl')],
    ['outbox.json', () => fixture('outbox.json')],
    ['packed.jsonl.gz', async () => gzipSync(await fixture('activities.jsonl'))],
    ['export.tar.gz', async () => exported(await fixture('outbox.json'))],
    ['export.tar', async () => gunzipSync(await exported(await fixture('outbox.json')))],
  ])('is read as far as it can be, or refused: %s', async (name, make) => {
    const good = await make();
    expect(await heardIn(name, good)).not.toEqual([]);
    await fc.assert(fc.asyncProperty(damage, async (all) => void (await heardIn(name, mutantOf(good, all)))), bounds);
  });

  it('is read as far as it can be where what is packed is damaged', async () => {
    const good = await fixture('outbox.json');
    await fc.assert(fc.asyncProperty(damage, async (all) => void (await heardIn('outbox.json.gz', gzipSync(mutantOf(good, all))))), bounds);
  });

  it('brings its posts whatever became of the actor beside it', async () => {
    const [good, outbox] = [await fixture('actor.json'), await fixture('outbox.json')];
    const ids = await heardIn('outbox.json', outbox);
    await fc.assert(
      fc.asyncProperty(damage, async (all) => {
        await writeFile(join(folder, 'actor.json'), mutantOf(good, all));
        expect(await heardIn('outbox.json', outbox)).toEqual(ids);
      }),
      bounds,
    );
  });

  it('makes a dead letter of an actor with an id that is longer than the contract lets through', async () => {
    await writeFile(join(folder, 'actor.json'), JSON.stringify({ id: `https://alder.example/${'ann'.repeat(1_000)}`, type: 'Person' }));
    expect(await heardIn('outbox.json', await fixture('outbox.json'))).not.toEqual([]);
  });
});

describe('an archive that was cut off', () => {
  const posts = Array.from({ length: 40 }, (_, n) => createOf(n, { content: `<p>${n} ${'word '.repeat(n)}</p>` }));
  const ids = posts.map((_, n) => `https://alder.example/notes/${n}`);
  const outbox = JSON.stringify({ type: 'OrderedCollection', orderedItems: posts });

  it.each([
    ['cut.json', () => Promise.resolve(Buffer.from(outbox))],
    ['cut.json.gz', () => Promise.resolve(gzipSync(outbox))],
    ['cut.tar.gz', () => exported(outbox)],
    ['cut.tar', async () => gunzipSync(await exported(outbox))],
  ])('delivers what stands before the end, and nothing else: %s', async (name, make) => {
    const good = await make();
    const listEnds = name.endsWith('.tar') ? good.lastIndexOf('}}]}') : good.length;
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), async (at) => {
        const heard = await heardIn(name, good.subarray(0, at));
        expect(heard).toEqual(ids.slice(0, heard.length));
        if (at > listEnds * 0.9) expect(heard.length).toBeGreaterThan(10);
      }),
      bounds,
    );
  });
});
