import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What one customer of a provider is given in IPv6, at least: /64. Whoever has it has as many addresses as they like. */
const ownBits = 64;

/** By what an address is counted: IPv4 as it is, also where it comes inside of IPv6; of IPv6 the network. */
export const networkOf = (address: string): string => {
  const bare = address.replace(/%.*$/u, '');
  if (isIP(bare) === 0) return address;
  const parsed = ipaddr.process(bare);
  return parsed instanceof ipaddr.IPv6 ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${ownBits}`).toNormalizedString()}/${ownBits}` : parsed.toString();
};
