import { describe, expect, it } from '@jest/globals';
import { ownAddress } from './own-address.js';

describe('ownAddress', () => {
  it.each<[string | undefined, string, number, string | undefined]>([
    ['https://listen.larch.example', '127.0.0.1', 3000, 'https://listen.larch.example'],
    [undefined, '127.0.0.1', 3000, 'http://127.0.0.1:3000'],
    [undefined, '::1', 3000, 'http://[::1]:3000'],
    [undefined, '0.0.0.0', 3000, 'http://localhost:3000'],
    [undefined, '::', 3000, 'http://localhost:3000'],
    [undefined, '127.0.0.1', 0, undefined],
  ])('public %s, listening at %s and %i: %s', (publicUrl, host, port, address) => {
    expect(ownAddress({ publicUrl, host, port, trustedProxies: [] })).toBe(address);
  });
});
