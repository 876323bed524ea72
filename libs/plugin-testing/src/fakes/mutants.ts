/** What can happen to a document on its way; the last four encode all of it anew. */
export const mutations = ['flip', 'cut off', 'delete', 'repeat', 'zero', 'windows-1252', 'utf-16le', 'utf-16be', 'utf-16 with a mark'] as const;

/** One damage. Every number is a natural one of any size. */
export interface Mutation {
  readonly what: (typeof mutations)[number];
  /** At which byte; beyond the end it counts on from the beginning. */
  readonly at: number;
  /** Of how many bytes, as far as there are that many. */
  readonly length: number;
  /** Which bit is flipped; how often something is repeated. */
  readonly much: number;
}

/** What Windows-1252 has at 0x80 to 0x9F; the rest of its bytes are the first 256 characters of Unicode. */
const upper1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

const in1252 = (text: string): Buffer =>
  Buffer.from(
    [...text].map((character) => {
      const at = upper1252.indexOf(character);
      const code = at < 0 ? (character.codePointAt(0) ?? 0) : 0x80 + at;
      return code < 256 ? code : 0x3f;
    }),
  );

/** What a repetition adds at most, in bytes: several of the chunks in which files and bodies come. */
const largest = 300_000;

const mutate: Readonly<Record<Mutation['what'], (bytes: Buffer, from: number, to: number, much: number) => Buffer>> = {
  flip: (bytes, from, _to, much) => Buffer.from(bytes.map((byte, at) => (at === from ? byte ^ (1 << (much % 8)) : byte))),
  'cut off': (bytes, from) => bytes.subarray(0, from),
  delete: (bytes, from, to) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]),
  repeat: (bytes, from, to, much) => {
    const slice = bytes.subarray(from, to);
    const times = Math.min(much, Math.floor(largest / Math.max(1, slice.length)));
    return Buffer.concat([bytes.subarray(0, to), ...Array.from({ length: times }, () => slice), bytes.subarray(to)]);
  },
  zero: (bytes, from, _to, much) => Buffer.concat([bytes.subarray(0, from), Buffer.alloc(1 + (much % 4)), bytes.subarray(from)]),
  'windows-1252': (bytes) => in1252(bytes.toString('utf8')),
  'utf-16le': (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  'utf-16be': (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le').swap16(),
  'utf-16 with a mark': (bytes) => Buffer.from(`\uFEFF${bytes.toString('utf8')}`, 'utf16le'),
};

/**
 * A good document, damaged as networks, disks and other people's programs damage them: the same mutations always give the same bytes,
 * so that a property test can repeat and shrink them. What it is given is left as it is, and grows by 300 kB a mutation at most, or to twice its size.
 *
 * @example
 * ```ts
 * mutantOf(Buffer.from('<rss/>'), [{ what: 'cut off', at: 3, length: 0, much: 0 }]); // '<rs'
 * ```
 */
export const mutantOf = (good: Uint8Array, all: readonly Mutation[]): Buffer<ArrayBuffer> =>
  all.reduce<Buffer<ArrayBuffer>>((bytes, { what, at, length, much }) => {
    const from = at % (bytes.length + 1);
    const to = Math.min(bytes.length, from + length);
    return Buffer.from(mutate[what](bytes, from, to, much));
  }, Buffer.from(good));
