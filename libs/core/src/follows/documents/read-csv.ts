import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { columnsOf, type Columns, type ColumnMeaning, type MappedColumn } from './csv-columns.js';
import { type ListEntry, longestRow } from './list-entry.js';
import { UnreadableDocument } from './unreadable.js';

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

export interface CsvReading {
  readonly columns: readonly MappedColumn[];
  /** Found out where it is not told. */
  readonly delimiter?: Delimiter | undefined;
}

const headCharacters = 64_000;

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * The rows of a CSV document as entries, one record at a time.
 * @throws UnreadableDocument NOT_CSV with the line; WRONG_COLUMNS
 */
export async function* readCsv(text: AsyncIterable<string>, { columns, delimiter }: CsvReading): AsyncGenerator<ListEntry> {
  const { head, whole } = await withHead(unifiedLineEnds(text));
  const parser = Readable.from(whole, { objectMode: false, encoding: 'utf8' }).pipe(
    parse({ delimiter: delimiter ?? delimiterOf(head), info: true, relax_column_count: true, relax_quotes: true, record_delimiter: '\n', max_record_size: longestRow, bom: false }),
  );
  let known: Columns | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (record.every((field) => field.trim() === '')) continue;
      // Counted at the record's end; it may hold line ends itself.
      const line = info.lines - record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      const first = known === undefined;
      known ??= columnsOf(record, columns);
      if (!(first && known.named)) yield entryOf(record, known, line);
    }
  } catch (error) {
    throw asUnreadable(error);
  }
}

/** CR and CRLF become LF: the parser then counts lines as editors do. */
async function* unifiedLineEnds(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = false;
  for await (const piece of text) {
    const joined: string = held ? `\r${piece}` : piece;
    held = joined.endsWith('\r');
    yield (held ? joined.slice(0, -1) : joined).toWellFormed().replace(/\r\n?/gu, '\n');
  }
  if (held) yield '\n';
}

const withHead = async (text: AsyncGenerator<string>): Promise<{ readonly head: string; readonly whole: AsyncGenerator<string> }> => {
  let head = '';
  for (let next = await text.next(); next.done !== true; next = await text.next()) {
    head += next.value;
    if (head.length >= headCharacters) break;
  }
  return { head, whole: chained(head, text) };
};

async function* chained(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (head !== '') yield head;
  yield* rest;
}

/** The delimiter that most rows at the beginning have equally often, outside of quotes; of several, the one that divides more. */
export const delimiterOf = (head: string): Delimiter => {
  const rows = head.replace(/"(?:[^"]|"")*"/gu, '').split('\n').filter((row) => row.trim() !== '').slice(0, 50);
  const counted = delimiters.map((delimiter) => {
    const counts = rows.map((row) => row.split(delimiter).length - 1);
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
    return { delimiter, usual, agree: usual === 0 ? 0 : counts.filter((count) => count === usual).length };
  });
  return counted.reduce((best, each) => (each.agree > best.agree || (each.agree === best.agree && each.usual > best.usual) ? each : best)).delimiter;
};

const entryOf = (record: readonly string[], columns: Columns, line: number): ListEntry => {
  const said = (means: ColumnMeaning): string | undefined => record[columns.at.get(means) ?? -1]?.trim() || undefined;
  const text = said('target');
  if (text === undefined) return { line, text: '', refused: { why: 'This row does not say what to follow.', cure: 'Fill in the column, or take the row out.' } };
  const keepDays = said('keep-days');
  return { line, text, label: said('label'), reason: said('reason'), category: said('category'), reviewOn: said('review-on'), ...(keepDays === undefined ? {} : { keepDays: Number(keepDays) }) };
};

const whyNoTable: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened and not closed',
  CSV_MAX_RECORD_SIZE: `A row is longer than ${longestRow} characters: it is no table, or a quotation mark is opened and not closed`,
};

const asUnreadable = (error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
  const why = whyNoTable[error.code] ?? 'A quotation mark stands where none can stand';
  return new UnreadableDocument('NOT_CSV', `${why}${line === undefined ? '' : `, before the end of line ${line}`}. Mend it, or save the table again as CSV.`, { line }, { cause: error });
};
