/** One item of a list: its bytes, or none where it is longer than the splitter keeps, and where in the list's bytes it ends. */
export interface RawItem {
  readonly bytes: Buffer | undefined;
  /** Offset just behind the item. */
  readonly end: number;
}

/** Cuts a stream of bytes into items without reading them as text, in memory bounded by the longest item it keeps. */
export interface ItemSplitter {
  /** The items that end in this chunk. */
  push(chunk: Buffer): readonly RawItem[];
  /** At the end of the stream: what is left over, if anything. */
  end(): readonly RawItem[];
}

/** Items beyond this are passed over: the longest post of any known server is far below. */
export const longestItem = 2 * 1024 * 1024;

/** Gathers one item across chunks, and forgets it when it grows too long. */
export class ItemBytes {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(part: Buffer): void {
    this.length += part.length;
    if (this.length <= this.most) this.parts.push(part);
    else this.parts = [];
  }

  take(): Buffer | undefined {
    const whole = this.length > this.most ? undefined : this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    return whole;
  }
}
