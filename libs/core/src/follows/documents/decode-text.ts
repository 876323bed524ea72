import { UnreadableDocument } from './unreadable.js';

/** The bytes of a document from their beginning, as often as they are asked for. */
export type DocumentBytes = () => AsyncIterable<Uint8Array>;

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

const inWords: Readonly<Record<Encoding, string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16 (big-endian)', 'windows-1252': 'Windows-1252' };
const nothing = new Uint8Array();
/** Enough for the marks of UTF-16 without a byte order mark, and for the signs of files that are no text. */
const headBytes = 4_096;

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);

/** Signatures of what people choose by mistake. */
const others: readonly { readonly start: readonly number[]; readonly what: string }[] = [
  { start: [0x50, 0x4b, 0x03, 0x04], what: 'a workbook or a ZIP archive' },
  { start: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook' },
  { start: [0x25, 0x50, 0x44, 0x46], what: 'a PDF' },
  { start: [0x1f, 0x8b], what: 'compressed' },
];

/**
 * The encoding of a document: by its byte order mark; by the zero bytes of UTF-16; UTF-8 where every byte fits it; else Windows-1252, in which older
 * spreadsheets on Windows write. Reads it through once where its beginning does not tell, keeping nothing.
 * @throws UnreadableDocument NOT_TEXT, EMPTY
 */
export const encodingOf = async (bytes: DocumentBytes): Promise<Encoding> => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let head: Uint8Array = nothing;
  let fitsUtf8 = true;
  for await (const chunk of bytes()) {
    if (head.length < headBytes) {
      head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      const known = head.length < headBytes ? undefined : byHead(head);
      if (known !== undefined) return known;
    }
    if (fitsUtf8) fitsUtf8 = fits(decoder, chunk);
  }
  if (fitsUtf8) fitsUtf8 = fits(decoder);
  if (head.length === 0) throw new UnreadableDocument('EMPTY', 'The file is empty.');
  return byHead(head) ?? (fitsUtf8 ? 'utf-8' : 'windows-1252');
};

const byHead = (head: Uint8Array): Encoding | undefined => {
  const other = others.find(({ start }) => startsWith(head, ...start));
  if (other !== undefined) throw new UnreadableDocument('NOT_TEXT', `The file is ${other.what}, and not text: save it as CSV or as text.`, { line: 1, column: 1 });
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return 'utf-8';
  if (startsWith(head, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(head, 0xfe, 0xff)) return 'utf-16be';
  // What is followed is written in ASCII for the most part: then every other byte of UTF-16 is zero, and none of any other encoding.
  const zeros = [0, 0] as [number, number];
  head.forEach((byte, index) => void (byte === 0 && zeros[(index % 2) as 0 | 1]++));
  const half = head.length / 2;
  if (zeros[1] > half * 0.4 && zeros[0] < half * 0.05) return 'utf-16le';
  if (zeros[0] > half * 0.4 && zeros[1] < half * 0.05) return 'utf-16be';
  if (zeros[0] + zeros[1] > 0) throw new UnreadableDocument('NOT_TEXT', 'The file holds zero bytes: it is not text, or not in an encoding that is known here (UTF-8, UTF-16, Windows-1252).', { line: 1 });
  return undefined;
};

const fits = (decoder: TextDecoder, chunk?: Uint8Array): boolean => {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    // A TypeError, which is how a fatal decoder says no.
    return false;
  }
};

/**
 * The text of a document, piece by piece, without its byte order mark.
 * @throws UnreadableDocument WRONG_ENCODING, with the line, where it is not in this encoding
 */
export async function* textOf(bytes: DocumentBytes, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new UnreadableDocument('WRONG_ENCODING', `The file is not in ${inWords[encoding]} throughout: choose another encoding, or save it as UTF-8.`, { line: line + linesBefore(encoding, chunk) }, { cause });
    }
  };
  for await (const chunk of bytes()) {
    const text = decode(chunk);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line++;
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

/** How many line ends of a piece stand before what could not be decoded. */
const linesBefore = (encoding: Encoding, chunk: Uint8Array = nothing): number => {
  const lenient = new TextDecoder(encoding).decode(chunk);
  const broken = lenient.indexOf('\ufffd');
  return (lenient.slice(0, broken < 0 ? undefined : broken).match(/\n/g) ?? []).length;
};
