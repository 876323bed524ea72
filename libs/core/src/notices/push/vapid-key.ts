import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';

export const curve = 'prime256v1';
/** Half of the longest that RFC 8292 allows: clocks differ. */
const holdsSeconds = 43_200;

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/**
 * The pair by which push services know this installation (RFC 8292). Browsers are given the public key, and their services take what is signed by the
 * private one alone. Of one secret the pair is always the same: see decision 0018.
 */
export class VapidKey {
  /** Uncompressed, base64url: as a browser wants it. */
  readonly publicKey: string;
  private readonly privateKey: KeyObject;

  /**
   * @param secret 32 bytes, base64url
   * @param contact whom a push service may turn to, a `mailto:` or `https:` address; undefined: nobody
   */
  constructor(secret: string, private readonly contact: string | undefined) {
    const { point, d } = pairOf(Buffer.from(secret, 'base64url'));
    this.publicKey = point.toString('base64url');
    this.privateKey = createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d, x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } });
  }

  /** The header `authorization` for what is sent to this address. */
  authorization(endpoint: URL, at: Date): string {
    const claims = { aud: endpoint.origin, exp: Math.floor(at.getTime() / 1_000) + holdsSeconds, ...(this.contact === undefined ? {} : { sub: this.contact }) };
    const signed = `${base64url(JSON.stringify({ typ: 'JWT', alg: 'ES256' }))}.${base64url(JSON.stringify(claims))}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return `vapid t=${signed}.${signature}, k=${this.publicKey}`;
  }
}

/** Of these bytes; or, where they are no key, as of four thousand million one is none (as large as the order of the curve), of their hash. */
const pairOf = (bytes: Buffer): { readonly point: Buffer; readonly d: string } => {
  const pair = createECDH(curve);
  try {
    pair.setPrivateKey(bytes);
  } catch {
    return pairOf(createHash('sha256').update(bytes).digest());
  }
  return { point: pair.getPublicKey(), d: bytes.toString('base64url') };
};
