import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress } from './public-address.js';

const privates = [
  '127.0.0.1', '127.8.9.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255',
  '192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '240.0.0.1', '192.88.99.1', '100.100.100.200', '168.63.129.16',
];
const bytesOf = (address: string): number[] => address.split('.').map(Number);
const hexOf = (address: string): string => bytesOf(address).map((byte) => byte.toString(16).padStart(2, '0')).join('').replace(/(....)(....)/, '$1:$2');

describe('isPublicAddress', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:8.8.8.8', '64:ff9b::808:808'])('lets through %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(privates)('stops %s, also mapped into IPv6, translated and tunnelled', (address) => {
    expect(isPublicAddress(address)).toBe(false);
    expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
    expect(isPublicAddress(`::ffff:${hexOf(address)}`)).toBe(false);
    expect(isPublicAddress(`0:0:0:0:0:ffff:${hexOf(address)}`)).toBe(false);
    expect(isPublicAddress(`::${address}`)).toBe(false);
    expect(isPublicAddress(`64:ff9b::${hexOf(address)}`)).toBe(false);
    expect(isPublicAddress(`64:ff9b:1::${hexOf(address)}`)).toBe(false);
    expect(isPublicAddress(`2002:${hexOf(address)}::1`)).toBe(false);
  });

  it.each(['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fd00::1', 'fc00::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:808:808::1', '100::1', '5f00::1', '', 'localhost', '8.8.8', 'no address'])('stops %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('says the same of an IPv4 address however it is written inside IPv6', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => isPublicAddress(address) === isPublicAddress(`::ffff:${hexOf(address)}`)));
  });
});
