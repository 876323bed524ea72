import { isIP, isIPv4 } from 'node:net';

/** A private address that the installation's administrator lets accounts reach. */
export type PrivateAddress =
  /** One service: a name or an address without brackets, and its port. */
  | { readonly kind: 'service'; readonly host: string; readonly port: number }
  /** Every port of these addresses. */
  | { readonly kind: 'range'; readonly address: string; readonly prefix: number };

/** Reads `nas.local:8080`, `[fd00::5]:443`, `192.168.1.7` or `10.2.0.0/16`; undefined for anything else. */
export function parsePrivateAddress(text: string): PrivateAddress | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  if (isIP(address) !== 0 && rest.length === 0) {
    const widest = isIPv4(address) ? 32 : 128;
    const prefix = prefixText === undefined ? widest : wholeNumber(prefixText, widest);
    return prefix === undefined ? undefined : { kind: 'range', address, prefix };
  }
  const [, bracketed, name, portText] = /^(?:\[([^\]]+)\]|([a-z\d.-]+)):(\d+)$/i.exec(text) ?? [];
  const port = wholeNumber(portText ?? '', 65_535);
  const host = bracketed === undefined ? name : isIP(bracketed) === 6 ? bracketed : undefined;
  return host === undefined || port === undefined || port === 0 ? undefined : { kind: 'service', host: host.toLowerCase(), port };
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}
