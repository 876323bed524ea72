import { describe, expect, it } from '@jest/globals';
import { mayConnect } from './address-policy.js';

describe('mayConnect', () => {
  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '8.8.8.8', '::ffff:8.8.8.8', '64:ff9b::808:808'])('lets through the public %s', (address) => {
    expect(mayConnect(address, 'example.org', 443, [])).toBe(true);
  });
  it.each([
    '127.0.0.1', '127.8.9.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '240.0.0.1',
    '::1', '::', 'fe80::1', 'fd00::1', 'fc00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:db8::1', 'no address',
  ])('stops %s', (address) => {
    expect(mayConnect(address, 'example.org', 443, [])).toBe(false);
  });
  it('lets through what an administrator allowed, by host and port, address or range', () => {
    expect(mayConnect('127.0.0.1', 'localhost', 8801, ['localhost:8801'])).toBe(true);
    expect(mayConnect('127.0.0.1', 'localhost', 8802, ['localhost:8801'])).toBe(false);
    expect(mayConnect('10.1.2.3', 'intranet', 80, ['10.1.0.0/16'])).toBe(true);
    expect(mayConnect('10.2.2.3', 'intranet', 80, ['10.1.0.0/16'])).toBe(false);
    expect(mayConnect('192.168.1.7', '192.168.1.7', 80, ['192.168.1.7'])).toBe(true);
    expect(mayConnect('::1', '[::1]', 80, ['[::1]:80'])).toBe(true);
  });
});
