import { createHash } from 'node:crypto';

const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz';
const LENGTH = 13;
/** Two years that are over: servers may refuse a TID of times to come. */
const FROM_MICROS = BigInt(Date.UTC(2024, 0, 1)) * 1_000n;
const SPAN_MICROS = BigInt(2 * 365 * 86_400_000) * 1_000n;

/**
 * The record key for an idempotency key: a valid TID, always the same, so that asking for the record proves whether it was published.
 *
 * Its time says nothing; posts are sorted by `createdAt`. 56 bits of the hash are in it: among ten million records of one account two meet once in
 * a thousand such accounts, and then the second is refused and not published over the first.
 */
export const recordKeyOf = (key: string): string => {
  const hash = createHash('sha256').update(key).digest();
  const micros = FROM_MICROS + (hash.readBigUInt64BE(0) % SPAN_MICROS);
  let left = (micros << 10n) | BigInt(hash.readUInt16BE(8) & 0x3ff);
  let text = '';
  for (let at = 0; at < LENGTH; at += 1) {
    text = (ALPHABET[Number(left & 31n)] ?? '') + text;
    left >>= 5n;
  }
  return text;
};
