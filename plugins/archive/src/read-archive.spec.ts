import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { channel, createOf, idsOf, noteOf, read, scene } from './archive.fixture.js';
import { readArchive } from './read-archive.js';
import { archiveSource } from './source.js';

const many = 700;
const activities = Array.from({ length: many }, (_, n) => createOf(n));
const ids = activities.map((_, n) => `https://alder.example/notes/${n}`);
const asLines = activities.map((one) => JSON.stringify(one)).join('\n');
const asOutbox = JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', id: 'outbox.json', type: 'OrderedCollection', totalItems: many, orderedItems: activities });
const ann = { id: 'https://alder.example/users/ann', type: 'Person', preferredUsername: 'ann', indexable: false };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const putExport = async (): Promise<string> => {
  await mkdir(join(folder, 'export'));
  await put('export/outbox.json', asOutbox);
  await put('export/actor.json', JSON.stringify(ann));
  const path = join(folder, 'export.tar.gz');
  execFileSync('tar', ['-C', join(folder, 'export'), '-czf', path, 'outbox.json', 'actor.json']);
  return path;
};

const forms: readonly (readonly [string, () => Promise<string>])[] = [
  ['JSON lines', () => put('a.jsonl', asLines)],
  ['JSON lines without a telling name', () => put('a.txt', asLines)],
  ['packed JSON lines', () => put('a.ndjson.gz', gzipSync(asLines))],
  ['an outbox', () => put('a.json', asOutbox)],
  ['a packed outbox, with a byte order mark', () => put('a.json.gz', gzipSync(`\uFEFF${asOutbox}`))],
  ['a Mastodon export', putExport],
];

describe.each(forms)('%s', (_name, make) => {
  it('is read whole, in order, with progress, and then left alone', async () => {
    const path = await make();
    const at = scene(folder);
    const { batches, events, error } = await read(at, path);
    expect(error).toBeUndefined();
    expect(idsOf(events).filter((id) => id !== 'profile')).toEqual(ids);
    expect(batches.at(-1)?.cursor?.done).toBe(true);
    expect(batches.at(-1)?.heardUntil).toBeInstanceOf(Date);
    const [done, of] = at.progress.at(-1) ?? [];
    expect(done).toBe(of);
    expect(at.progress.every(([now], i) => now >= (at.progress[i - 1]?.[0] ?? 0))).toBe(true);
    expect((await read(at, path, batches.at(-1)?.cursor)).batches).toEqual([]);
  });

  it('goes on from every cursor: each item once', async () => {
    const path = await make();
    const { batches, events } = await read(scene(folder), path);
    for (let i = 0; i < batches.length - 1; i += 1) {
      const before = batches.slice(0, i + 1).flatMap((batch) => batch.events);
      const rest = await read(scene(folder), path, batches[i]?.cursor);
      expect([...before, ...rest.events]).toEqual(events);
    }
  });
});

describe('the owner of an export', () => {
  it('is told first, from the actor.json in it or beside it', async () => {
    const packed = await putExport();
    for (const path of [packed, join(folder, 'export', 'outbox.json')]) {
      const { events } = await read(scene(folder), path);
      expect(events[0]).toMatchObject({ kind: 'profile', profile: { handle: '@ann@alder.example', refusals: [{ purpose: 'search', sign: 'indexable: false' }] } });
    }
  });
});

describe('a file that is not as it was', () => {
  it('loses its cursor, and can be read from its beginning', async () => {
    const path = await put('a.jsonl', asLines);
    const { batches } = await read(scene(folder), path, undefined, 1);
    await appendFile(path, `\n${JSON.stringify(createOf(many))}`);
    expect((await read(scene(folder), path, batches[0]?.cursor)).error).toMatchObject({ kind: 'cursor-lost', facts: { readableFrom: new Date(0) } });
    expect((await read(scene(folder), path)).events).toHaveLength(many + 1);
  });

  it('also when only its time differs', async () => {
    const path = await put('a.jsonl', asLines);
    const { batches } = await read(scene(folder), path, undefined, 1);
    await utimes(path, 1, 1);
    expect((await read(scene(folder), path, batches[0]?.cursor)).error).toMatchObject({ kind: 'cursor-lost' });
  });
});

describe('bad files', () => {
  it.each([
    ['a zip file', 'a.zip', Buffer.from('PK\u0003\u0004rest'), 'invalid-data'],
    ['no JSON', 'a.json', Buffer.from('<html></html>'), 'invalid-data'],
    ['JSON without a list', 'a.json', Buffer.from('{\n"type":"Person"\n}'), 'invalid-data'],
    ['a cut-off gzip file', 'a.jsonl.gz', gzipSync(asLines).subarray(0, 3000), 'invalid-data'],
    ['a damaged gzip file', 'a.jsonl.gz', Buffer.concat([gzipSync(asLines).subarray(0, 1000), Buffer.alloc(500, 7)]), 'invalid-data'],
    ['an outbox that is cut off', 'a.json', Buffer.from(asOutbox.slice(0, -500)), 'invalid-data'],
    ['an empty document', 'a.json', Buffer.alloc(0), 'invalid-data'],
  ])('%s ends in a clear error', async (_name, name, content, kind) => {
    const { error } = await read(scene(folder), await put(name, content));
    expect(error).toMatchObject({ name: 'RemoteError', kind });
  });

  it('deliver what stands before the damage', async () => {
    const { events, error } = await read(scene(folder), await put('a.json', asOutbox.slice(0, -500)));
    expect(error).toMatchObject({ kind: 'invalid-data' });
    expect(idsOf(events).filter((id) => id !== 'unreadable').length).toBeGreaterThan(many - 5);
  });

  it('put a broken line aside and go on', async () => {
    const { events } = await read(scene(folder), await put('a.jsonl', `${JSON.stringify(createOf(1))}\n{"secret": \n\n${JSON.stringify(createOf(2))}\n`));
    expect(idsOf(events)).toEqual(['https://alder.example/notes/1', 'unreadable', 'https://alder.example/notes/2']);
    expect(JSON.stringify(events[1])).not.toContain('secret');
  });

  it('that are missing may come back', async () => {
    expect((await read(scene(folder), join(folder, 'none.jsonl'))).error).toMatchObject({ kind: 'unreachable' });
  });
});

describe('direct messages', () => {
  it('are counted, and nothing of them is kept', async () => {
    const at = scene(folder);
    const direct = createOf(2, { to: ['https://alder.example/users/bo'], content: '<p>secret</p>' });
    const { events } = await read(at, await put('a.jsonl', [createOf(1), direct].map((one) => JSON.stringify(one)).join('\n')));
    expect(idsOf(events)).toEqual(['https://alder.example/notes/1']);
    expect(at.logged).toEqual([{ items: 2, direct: 1, 'boost-of-unknown': 0, 'not-a-post': 0, unreadable: 0 }]);
  });
});

describe('the account\'s path', () => {
  it('is not left, neither by name nor through a link', async () => {
    await mkdir(join(folder, 'inside'));
    const outside = await put('outside.jsonl', asLines);
    const link = join(folder, 'inside', 'link.jsonl');
    await symlink(outside, link);
    const at = scene(join(folder, 'inside'));
    for (const path of [outside, link, join(folder, 'inside', '..', 'outside.jsonl')]) {
      expect((await read(at, path)).error).toMatchObject({ kind: 'invalid-data' });
      expect(await archiveSource.resolve(path, at.ctx)).toEqual([]);
    }
  });

  it('resolves to the archives in it', async () => {
    const path = await put('a.jsonl', asLines);
    await put('notes.md', 'x');
    const { ctx } = scene(folder);
    const target = { kind: 'feed', key: path, label: 'a.jsonl' };
    expect(await archiveSource.resolve('', ctx)).toEqual([target]);
    expect(await archiveSource.resolve('a.jsonl', ctx)).toEqual([target]);
    expect(await archiveSource.resolve('@ann', ctx)).toEqual([]);
    expect(archiveSource.plan([{ kind: 'feed', key: path, label: 'a' }, { kind: 'hashtag', key: 'x', label: 'x' }])).toMatchObject([{ key: path, mode: 'poll' }]);
  });
});

describe('a large file', () => {
  it('does not make the heap grow with it', async () => {
    const path = join(folder, 'large.json');
    const out = createWriteStream(path);
    const filler = 'All that was said at length. '.repeat(60);
    out.write('{"type":"OrderedCollection","orderedItems":[');
    for (let n = 0; n < 10_000; n += 1) out.write(`${n === 0 ? '' : ','}${JSON.stringify({ type: 'Create', object: noteOf(n, { content: `<p>${filler}</p>` }) })}`);
    out.end(']}');
    await finished(out);
    let posts = 0;
    let peak = 0;
    const before = process.memoryUsage().heapUsed;
    for await (const { events } of readArchive(channel(path), scene(folder).ctx)) {
      posts += events.length;
      peak = Math.max(peak, process.memoryUsage().heapUsed - before);
    }
    expect(posts).toBe(10_000);
    // The file is 20 MB and its events would be 60 MB; what is not yet collected varies.
    expect(peak).toBeLessThan(150_000_000);
  }, 30_000);

  it('stops on abort, between two items', async () => {
    const path = await put('a.jsonl', asLines);
    const at = scene(folder);
    let batches = 0;
    for await (const batch of readArchive(channel(path), at.ctx)) {
      batches += batch.events.length > 0 ? 1 : 0;
      at.stop.abort();
    }
    expect(batches).toBe(1);
  });
});
