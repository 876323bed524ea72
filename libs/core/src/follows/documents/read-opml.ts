import { SaxesParser } from 'saxes';
import type { ListEntry } from './list-entry.js';
import { UnreadableDocument } from './unreadable.js';

const deepest = 100;
/** One start tag with its attributes; a parser that waits for the end of one holds it whole. */
const longestTag = 1_000_000;

/** Ends the parser, which has no other way to stop. */
class Stop extends Error {}

/**
 * The feeds of an OPML document, as other readers export it: each outline with an address, in the document's order.
 *
 * Read as a stream, without a tree. A DOCTYPE ends the reading before any entity that it declares, so that none can grow.
 * @throws UnreadableDocument NOT_OPML with the line and column
 */
export async function* readOpml(text: AsyncIterable<string>): AsyncGenerator<ListEntry> {
  const reader = new OpmlReader();
  for await (const piece of text) yield* reader.read(piece.toWellFormed());
  yield* reader.end();
}

class OpmlReader {
  private readonly parser = new SaxesParser<{ readonly xmlns: false; readonly position: false }>({ xmlns: false, position: false });
  private found: ListEntry[] = [];
  private refusal: UnreadableDocument | undefined;
  private depth = 0;
  private any = false;
  private sinceTag = 0;

  constructor() {
    this.parser.on('error', ({ message }) => this.refuse(`It is not well-formed XML: ${message}`));
    this.parser.on('doctype', () => this.refuse('It has a DOCTYPE, which OPML has not.'));
    this.parser.on('opentag', ({ name, attributes }) => this.open(name.toLowerCase(), attributes));
    this.parser.on('closetag', () => void this.depth--);
  }

  read(piece: string): readonly ListEntry[] {
    this.sinceTag += piece.length;
    this.parse(() => this.parser.write(piece));
    if (this.sinceTag > longestTag + piece.length) throw this.unreadable(`For ${longestTag} characters it has no tag.`);
    return this.taken();
  }

  end(): readonly ListEntry[] {
    this.parse(() => this.parser.close());
    if (!this.any) throw new UnreadableDocument('NOT_OPML', 'It has no outline with the address of a feed.');
    return this.taken();
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.sinceTag = 0;
    if (this.depth === 0 && name !== 'opml') this.refuse('It is XML, but not OPML.');
    if (++this.depth > deepest) this.refuse(`Its outlines are nested deeper than ${deepest}.`);
    if (name !== 'outline') return;
    const { address, label } = outlineOf(attributes);
    if (address === '') return;
    this.any = true;
    this.found.push({ line: this.parser.line, text: address, ...(label === '' ? {} : { label }) });
  }

  private parse(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw this.refusal ?? error;
    }
  }

  private refuse(why: string): never {
    this.refusal = this.unreadable(why);
    throw new Stop(why);
  }

  private unreadable(why: string): UnreadableDocument {
    return new UnreadableDocument('NOT_OPML', why, { line: this.parser.line, column: this.parser.columnIndex + 1 });
  }

  private taken(): readonly ListEntry[] {
    const found = this.found;
    this.found = [];
    return found;
  }
}

/** Readers disagree in the case of xmlUrl, and in whether a name is `text` or `title`. */
const outlineOf = (attributes: Readonly<Record<string, string>>): { readonly address: string; readonly label: string } => {
  const named = new Map(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  return { address: named.get('xmlurl') ?? '', label: named.get('title') || named.get('text') || '' };
};
