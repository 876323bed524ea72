import { lookup as systemLookup } from 'node:dns';
import { type LookupAddress } from 'node:dns';
import { type LookupFunction, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { PrivateAddress } from '../../config/index.js';
import { isPublicAddress } from './public-address.js';

/** The address of a host is not of the public internet, and nobody allowed it. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(readonly host: string) {
    super(`${host} has no address that may be reached from here: it is private, or of this machine. An administrator can allow it for this account.`);
  }
}

/** Asks the system's resolver for all addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))));

/** Decides which addresses one account may reach, at the moment of connecting: what was checked is what is connected to. */
export class AddressGuard {
  constructor(
    private readonly allowed: readonly PrivateAddress[] = [],
    private readonly resolve: Resolve = resolveBySystem,
  ) {}

  allows(host: string, port: number, address: string): boolean {
    return isPublicAddress(address) || this.allowed.some((rule) => (rule.kind === 'service' ? rule.port === port && (rule.host === host.toLowerCase() || rule.host === address) : isWithin(address, rule)));
  }

  /**
   * The addresses of `host` that may be reached at `port`.
   * @throws AddressRefused when there is none; the resolver's own error when the name has no address at all.
   */
  async addressesOf(host: string, port: number): Promise<readonly LookupAddress[]> {
    const family = isIP(host);
    const found = family === 0 ? await this.resolve(host) : [{ address: host, family }];
    const fit = found.filter(({ address }) => this.allows(host, port, address));
    if (fit.length === 0) throw new AddressRefused(host);
    return fit;
  }

  /** As a lookup of `net.connect`. It is not asked about literal addresses: check those before. */
  lookup(port: number): LookupFunction {
    return (host, options, callback) => {
      this.addressesOf(host, port).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all) callback(null, [...addresses]);
          else callback(null, first?.address ?? '', first?.family);
        },
        (error: Error) => callback(error, ''),
      );
    };
  }
}

const isWithin = (address: string, range: { readonly address: string; readonly prefix: number }): boolean => {
  const [found, of] = [ipaddr.process(address.replace(/%.*$/, '')), ipaddr.parse(range.address)];
  return found.kind() === of.kind() && found.match(of, range.prefix);
};
