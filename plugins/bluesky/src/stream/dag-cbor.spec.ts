import { describe, expect, it } from '@jest/globals';
import { carOf, cidName, cidOf, encodeCbor, Link } from '../testing/repos-double.js';
import { recordsIn } from './car.js';
import { CborError, cidText, decodeCbor } from './dag-cbor.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('DAG-CBOR', () => {
  it.each([
    // RFC 8949, appendix A.
    ['00', 0], ['17', 23], ['1818', 24], ['1903e8', 1_000], ['1a000f4240', 1_000_000], ['1b000000e8d4a51000', 1_000_000_000_000], ['20', -1], ['3903e7', -1_000],
    ['fb3ff199999999999a', 1.1], ['f4', false], ['f5', true], ['f6', null], ['60', ''], ['6449455446', 'IETF'], ['62c3bc', 'ü'], ['80', []], ['83010203', [1, 2, 3]], ['a26161016162820203', { a: 1, b: [2, 3] }],
  ])('%s is %j', (bytes, value) => {
    expect(plain(decodeCbor(hex(bytes)).value)).toEqual(value);
  });

  it('reads a link as JSON has it, bytes as they are, and ends where the next value begins', () => {
    const cid = cidOf(encodeCbor({ text: 'a' }));
    const bytes = Buffer.concat([encodeCbor({ link: new Link(cid), data: Buffer.from([1, 2]) }), encodeCbor('next')]);
    const { value, end } = decodeCbor(bytes);
    expect(value).toMatchObject({ link: { $link: cidName(cid) }, data: Buffer.from([1, 2]) });
    expect(decodeCbor(bytes, end).value).toBe('next');
    // The CID of the data model's own example of an empty map.
    expect(cidText(cidOf(encodeCbor({})))).toBe('bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua');
  });

  it.each([
    ['nothing', ''], ['a text that ends too soon', '6449'], ['a list that lies about its length', '9bffffffffffffffff'], ['a list of endless length', '9f01ff'], ['a number too large', '1bffffffffffffffff'],
    ['undefined', 'f7'], ['a short float', 'f93c00'], ['a key that is no text', 'a10101'], ['a text that is no UTF-8', '62c328'], ['another tag', 'c074323031332d30332d32315432303a30343a30305a'], ['a thousand lists', '81'.repeat(1_000)], ['bytes of terabytes', '5b0000ffffffffffff'],
  ])('refuses %s', (_what, bytes) => {
    expect(() => decodeCbor(hex(bytes))).toThrow(CborError);
  });

  it('does not take a key of the prototype for more than a key', () => {
    const value = decodeCbor(encodeCbor(JSON.parse('{"__proto__":{"is":"ours"}}'))).value as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['is']).toBeUndefined();
  });
});

describe('a CAR file', () => {
  const blocks = ['one', 'two', 'three'].map((text) => encodeCbor({ text }));
  const nameOf = (index: number): string => cidName(cidOf(blocks[index] as Buffer));

  it('gives the records that are wanted', () => {
    expect([...recordsIn(carOf(blocks), new Set([nameOf(1)]))]).toEqual([[nameOf(1), expect.objectContaining({ text: 'two' })]]);
    expect(recordsIn(carOf(blocks), new Set(['bafyother'])).size).toBe(0);
  });

  it('refuses a block that is not what its name says, and a file that ends too soon', () => {
    const car = carOf(blocks);
    const forged = Buffer.from(car);
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
    expect(() => recordsIn(forged, new Set([nameOf(2)]))).toThrow(CborError);
    expect(() => recordsIn(car.subarray(0, -3), new Set([nameOf(2)]))).toThrow(CborError);
    expect(() => recordsIn(Buffer.alloc(0), new Set([nameOf(0)]))).toThrow(CborError);
  });
});
