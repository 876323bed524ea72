/**
 * Reads DAG-CBOR as repositories are written in it (ipld.io/specs/codecs/dag-cbor, RFC 8949): whole numbers, floats of 64 bits, texts, bytes,
 * lists, maps with texts for keys, and CIDs, each with its length said before. Links come out as JSON has them: `{ $link }`.
 */
export class CborError extends Error {
  override readonly name = 'CborError';
}

const DEEPEST = 64;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A CID as a text: multibase b, base32 in lower case without padding. */
export const cidText = (bytes: Uint8Array): string => {
  let [text, held, bits] = ['b', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits > 0 ? text + (ALPHABET[(held << (5 - bits)) & 31] ?? '') : text;
};

export interface Decoded {
  readonly value: unknown;
  /** Where the next one begins. */
  readonly end: number;
}

class Reader {
  at: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new CborError('nested too deeply');
    const first = this.take(1)[0] as number;
    const [major, small] = [first >> 5, first & 31];
    if (major === 7) return this.simple(small);
    const size = this.size(small);
    switch (major) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return this.take(size);
      case 3:
        return this.text(size);
      case 4:
        return this.list(size, depth);
      case 5:
        return this.map(size, depth);
      default:
        return this.link(size, depth);
    }
  }

  private take(size: number): Uint8Array {
    if (size > this.bytes.length - this.at) throw new CborError('ends too soon');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  private size(small: number): number {
    if (small < 24) return small;
    if (small > 27) throw new CborError('a length that is not said');
    const from = this.at;
    this.take(2 ** (small - 24));
    if (small === 24) return this.view.getUint8(from);
    if (small === 25) return this.view.getUint16(from);
    if (small === 26) return this.view.getUint32(from);
    const size = this.view.getBigUint64(from);
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new CborError('a number that is too large');
    return Number(size);
  }

  private simple(small: number): unknown {
    if (small === 20 || small === 21) return small === 21;
    if (small === 22) return null;
    if (small !== 27) throw new CborError('a value of no kind that is allowed');
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  private text(size: number): string {
    try {
      return utf8.decode(this.take(size));
    } catch (cause) {
      throw cause instanceof CborError ? cause : new CborError('a text that is none', { cause });
    }
  }

  private list(size: number, depth: number): unknown[] {
    const list: unknown[] = [];
    // A length that lies ends at the end of the bytes: nothing is set aside for it before.
    for (let count = 0; count < size; count += 1) list.push(this.value(depth + 1));
    return list;
  }

  private map(size: number, depth: number): object {
    const map = Object.create(null) as Record<string, unknown>;
    for (let count = 0; count < size; count += 1) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw new CborError('a key that is no text');
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  private link(tag: number, depth: number): { readonly $link: string } {
    const bytes = this.value(depth + 1);
    // 42: a CID, behind the byte of the identity multibase.
    if (tag !== 42 || !(bytes instanceof Uint8Array) || bytes[0] !== 0) throw new CborError('a tag other than that of links');
    return { $link: cidText(bytes.subarray(1)) };
  }
}

/** One value, from `at` on. @throws CborError */
export const decodeCbor = (bytes: Uint8Array, at = 0): Decoded => {
  const reader = new Reader(bytes, at);
  const value = reader.value(0);
  return { value, end: reader.at };
};
