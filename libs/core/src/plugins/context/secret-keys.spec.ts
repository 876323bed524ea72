import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { SealError, SecretKeys } from './secret-keys.js';

const [first, second] = [randomBytes(32), randomBytes(32)];
const keys = SecretKeys.of(first);

describe('SecretKeys', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(fc.property(fc.uuid(), fc.string({ unit: 'grapheme' }), (account, text) => keys.open(account, keys.seal(account, text)) === text));
  });

  it('opens nothing for another account, and nothing of which one bit was turned', () => {
    const sealed = keys.seal('a', 'token');
    expect(() => keys.open('b', sealed)).toThrow(SealError);
    for (let at = 0; at < sealed.length; at++) {
      const turned = Buffer.from(sealed);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(() => keys.open('a', turned)).toThrow(SealError);
    }
    expect(() => keys.open('a', sealed.subarray(0, 20))).toThrow(SealError);
  });

  it('never seals the same text to the same bytes', () => {
    expect(keys.seal('a', 'token').equals(keys.seal('a', 'token'))).toBe(false);
  });

  it('opens with the old key after a change, and seals with the new one', () => {
    const old = keys.seal('a', 'token');
    const changed = new SecretKeys(2, new Map([[1, first], [2, second]]));
    expect(changed.open('a', old)).toBe('token');
    expect(changed.isOld(old)).toBe(true);
    expect(changed.isOld(changed.seal('a', 'token'))).toBe(false);
    expect(() => keys.open('a', changed.seal('a', 'token'))).toThrow('the key number 2');
  });

  it('refuses keys of a wrong length', () => {
    expect(() => SecretKeys.of(randomBytes(16))).toThrow(RangeError);
  });
});
