import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DocumentBytes } from './decode-text.js';
import type { ListEntry } from './list-entry.js';
import { type DocumentReading, openDocument } from './read-document.js';

/** As a file comes: in pieces that end anywhere, also within a character. */
const bytesOf = (bytes: Uint8Array | string, size = 5): DocumentBytes => async function* () {
  const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
};
const entriesOf = async (bytes: Uint8Array | string, reading: Partial<DocumentReading> = {}, size?: number): Promise<ListEntry[]> =>
  Array.fromAsync((await openDocument(bytesOf(bytes, size), { columns: [], ...reading })).entries);
const opened = async (bytes: Uint8Array | string): Promise<[string, string]> => {
  const { format, encoding } = await openDocument(bytesOf(bytes), { columns: [] });
  return [format, encoding];
};
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('the encoding of a document', () => {
  const words = 'https://café.example/\n#Straße\n@zoë\n';
  it.each([
    ['utf-8', Buffer.from(words)],
    ['utf-8', Buffer.from(`\ufeff${words}`)],
    ['utf-16le', Buffer.from(`\ufeff${words}`, 'utf16le')],
    ['utf-16be', swapped(`\ufeff${words}`)],
    ['utf-16le', Buffer.from(words, 'utf16le')],
    ['utf-16be', swapped(words)],
    ['windows-1252', Buffer.from(words, 'latin1')],
  ])('%s is found out, and read (%#)', async (encoding, bytes) => {
    expect((await opened(bytes))[1]).toBe(encoding);
    for (const size of [1, 3, 1_000]) expect((await entriesOf(bytes, {}, size)).map(({ line, text }) => [line, text])).toEqual([[1, 'https://café.example/'], [2, '#Straße'], [3, '@zoë']]);
  });

  it('of Windows has its quotation marks and its euro', async () => {
    expect((await entriesOf(Buffer.from([0x93, 0x80, 0x94])))[0]?.text).toBe('“€”');
  });

  it('that was told and is another is refused, with the line', async () => {
    await expect(entriesOf(Buffer.from('one\ntwo\ncafé', 'latin1'), { encoding: 'utf-8' })).rejects.toMatchObject({ code: 'WRONG_ENCODING', place: { line: 3 } });
    await expect(entriesOf(Buffer.from('odd'), { encoding: 'utf-16le' })).rejects.toMatchObject({ code: 'WRONG_ENCODING' });
  });

  it.each([
    ['', 'EMPTY'],
    ['\n \n', 'EMPTY'],
    [Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]), 'NOT_TEXT'],
    [Buffer.from([0x61, 0, 0, 0, 0x62, 0, 0, 0]), 'NOT_TEXT'],
  ])('of what is no text is refused (%#)', (bytes, code) => expect(entriesOf(bytes)).rejects.toMatchObject({ code }));
});

describe('lines', () => {
  it('are numbered as an editor numbers them, whatever ends them', async () => {
    for (const size of [1, 2, 1_000])
      expect(await entriesOf('@a\r\n\r\n  #b \rhttps://c.example/\u2028d', {}, size)).toEqual([{ line: 1, text: '@a' }, { line: 3, text: '#b' }, { line: 4, text: 'https://c.example/' }, { line: 5, text: 'd' }]);
  });

  it('of endless length are refused with their number', () => expect(entriesOf(`@a\n${'x'.repeat(300_000)}`, {}, 10_000)).rejects.toMatchObject({ code: 'NOT_TEXT', place: { line: 2 } }));
});

describe('a table', () => {
  it.each([',', ';', '\t'])('delimited by %j is found out, with quotes, and rows of several lines', async (delimiter) => {
    const table = [
      ['Name', 'Web site', 'Why', 'Category'].join(delimiter), ['"The ""Courier"""', 'https://courier.example/', `"news${delimiter}\r\nof the town"`, 'media'].join(delimiter),
      '', ['Club', '@club', '', ''].join(delimiter),
    ].join('\r\n');
    for (const size of [1, 7, 1_000])
      expect(await entriesOf(table, {}, size)).toEqual([
        { line: 2, text: 'https://courier.example/', label: 'The "Courier"', reason: `news${delimiter}\nof the town`, category: 'media', reviewOn: undefined },
        { line: 5, text: '@club', label: 'Club', reason: undefined, category: undefined, reviewOn: undefined },
      ]);
  });

  it('is read by the columns that it is told, by name or number', async () => {
    const table = 'Wen,Warum,Seit\n@a,Verein,2020\n';
    expect(await entriesOf(table, { format: 'csv', columns: [{ column: 'wen', means: 'target' }, { column: '2', means: 'reason' }] })).toEqual([expect.objectContaining({ line: 2, text: '@a', reason: 'Verein' })]);
    expect(await entriesOf('@a,Verein\n@b,Schule\n', { columns: [{ column: '2', means: 'reason' }] })).toEqual([expect.objectContaining({ line: 1, text: '@a', reason: 'Verein' }), expect.objectContaining({ line: 2, text: '@b', reason: 'Schule' })]);
  });

  it.each([
    ['Wer,Warum\nClub,Verein', [], 'No column says what to follow. The first row has: 1 "Wer", 2 "Warum".'],
    ['Wer,Warum\nClub,Verein', [{ column: 'Adresse', means: 'target' }], 'There is no column "Adresse".'],
    ['Wer,Wer\n@a,@b', [{ column: 'Wer', means: 'target' }], '2 columns are named "Wer"'],
    ['@a,@b\n', [{ column: '9', means: 'reason' }], 'There is no column "9".'],
    ['a,b\n@a,@b', [{ column: 'a', means: 'target' }, { column: 'b', means: 'target' }], 'Two columns are said to be what to follow.'],
  ] as const)('with the wrong columns is refused, and says which there are (%#)', (table, columns, why) =>
    expect(entriesOf(table, { format: 'csv', columns })).rejects.toMatchObject({ code: 'WRONG_COLUMNS', message: expect.stringContaining(why), place: { line: 1 } }));

  it('whose quote is never closed is refused with the line', () =>
    expect(entriesOf(`target,reason\n@a,"news\n${'@b,x\n'.repeat(50_000)}`, { format: 'csv' }, 10_000)).rejects.toMatchObject({ code: 'NOT_CSV', place: { line: expect.any(Number) } }));

  it('refuses a row that says nothing, and goes on', async () => {
    expect(await entriesOf('target,reason\n,club\n@a\n', { format: 'csv' })).toEqual([{ line: 2, text: '', refused: expect.objectContaining({ why: 'This row does not say what to follow.' }) }, expect.objectContaining({ line: 3, text: '@a' })]);
  });

  it('of many rows is read no further than it is asked for, so that its size needs no memory', async () => {
    const row = 'https://club.example/feed,"A club, of the town",media\n';
    let given = 0;
    const document: DocumentBytes = async function* () {
      given = 0;
      yield Buffer.from('target,reason,category\n');
      for (; given < 20_000; given += 100) yield Buffer.from(row.repeat(100));
    };
    const { entries } = await openDocument(document, { columns: [] });
    let [count, last, ahead] = [0, 0, 0];
    for await (const { line } of entries) {
      ahead = Math.max(ahead, given - ++count);
      last = line;
    }
    expect([count, last]).toEqual([20_000, 20_001]);
    expect(ahead).toBeLessThan(6_000);
  });
});

describe('a list of another installation', () => {
  const list = { format: 'earshot-follow-list', version: 1, name: 'Clubs', source: { library: 'Millbrook', exportedAt: '2026-03-01T10:00:00Z' }, follows: [{ kind: 'hashtag', network: 'practice', key: 'town', label: '#town', reason: 'the town', category: 'other' }, { kind: 'feed' }] };

  it('says whose it is, and what each entry is', async () => {
    const document = await openDocument(bytesOf(JSON.stringify(list)), { columns: [] });
    expect(document).toMatchObject({ format: 'json', source: { library: 'Millbrook', list: 'Clubs', exportedAt: '2026-03-01T10:00:00Z' } });
    expect(await Array.fromAsync(document.entries)).toEqual([
      { line: 1, text: 'town', label: '#town', reason: 'the town', category: 'other', target: { kind: 'hashtag', network: 'practice', key: 'town', label: '#town' } },
      { line: 2, text: '', refused: expect.objectContaining({ why: expect.stringContaining('"network"') }) },
    ]);
  });

  it.each([['{', 'not JSON'], ['{}', 'no follow list'], [JSON.stringify({ ...list, version: 2 }), 'no follow list'], [JSON.stringify({ ...list, source: {} }), '"source.library"']])('is refused where it is none: %j', (document, why) =>
    expect(entriesOf(document)).rejects.toMatchObject({ code: 'NOT_A_LIST', message: expect.stringContaining(why) }));
});

describe('what is too large', () => {
  const mega = 1_024 * 1_024;
  /** As many bytes as are asked for, made while they are read; and how many were. */
  const endless = (first: string, piece: Uint8Array, size: number): { readonly bytes: DocumentBytes; readonly read: () => number } => {
    let most = 0;
    const bytes: DocumentBytes = async function* () {
      yield Buffer.from(first);
      for (let at = first.length; at < size; at += piece.length) {
        most = Math.max(most, at);
        yield piece;
      }
    };
    return { bytes, read: () => most };
  };
  const entriesIn = async (bytes: DocumentBytes, reading: Partial<DocumentReading> = {}): Promise<ListEntry[]> => Array.fromAsync((await openDocument(bytes, { columns: [], ...reading })).entries);
  const noise = Uint8Array.from({ length: mega }, (_, at) => 0x80 + ((at * 7_919) % 127));

  it('is refused with its bound, and read no further: 100 MB of garbage', async () => {
    const { bytes, read } = endless('x', noise, 100 * mega);
    await expect(entriesIn(bytes)).rejects.toMatchObject({ code: 'TOO_LARGE', message: 'A document has 64 MB at most: divide it.' });
    expect(read()).toBeLessThan(66 * mega);
  });

  it('is refused by its beginning where that says what it is', async () => {
    const { bytes, read } = endless('PK\u0003\u0004', noise, 100 * mega);
    await expect(entriesIn(bytes)).rejects.toMatchObject({ code: 'NOT_TEXT', place: { line: 1, column: 1 } });
    expect(read()).toBeLessThan(2 * mega);
  });

  it.each([['lines', 'NOT_TEXT', 2], ['csv', 'NOT_CSV', 2], ['opml', 'NOT_OPML', 2], ['json', 'NOT_A_LIST', undefined]] as const)('is refused where it is one line of a megabyte: %s', async (format, code, line) => {
    const first = { lines: '@a\n', csv: 'target,reason\n', opml: '<opml>\n<outline xmlUrl="', json: '{"format":\n"' }[format];
    for (const end of ['', '\n']) {
      const text = `${first}${'x'.repeat(mega + 10_000)}${end}`;
      await expect(entriesOf(text, { format }, 64_000)).rejects.toMatchObject({ code, place: line === undefined ? {} : { line: format === 'opml' && end !== '' ? line + 1 : line } });
      // As a paste comes, in one part.
      await expect(entriesOf(text, { format }, text.length)).rejects.toMatchObject({ code });
    }
  });

  it('is refused at the entry that is one too many', async () => {
    await expect(entriesIn(endless('', Buffer.from('@a\n'.repeat(20_000)), 700_000).bytes, { format: 'lines' })).rejects.toMatchObject({ code: 'TOO_LARGE', place: { line: 200_001 } });
  });

  it('is refused as a list of another installation before anything goes through it', async () => {
    const list = (follows: string): string => `{"format":"earshot-follow-list","version":1,"name":"x","source":{"library":"x","exportedAt":"2026-03-01T10:00:00Z"},"follows":[${follows}]}`;
    // By opening it: ten million would otherwise be checked one by one, only to be refused.
    await expect(openDocument(bytesOf(list(`${'1,'.repeat(200_000)}1`), mega), { columns: [] })).rejects.toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('More than 200000 entries'), place: { line: 200_001 } });
    await expect(entriesOf(list(`"${'x'.repeat(32_000_000)}"`), {}, mega)).rejects.toMatchObject({ code: 'TOO_LARGE', message: 'A list in JSON has 32 million characters at most: divide it, or bring it in as CSV.' });
    await expect(entriesOf(`${'['.repeat(1_000_000)}`, { format: 'json' }, mega)).rejects.toMatchObject({ code: 'NOT_A_LIST' });
  });

  it('is refused as a row, and says so where no quotation mark is at fault', () =>
    expect(entriesOf(`target,reason\n@a,${'x'.repeat(200_000)}\n`, { format: 'csv' }, 10_000)).rejects.toMatchObject({ code: 'NOT_CSV', message: expect.stringContaining('A row is longer than 100000 characters'), place: { line: 2 } }));
});

it('answers with entries or a typed refusal, whatever bytes it is given', async () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom('target,reason\n', '"', '\n', ';', '<opml><outline xmlUrl="a"/>', '{"format":"earshot-follow-list"', '\ufeff', '@a').map((text) => new Uint8Array(Buffer.from(text))));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const settled = await entriesOf(Buffer.concat(parts), {}, size).then((entries) => entries.length > 0, (error: unknown) => (error as Error).name === 'UnreadableDocument');
      expect(settled).toBe(true);
    }),
  );
});
