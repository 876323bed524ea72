import { describe, expect, it } from '@jest/globals';
import { networkOf } from './network-of.js';

describe('networkOf', () => {
  it('is the same for all addresses that one customer has in IPv6, and another for the next', () => {
    const [one, other] = ['2001:db8:1:2::1', '2001:db8:1:3::1'];
    for (const same of ['2001:DB8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0:0:0:1', '2001:db8:1:2::1%eth0']) expect(networkOf(same)).toBe(networkOf(one));
    expect(networkOf(other)).not.toBe(networkOf(one));
  });

  it('is an IPv4 address, also where it came by IPv6', () => {
    for (const same of ['192.0.2.7', '::ffff:192.0.2.7', '::ffff:c000:207', '::FFFF:192.0.2.7']) expect(networkOf(same)).toBe('192.0.2.7');
    expect(networkOf('192.0.2.8')).toBe('192.0.2.8');
  });

  it.each(['', 'unknown', '1.2.3', '192.0.2.07'])('leaves %j as it is', (text) => {
    expect(networkOf(text)).toBe(text);
  });
});
