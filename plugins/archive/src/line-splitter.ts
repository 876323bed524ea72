import { ItemBytes, longestItem, type ItemSplitter, type RawItem } from './item-splitter.js';

const newline = 0x0a;

/** JSON lines: one item a line. `at` is the offset of the first byte that will be pushed. */
export class LineSplitter implements ItemSplitter {
  private readonly line: ItemBytes;

  constructor(private at: number, most = longestItem) {
    this.line = new ItemBytes(most);
  }

  push(chunk: Buffer): readonly RawItem[] {
    const items: RawItem[] = [];
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      this.line.add(chunk.subarray(from, to));
      from = to + 1;
      items.push({ bytes: this.line.take(), end: this.at + from });
    }
    if (from < chunk.length) this.line.add(chunk.subarray(from));
    this.at += chunk.length;
    return items;
  }

  end(): readonly RawItem[] {
    return this.line.isEmpty ? [] : [{ bytes: this.line.take(), end: this.at }];
  }
}
