import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IndexedDocument } from '@earshot/plugin-sdk';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database } from '../../database/index.js';
import { PluginIndex } from './plugin-index.js';

let database: Database;
let scene: Scene;
let library: Awaited<ReturnType<Scene['library']>>;

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 6 } });
  scene = await Scene.open(test);
  library = await scene.library();
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const open = (id: string, abort = new AbortController().signal): PluginIndex => new PluginIndex({ id, plugin: 'catalogue' }, database, abort);
const index = async (): Promise<PluginIndex> => open(await scene.account(library));
const doc = (title: string, more: Record<string, string> = {}, id = title): IndexedDocument => ({ id, fields: { title, ...more }, suggestion: { title, cite: new URL('https://shelf.example/'), identifiers: [] } });
async function* these(...docs: readonly (IndexedDocument | Error)[]): AsyncIterable<IndexedDocument> {
  for (const one of docs) {
    if (one instanceof Error) throw one;
    yield one;
  }
}
const found = async (at: PluginIndex, query: string, limit = 10): Promise<readonly string[]> => (await at.search(query, limit)).map(({ title }) => title);

describe('searching', () => {
  it('folds accents and case, finds other forms and beginnings of words, and puts titles before the rest', async () => {
    const shelf = await index();
    await shelf.replace(these(doc('Caves à vin'), doc('The wine cellar'), doc('Basements', { subject: 'wine cellars, laundries' }), doc('Bread')));
    expect(await found(shelf, 'CAVES a vin')).toEqual(['Caves à vin']);
    expect(await found(shelf, 'wine cellars')).toEqual(['The wine cellar', 'Basements']);
    expect(await found(shelf, 'laund')).toEqual(['Basements']);
    expect(await found(shelf, 'wine cellars', 1)).toEqual(['The wine cellar']);
  });

  it('finds what has some of the words after what has all', async () => {
    const shelf = await index();
    await shelf.replace(these(doc('Wine'), doc('Build your own wine cellar'), doc('The of and')));
    expect(await found(shelf, 'how to build a wine cellar in the basement')).toEqual(['Build your own wine cellar', 'Wine']);
  });

  it.each(['', "'; drop table post; --", '* & (', '\u0000', '\ud800', '😀', '!', "don't :*", 'x'.repeat(10_000)])('takes any text: %j', async (query) => {
    const shelf = await index();
    await shelf.replace(these(doc('Wine')));
    expect(await found(shelf, query)).toEqual([]);
  });

  it('finds nothing of another account, and gives back what was stored', async () => {
    const [mine, theirs] = [await index(), await index()];
    const suggestion = {
      title: 'Cellars', cite: new URL('https://shelf.example/1'), cover: new URL('https://shelf.example/1.png'), summary: 'Dry.', starts: new Date('2026-05-01T10:00:00Z'),
      identifiers: [{ scheme: 'isbn' as const, value: '9781402721892' }], availability: { text: 'on the shelf', at: new Date('2026-04-01T10:00:00Z') },
    };
    await theirs.replace(these({ id: '1', fields: { title: 'Cellars' }, suggestion }));
    expect(await mine.search('cellars', 10)).toEqual([]);
    expect(await theirs.search('cellars', 10)).toEqual([suggestion]);
    expect(await theirs.search('cellars', 0)).toEqual([]);
  });
});

describe('replacing', () => {
  it('shows the old records until the new ones are whole, also where they break off', async () => {
    const shelf = await index();
    await shelf.replace(these(doc('Old wine')));
    await expect(shelf.replace(these(doc('New wine'), new Error('away')))).rejects.toThrow('away');
    expect(await found(shelf, 'wine')).toEqual(['Old wine']);
    await shelf.replace(these(doc('New wine')));
    expect(await found(shelf, 'wine')).toEqual(['New wine']);
    await shelf.replace(these());
    expect(await found(shelf, 'wine')).toEqual([]);
  });

  it('lets no search see a mixture', async () => {
    const shelf = await index();
    const generation = (name: string): AsyncIterable<IndexedDocument> => these(...Array.from({ length: 1_200 }, (_, n) => doc(`${name} wine`, {}, `${n}`)));
    await shelf.replace(generation('first'));
    let done = false;
    const replacing = (async () => {
      for (const name of ['second', 'third']) await shelf.replace(generation(name));
      done = true;
    })();
    let seen = 0;
    while (!done) {
      const mixed = new Set(await found(shelf, 'wine', 100));
      expect(mixed.size).toBe(1);
      seen++;
    }
    await replacing;
    expect(seen).toBeGreaterThan(1);
    expect(new Set(await found(shelf, 'wine'))).toEqual(new Set(['third wine']));
  });

  it('is for whoever began last, and leaves nothing behind', async () => {
    const account = await scene.account(library);
    const [early, late] = [open(account), open(account)];
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = early.replace((async function* () {
      begun.resolve();
      await slow.promise;
      yield doc('Early wine');
    })());
    await begun.promise;
    await late.replace(these(doc('Late wine')));
    slow.resolve();
    await expect(first).rejects.toThrow('somebody who began later');
    expect(await found(late, 'wine')).toEqual(['Late wine']);
    await late.replace(these(doc('Last wine')));
    expect(await scene.query('select 1 from plugin_index_document where account_id = $1', [account])).toHaveLength(1);
  });

  it('takes the last of two with one id, in one batch and across them', async () => {
    const shelf = await index();
    await shelf.replace(these(doc('One wine', {}, 'a'), doc('Two wine', {}, 'a'), ...Array.from({ length: 600 }, (_, n) => doc(`Bread ${n}`)), doc('Three wine', {}, 'a')));
    expect(await found(shelf, 'wine')).toEqual(['Three wine']);
  });

  it.each([[{ id: '', fields: {}, suggestion: doc('a').suggestion }], [{ ...doc('a'), fields: { title: 'a\u0000' } }], [{ ...doc('a'), suggestion: { ...doc('a').suggestion, cite: 'https://a.example' } }], [null]])('refuses what is no document', async (told) => {
    await expect((await index()).replace(these(told as never))).rejects.toMatchObject({ name: 'PluginFault' });
  });

  it('takes long ids and texts', async () => {
    const shelf = await index();
    await shelf.replace(these({ ...doc('Long wine', { text: Array.from({ length: 15_000 }, (_, n) => `w${n}`).join(' ') }), id: '\u6f22'.repeat(682) }));
    expect(await found(shelf, 'wine')).toEqual(['Long wine']);
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    const shelf = open(await scene.account(library), controller.signal);
    await expect(shelf.replace((async function* () {
      controller.abort(new Error('enough'));
      yield doc('a');
    })())).rejects.toThrow('enough');
  });
});
