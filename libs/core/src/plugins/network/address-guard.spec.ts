import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from '@jest/globals';
import { parsePrivateAddress, type PrivateAddress } from '../../config/index.js';
import { AddressGuard, AddressRefused } from './address-guard.js';

const allowed = (...rules: string[]): PrivateAddress[] => rules.map((rule) => parsePrivateAddress(rule)).filter((rule) => rule !== undefined);
const answering = (...addresses: string[]) => async (): Promise<LookupAddress[]> => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('AddressGuard', () => {
  it('lets through what an administrator allowed, by host and port, address or range, and nothing beside it', () => {
    const allows = (address: string, host: string, port: number, rule: string): boolean => new AddressGuard(allowed(rule)).allows(host, port, address);
    expect(allows('127.0.0.1', 'localhost', 8801, 'localhost:8801')).toBe(true);
    expect(allows('127.0.0.1', 'LOCALHOST', 8801, 'localhost:8801')).toBe(true);
    expect(allows('127.0.0.1', 'localhost', 8802, 'localhost:8801')).toBe(false);
    expect(allows('127.0.0.1', 'elsewhere', 8801, 'localhost:8801')).toBe(false);
    expect(allows('10.1.2.3', 'intranet', 80, '10.1.0.0/16')).toBe(true);
    expect(allows('::ffff:10.1.2.3', 'intranet', 80, '10.1.0.0/16')).toBe(true);
    expect(allows('10.2.2.3', 'intranet', 80, '10.1.0.0/16')).toBe(false);
    expect(allows('fd00::5', 'intranet', 80, '10.0.0.0/8')).toBe(false);
    expect(allows('192.168.1.7', '192.168.1.7', 80, '192.168.1.7')).toBe(true);
    expect(allows('::1', '::1', 80, '[::1]:80')).toBe(true);
  });

  it('keeps the public ones of many addresses, and refuses a name that has only others', async () => {
    expect(await new AddressGuard([], answering('10.0.0.1', '8.8.8.8', '::1')).addressesOf('mixed.example', 443)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    await expect(new AddressGuard([], answering('10.0.0.1', '::1')).addressesOf('inside.example', 443)).rejects.toThrow(AddressRefused);
    await expect(new AddressGuard([], answering()).addressesOf('empty.example', 443)).rejects.toThrow(AddressRefused);
  });

  it('asks no resolver about a literal address', async () => {
    const guard = new AddressGuard([], () => Promise.reject(new Error('asked')));
    await expect(guard.addressesOf('127.0.0.1', 80)).rejects.toThrow(AddressRefused);
    expect(await guard.addressesOf('8.8.8.8', 80)).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });
});
