import { describe, expect, it } from '@jest/globals';
import { mutantOf, type Mutation } from './mutants.js';

const good = Buffer.from('Käse “5 €” 图');
const mutant = (what: Mutation['what'], at = 0, length = 0, much = 0): Buffer => mutantOf(good, [{ what, at, length, much }]);

describe('mutants', () => {
  it.each<[string, Buffer, Buffer]>([
    ['flips one bit', mutant('flip', 0, 9, 9), Buffer.from('Iäse “5 €” 图')],
    ['cuts off', mutant('cut off', 2), Buffer.from([0x4b, 0xc3])],
    ['cuts nothing off behind the last byte', mutant('cut off', good.length), good],
    ['deletes', mutant('delete', 0, 5), Buffer.from(' “5 €” 图')],
    ['repeats', mutant('repeat', 0, 3, 2), Buffer.from('KäKäKäse “5 €” 图')],
    ['puts zeros in', mutant('zero', 1, 0, 1), Buffer.from('K\0\0äse “5 €” 图')],
    ['writes Windows-1252', mutant('windows-1252'), Buffer.from('K\xE4se \x935 \x80\x94 ?', 'latin1')],
    ['writes UTF-16', mutant('utf-16be'), Buffer.from(good.toString(), 'utf16le').swap16()],
    ['writes UTF-16 with a mark', mutant('utf-16 with a mark').subarray(0, 4), Buffer.from([0xff, 0xfe, 0x4b, 0])],
  ])('%s', (_what, is, shouldBe) => {
    expect(is).toEqual(shouldBe);
  });

  it('does one after the other, wherever a place lies, and leaves what it was given', () => {
    const before = Buffer.from(good);
    expect(mutantOf(good, [{ what: 'delete', at: 2 * (good.length + 1), length: 99, much: 0 }, { what: 'repeat', at: 7, length: 7, much: 7 }])).toEqual(Buffer.alloc(0));
    expect(good).toEqual(before);
  });
});
