import { ItemBytes, longestItem, type ItemSplitter, type RawItem } from './item-splitter.js';

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

const listNames: ReadonlySet<string> = new Set(['orderedItems', 'items']);
const longestName = 64;

/**
 * The items of one JSON document: of the top-level array, or of the array under `orderedItems` or `items` of the top-level object.
 *
 * States: *seeking* the list → *inside* it, between or within items → *past* it. It looks at brackets and strings only, on bytes: so one
 * broken item does not spoil the others, an item's end is an offset to seek to, and nothing hostile is parsed before it is bounded.
 * A JSON tokenizer gives none of the three.
 */
export class ArraySplitter implements ItemSplitter {
  private state: 'seeking' | 'inside' | 'past';
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  private name: number[] = [];
  private isListNext = false;
  private readonly item: ItemBytes;

  /** @param at offset of the first byte that will be pushed; other than 0 it is just behind an item of the list. */
  constructor(private at: number, most = longestItem) {
    this.state = at === 0 ? 'seeking' : 'inside';
    this.item = new ItemBytes(most);
  }

  /** Whether the list was found. */
  get found(): boolean {
    return this.state !== 'seeking';
  }

  get isPast(): boolean {
    return this.state === 'past';
  }

  push(chunk: Buffer): readonly RawItem[] {
    const items: RawItem[] = [];
    let i = 0;
    if (this.state === 'seeking') i = this.seek(chunk);
    if (this.state === 'inside') this.cut(chunk, i, items);
    this.at += chunk.length;
    return items;
  }

  end(): readonly RawItem[] {
    return this.item.isEmpty ? [] : [{ bytes: this.item.take(), end: this.at }];
  }

  /** Index behind the list's opening bracket, or the chunk's length. */
  private seek(chunk: Buffer): number {
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] ?? 0;
      if (this.inString) this.seekInString(byte);
      else if (byte === quote) {
        this.inString = true;
        this.name = [];
      } else if (byte === openArray && (this.depth === 0 || (this.depth === 1 && this.isListNext))) {
        this.state = 'inside';
        this.depth = 0;
        return i + 1;
      } else this.seekOutside(byte);
    }
    return chunk.length;
  }

  private seekInString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === backslash) this.isEscaped = true;
    else if (byte === quote) this.inString = false;
    else if (this.depth === 1 && this.name.length < longestName) this.name.push(byte);
  }

  private seekOutside(byte: number): void {
    if (byte === openArray || byte === openObject) this.depth += 1;
    else if (byte === closeArray || byte === closeObject) this.depth -= 1;
    if (byte === colon && this.depth === 1) this.isListNext = listNames.has(Buffer.from(this.name).toString());
    else if (byte === comma && this.depth === 1) this.isListNext = false;
  }

  /** NOTE: this loop sees every byte of the archive that is not in a string. */
  private cut(chunk: Buffer, start: number, items: RawItem[]): void {
    let from = this.item.isEmpty && this.depth === 0 && !this.inString ? -1 : start;
    const close = (to: number): void => {
      if (from >= 0) this.item.add(chunk.subarray(from, to));
      from = -1;
      if (!this.item.isEmpty) items.push({ bytes: this.item.take(), end: this.at + to });
    };
    for (let i = this.inString ? this.leaveString(chunk, start) : start; i < chunk.length; i += 1) {
      const byte = chunk[i] ?? 0;
      if (this.depth === 0 && byte === closeArray) {
        close(i);
        this.state = 'past';
        return;
      }
      if (this.depth === 0 && byte === comma) close(i);
      else if (from < 0 && byte > 0x20) from = i;
      if (byte === openObject || byte === openArray) this.depth += 1;
      else if (byte === closeObject || byte === closeArray) this.depth = Math.max(0, this.depth - 1);
      else if (byte === quote) i = this.leaveString(chunk, i + 1) - 1;
    }
    if (from >= 0) this.item.add(chunk.subarray(from));
  }

  /** Index behind the quote that ends the string, or the chunk's length where it goes on. `from` is within the string. */
  private leaveString(chunk: Buffer, from: number): number {
    this.inString = true;
    let i = from;
    while (i < chunk.length) {
      if (this.isEscaped) {
        this.isEscaped = false;
        i += 1;
        continue;
      }
      const closing = chunk.indexOf(quote, i);
      const stop = closing < 0 ? chunk.length : closing;
      let slashes = 0;
      while (stop - 1 - slashes >= i && chunk[stop - 1 - slashes] === backslash) slashes += 1;
      this.isEscaped = slashes % 2 === 1;
      i = stop;
      if (closing >= 0 && !this.isEscaped) {
        this.inString = false;
        return closing + 1;
      }
    }
    return chunk.length;
  }
}
