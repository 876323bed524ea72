import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import { curve } from './vapid-key.js';

/** What a browser gave with its address, base64url: its public key, and a secret of 16 bytes. */
export interface BrowserKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** One record, so whatever is sent is shorter. */
const recordBytes = 4_096;
const lastRecord = 2;

const derived = (key: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', key, salt, info, bytes));

/** Random, but for tests. */
interface Once {
  readonly salt: Buffer;
  /** Used for this message alone. */
  readonly pair: ECDH;
}

const fresh = (): Once => {
  const pair = createECDH(curve);
  pair.generateKeys();
  return { salt: randomBytes(16), pair };
};

/** What only this browser can read, and no push service between (RFC 8291, with the coding `aes128gcm` of RFC 8188). */
export const encryptPush = (plain: string, { p256dh, auth }: BrowserKeys, { salt, pair }: Once = fresh()): Buffer => {
  const [theirs, ours] = [Buffer.from(p256dh, 'base64url'), pair.getPublicKey()];
  const secret = derived(pair.computeSecret(theirs), Buffer.from(auth, 'base64url'), Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]), 32);
  const key = derived(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derived(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const record = Buffer.concat([cipher.update(plain, 'utf8'), cipher.update(Buffer.of(lastRecord)), cipher.final(), cipher.getAuthTag()]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(recordBytes);
  head.writeUInt8(ours.length, 4);
  return Buffer.concat([salt, head, ours, record]);
};
