import ipaddr from 'ipaddr.js';

/** What an administrator allowed although it is private: `host:port`, an address, or a CIDR. */
export type Allowed = readonly string[];

const nat64 = ipaddr.parseCIDR('64:ff9b::/96');
const sixToFour = ipaddr.parseCIDR('2002::/16');

/** The IPv4 address that an IPv6 address leads to: mapped, translated (RFC 6052) or tunnelled (RFC 3056). Itself, where it leads to none. */
const led = (address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 => {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  if (address.match(nat64)) return ipaddr.fromByteArray(bytes.slice(12));
  if (address.match(sixToFour)) return ipaddr.fromByteArray(bytes.slice(2, 6));
  return address;
};

/** Whether an address is one of the public internet: neither private, loopback, link-local, shared (CGNAT), multicast nor reserved. */
const isPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean => led(address).range() === 'unicast';

const inRange = (address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean => {
  if (!ipaddr.isValidCIDR(range)) return ipaddr.isValid(range) && ipaddr.process(range).toString() === ipaddr.process(address.toString()).toString();
  const [network, bits] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && address.match([network, bits] as [ipaddr.IPv4 & ipaddr.IPv6, number]);
};

/** Whether we may connect to this address, reached by this host and port. What is no address may not. */
export const mayConnect = (address: string, host: string, port: number, allowed: Allowed): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (isPublic(parsed)) return true;
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return allowed.some((entry) => entry.toLowerCase() === `${name}:${port}` || entry.toLowerCase() === `[${name}]:${port}` || inRange(parsed, entry));
};
