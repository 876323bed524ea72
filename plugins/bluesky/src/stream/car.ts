import { createHash } from 'node:crypto';
import { CborError, cidText, decodeCbor } from './dag-cbor.js';

/** CIDv1, DAG-CBOR, SHA-256 of 32 bytes: what records are named by (atproto.com/specs/data-model). */
const PREFIX = [0x01, 0x71, 0x12, 0x20];
const CID_LENGTH = 36;

const varint = (bytes: Uint8Array, from: number): readonly [value: number, end: number] => {
  let value = 0;
  for (let at = from; at < from + 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw new CborError('ends too soon');
    value += (byte & 127) * 2 ** (7 * (at - from));
    if (byte < 128) return [value, at + 1];
  }
  throw new CborError('a length that is too large');
};

const isHashOf = (cid: Uint8Array, data: Uint8Array): boolean => createHash('sha256').update(data).digest().equals(cid.subarray(PREFIX.length));

/**
 * The records of these CIDs in a CAR file (ipld.io/specs/transport/car, version 1), each checked against the hash that names it.
 * Whatever else is in it is passed over. @throws CborError where it is none, or a block is not what its name says
 */
export const recordsIn = (car: Uint8Array, wanted: ReadonlySet<string>): ReadonlyMap<string, unknown> => {
  const found = new Map<string, unknown>();
  const [headerLength, headerAt] = varint(car, 0);
  let at = headerAt + headerLength;
  while (at < car.length && found.size < wanted.size) {
    const [length, from] = varint(car, at);
    at = from + length;
    if (at > car.length) throw new CborError('ends too soon');
    const cid = car.subarray(from, from + CID_LENGTH);
    if (length < CID_LENGTH || PREFIX.some((byte, index) => cid[index] !== byte)) continue;
    const name = cidText(cid);
    if (!wanted.has(name)) continue;
    const data = car.subarray(from + CID_LENGTH, at);
    if (!isHashOf(cid, data)) throw new CborError('a block that is not what its name says');
    found.set(name, decodeCbor(data).value);
  }
  return found;
};
