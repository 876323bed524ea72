import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type Allowed, mayConnect } from './address-policy.js';

/** An address that this installation does not connect to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'EARSHOT_ADDRESS_REFUSED';
}

export type Lookup = typeof systemLookup;

export interface ConnectorLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  /** The longest silence within a body. */
  readonly idleMs: number;
}

const refused = (host: string): AddressRefused => new AddressRefused(`${host} leads to an address inside this network, where Earshot does not go unless the installation's administrator allows it for this account`);

/**
 * Connections that check the address at the moment of connecting: the address that was checked is the one that is used, so that a name which
 * answers differently the second time (DNS rebinding) wins nothing. Proxies of the environment play no part.
 */
export const guardedAgent = (allowed: Allowed, limits: ConnectorLimits, lookup: Lookup = systemLookup, onRefused: (error: AddressRefused) => void = () => {}): Agent => {
  const refuse = (host: string): AddressRefused => {
    const error = refused(host);
    onRefused(error);
    return error;
  };
  const connector = (host: string, port: number): buildConnector.connector =>
    buildConnector({ timeout: limits.connectMs, lookup: checkedLookup({ host, port, allowed, lookup, refuse }) });
  return new Agent({
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    connections: 8,
    connect: (options, callback) => {
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
      const literal = options.hostname.replace(/^\[|\]$/g, '');
      // A written address is connected to without a look-up.
      if (isIP(literal) !== 0 && !mayConnect(literal, options.hostname, port, allowed)) return callback(refuse(options.hostname), null);
      connector(options.hostname, port)(options, callback);
    },
  });
};

interface Checked { readonly host: string; readonly port: number; readonly allowed: Allowed; readonly lookup: Lookup; readonly refuse: (host: string) => AddressRefused }

const checkedLookup =
  ({ host, port, allowed, lookup, refuse }: Checked): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const open = addresses.filter(({ address }) => mayConnect(address, host, port, allowed));
      const first = open[0];
      if (first === undefined) return callback(refuse(host), '', 0);
      if (options.all === true) return callback(null, open);
      callback(null, first.address, first.family);
    });
  };
