import { type DocumentBytes, type Encoding, encodingOf, textOf } from './decode-text.js';
import { type ListSource, readExchange } from './exchange-list.js';
import { largestDocument, type ListEntry, mostEntries } from './list-entry.js';
import { type CsvReading, readCsv } from './read-csv.js';
import { readLines } from './read-lines.js';
import { readOpml } from './read-opml.js';
import { tooMany, UnreadableDocument } from './unreadable.js';

export const documentFormats = ['lines', 'csv', 'opml', 'json'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** How a document is to be read; what is left out is found out. */
export interface DocumentReading extends CsvReading {
  readonly format?: DocumentFormat | undefined;
  readonly encoding?: Encoding | undefined;
}

export interface OpenDocument {
  readonly format: DocumentFormat;
  readonly encoding: Encoding;
  /** Where a list of another installation comes from. */
  readonly source?: ListSource;
  /** Read as they are asked for. @throws UnreadableDocument while iterating */
  readonly entries: AsyncIterable<ListEntry>;
}

/**
 * Opens a document of things to follow. Memory does not grow with it, but for lists in JSON, which are smaller.
 * @throws UnreadableDocument
 */
export const openDocument = async (bytes: DocumentBytes, reading: DocumentReading): Promise<OpenDocument> => {
  const guarded = sized(bytes);
  const encoding = reading.encoding ?? (await encodingOf(guarded));
  const text = (): AsyncGenerator<string> => textOf(guarded, encoding);
  const format = reading.format ?? (await formatOf(text()));
  if (format === 'json') {
    const { source, entries } = await readExchange(text());
    return { format, encoding, source, entries: limited(each(entries)) };
  }
  const entries = format === 'csv' ? readCsv(text(), reading) : format === 'opml' ? readOpml(text()) : readLines(text());
  return { format, encoding, entries: limited(entries) };
};

const sized = (bytes: DocumentBytes): DocumentBytes => async function* () {
  let size = 0;
  for await (const chunk of bytes()) {
    size += chunk.length;
    if (size > largestDocument) throw new UnreadableDocument('TOO_LARGE', `A document has ${largestDocument / 1024 / 1024} MB at most: divide it.`);
    yield chunk;
  }
};

async function* each(entries: Iterable<ListEntry>): AsyncGenerator<ListEntry> {
  yield* entries;
}

async function* limited(entries: AsyncIterable<ListEntry>): AsyncGenerator<ListEntry> {
  let count = 0;
  for await (const entry of entries) {
    if (++count > mostEntries) throw tooMany(entry.line);
    yield entry;
  }
  if (count === 0) throw new UnreadableDocument('EMPTY', 'There is nothing in it to follow.');
}

/** By how it begins: what is neither XML nor JSON is a table where its first lines agree on a delimiter, else lines. */
const formatOf = async (text: AsyncIterable<string>): Promise<DocumentFormat> => {
  let head = '';
  for await (const piece of text) {
    head += piece;
    if (head.length > 8_000) break;
  }
  const start = head.trimStart();
  if (start.startsWith('<')) return 'opml';
  if (start.startsWith('{')) return 'json';
  const rows = start.split(/\r\n|[\r\n]/u).filter((row) => row.trim() !== '').slice(0, 20);
  const isTable = [',', ';', '\t'].some((delimiter) => rows.length > 1 && rows.every((row) => row.includes(delimiter)));
  return isTable ? 'csv' : 'lines';
};
