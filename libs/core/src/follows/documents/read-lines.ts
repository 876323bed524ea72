import { type ListEntry, longestRow } from './list-entry.js';
import { UnreadableDocument } from './unreadable.js';

const lineEnd = /\r\n|[\n\r\u2028\u2029]/u;

/** The lines of a paste that say something: one thing to follow a line. */
export async function* readLines(text: AsyncIterable<string>): AsyncGenerator<ListEntry> {
  let [open, line] = ['', 0];
  const entry = (words: string): ListEntry[] => {
    line++;
    if (words.length > longestRow) throw tooLong(line);
    const said = words.toWellFormed().trim();
    return said === '' ? [] : [{ line, text: said }];
  };
  for await (const piece of text) {
    const lines = (open + piece).split(lineEnd);
    open = lines.pop() ?? '';
    // A piece may end between the two characters of one line end.
    if (piece.endsWith('\r')) open = `${lines.pop() ?? ''}\r`;
    for (const each of lines) yield* entry(each);
    if (open.length > longestRow) throw tooLong(line + 1);
  }
  for (const each of open.split(lineEnd)) yield* entry(each);
}

const tooLong = (line: number): UnreadableDocument => new UnreadableDocument('NOT_TEXT', `Line ${line} is longer than ${longestRow} characters: this is no list of lines.`, { line });
