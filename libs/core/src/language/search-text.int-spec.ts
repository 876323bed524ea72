import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPlainDatabase, createTestDatabase } from '../../../../test/support/test-database.js';
import { searchText } from './search-text.js';

let ours: pg.Client;
let plain: pg.Client;

const configurations = ['english', 'german', 'russian', 'simple'];

beforeAll(async () => {
  [ours, plain] = [new pg.Client((await createTestDatabase()).owner), new pg.Client(await createPlainDatabase())];
  for (const client of [ours, plain]) {
    // Cut when the databases go, before the hook below.
    client.on('error', () => undefined);
    await client.connect();
  }
});
afterAll(() => Promise.all([ours.end(), plain.end()]));

const vector = async (client: pg.Client, configuration: string, text: string): Promise<string | undefined> =>
  (await client.query<{ words: string }>('select strip(to_tsvector($1::regconfig, $2))::text as words', [configuration, text])).rows[0]?.words;

const finds = async (client: pg.Client, configuration: string, question: string, text: string): Promise<boolean | undefined> =>
  (await client.query<{ found: boolean }>('select to_tsvector($1::regconfig, $2) @@ websearch_to_tsquery($1::regconfig, $3) as found', [configuration, searchText(text), searchText(question)])).rows[0]?.found;

const posts = [
  'I wonder how hard it’d be to build a “wine cellar” in my basement—any books?…',
  'Größe „XL“ – wo finde ich Öl‑Farben?',
  '«Ёлка» уже на ПЛОЩАДИ — приходите!',
  '¿Dónde está la biblioteca?¡Gracias!\u00a0🦫',
];

describe('full text on a server that knows no letters but ASCII', () => {
  it('would keep quotation marks in words, were it given the text as it is', async () => {
    expect(await vector(plain, 'simple', 'a “quoted” word')).toContain('“quoted”');
  });

  it.each(configurations)('cuts posts into the same words as any other (%s)', async (configuration) => {
    for (const post of posts) expect(await vector(plain, configuration, searchText(post))).toBe(await vector(ours, configuration, searchText(post)));
  });

  it.each([
    ['wine cellar', 0, true], ['“wine cellar”', 0, true], ['“cellar wine”', 0, false], ['basement', 0, true], ['-cellar', 0, false],
    ['öl‑farben', 1, true], ['ёлка площади', 2, true], ['BIBLIOTECA', 3, true],
  ])('answers %s as any other does', async (question, post, found) => {
    for (const client of [ours, plain]) expect(await finds(client, 'simple', question, posts[post] ?? '')).toBe(found);
  });
});
