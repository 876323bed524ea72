import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

const HEAD_BYTES = 1024;

/** Labels that the web reads as another encoding (WHATWG Encoding Standard): pages say latin1 and mean Windows-1252. */
const READ_AS = new Map([
  ['iso-8859-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['us-ascii', 'windows-1252'],
  ['ascii', 'windows-1252'],
  ['iso-8859-9', 'windows-1254'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['ks_c_5601-1987', 'euc-kr'],
]);

const BYTE_ORDER_MARKS = [
  { bytes: [0xff, 0xfe, 0x00, 0x00], encoding: 'utf-32le' },
  { bytes: [0x00, 0x00, 0xfe, 0xff], encoding: 'utf-32be' },
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

/** @param {Buffer} bytes */
const encodingByMark = (bytes) => BYTE_ORDER_MARKS.find((mark) => mark.bytes.every((byte, at) => bytes[at] === byte))?.encoding;

/** UTF-16 without a mark shows itself by the zero byte beside the first "<" or "{". @param {Buffer} bytes */
const encodingByZeros = (bytes) => {
  const opens = (/** @type {number | undefined} */ byte) => byte === 0x3c || byte === 0x7b;
  if (opens(bytes[0]) && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && opens(bytes[1])) return 'utf-16be';
  return undefined;
};

/** What the document says of itself: the XML declaration, or the meta element of a page. @param {Buffer} bytes */
const encodingInside = (bytes) => {
  const head = bytes.subarray(0, HEAD_BYTES).toString('latin1');
  return /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]+)["']/i.exec(head)?.[1] ?? /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i.exec(head)?.[1];
};

/** @param {string | undefined} label */
const known = (label) => {
  const lower = label?.trim().toLowerCase();
  if (!lower) return undefined;
  const encoding = READ_AS.get(lower) ?? lower;
  return iconv.encodingExists(encoding) ? encoding : undefined;
};

const isEightBitUnicode = (/** @type {string} */ encoding) => /^utf-?8$|^cesu-?8$|^unicode-1-1-utf-8$/.test(encoding);
/** Encodings whose bytes are all ASCII, or that use two bytes everywhere: that such bytes are valid UTF-8 proves nothing. */
const hidesInUtf8 = (/** @type {string} */ encoding) => /^(utf-?(7|16|32)|ucs-?[24]|iso-2022|hz)/.test(encoding);

/** A few broken sequences in much good UTF-8: a body cut in the middle, or one bad paste. @param {string} text */
const isMostlyUtf8 = (text) => {
  let broken = 0;
  let good = 0;
  for (const character of text) {
    if (character === '\uFFFD') broken += 1;
    else if (character > '\u007F') good += 1;
  }
  return broken <= good;
};

/**
 * The text of a document whose encoding is told by its mark, by HTTP, or by itself, in this order (RFC 7303), and often wrongly:
 * bytes that are valid UTF-8 are read as UTF-8 whatever is declared, and bytes that are not are never read so.
 *
 * @param {Uint8Array} body
 * @param {string | undefined} charset of the HTTP header
 * @returns {string} never fails; what cannot be decoded is U+FFFD
 */
export const decodeDocument = (body, charset) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const certain = encodingByMark(bytes) ?? encodingByZeros(bytes);
  if (certain) return iconv.decode(bytes, certain);
  const declared = [known(charset), known(encodingInside(bytes))].filter((label) => label !== undefined);
  const hidden = declared.find(hidesInUtf8);
  if (hidden && !/^(utf-?(16|32)|ucs)/.test(hidden)) return iconv.decode(bytes, hidden);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const other = declared.find((label) => !isEightBitUnicode(label) && !hidesInUtf8(label));
  if (other) return iconv.decode(bytes, other);
  const lenient = bytes.toString('utf8');
  return isMostlyUtf8(lenient) ? lenient : iconv.decode(bytes, 'windows-1252');
};
