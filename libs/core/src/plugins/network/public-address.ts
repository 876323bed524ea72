import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const global = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
/** 64:ff9b::/96: how a network without IPv4 reaches IPv4 hosts. The whole address is in the last four bytes. */
const nat64 = ipaddr.parseCIDR('64:ff9b::/96') as [ipaddr.IPv6, number];
/** Public by its number, and private by its use: where Azure's machines find the host that they run on. */
const ofTheHost = '168.63.129.16';

/**
 * Whether an IP address is one of the public internet.
 *
 * An IPv6 address that carries an IPv4 one (mapped, or translated by NAT64) is as public as that is. 6to4 and Teredo tunnels are
 * refused: what they carry is delivered by somebody else. What cannot be read is not public.
 */
export const isPublicAddress = (address: string): boolean => {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) === 0) return false;
  const parsed = ipaddr.parse(bare);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && parsed.toString() !== ofTheHost;
  if (parsed.isIPv4MappedAddress()) return isPublicAddress(parsed.toIPv4Address().toString());
  if (parsed.match(nat64)) return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  return parsed.range() === 'unicast' && parsed.match(global);
};
