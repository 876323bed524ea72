import { createDecipheriv, createECDH, createHmac, createPublicKey, type ECDH, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrivateAddress } from '@earshot/core/config';
import { PublicPost } from '@earshot/core/plugins';
import { wentIn } from './output/record.js';
import type { Manner } from './webhook-receiver.js';

/** A push that a service took, as its browser reads it. */
export interface Pushed {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Undefined: the browser could not read it, or the service did not know who sent it. */
  readonly message: { readonly title: string; readonly body: string; readonly path: string; readonly tag: string } | undefined;
  /** What the sender said of itself. */
  readonly claims: { readonly aud?: string; readonly exp?: number; readonly sub?: string };
  readonly bytes: number;
}

/** A browser that subscribed at a service: what it hands over, and what it keeps. */
export interface Browser {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly pair: ECDH;
}

const hmac = (key: Buffer, ...parts: readonly (Buffer | string)[]): Buffer => {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
};

/** By RFC 8291 and 8188 as they are written, and by none of our code. */
export const readPush = ({ pair, p256dh, auth }: Pick<Browser, 'pair' | 'p256dh' | 'auth'>, body: Buffer): string => {
  const [salt, theirs, record] = [body.subarray(0, 16), body.subarray(21, 21 + body.readUInt8(20)), body.subarray(21 + body.readUInt8(20))];
  const keyed = hmac(hmac(Buffer.from(auth, 'base64url'), pair.computeSecret(theirs)), 'WebPush: info\0', Buffer.from(p256dh, 'base64url'), theirs, '\u0001');
  const drawn = hmac(salt, keyed);
  const key = hmac(drawn, 'Content-Encoding: aes128gcm\0\u0001').subarray(0, 16);
  const nonce = hmac(drawn, 'Content-Encoding: nonce\0\u0001').subarray(0, 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = plain.findLastIndex((byte) => byte !== 0);
  if (plain[end] !== 2) throw new Error('this is not the last record');
  return plain.subarray(0, end).toString('utf8');
};

/** What whoever holds `publicKey` signed (RFC 8292). @throws where somebody else did, or nobody */
export const readVapid = (authorization: string, publicKey: string): Pushed['claims'] => {
  const [, head, claims, signature, key] = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/u.exec(authorization) ?? [];
  if (key !== publicKey || head === undefined || claims === undefined || signature === undefined) throw new Error('this is signed by somebody else');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) throw new Error('the signature does not hold');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Pushed['claims'];
};

/** Posts to what listens on this machine as well: in place of what goes to the internet alone. */
export class PostHere extends PublicPost {
  protected override allowed(): readonly PrivateAddress[] {
    return [{ kind: 'range', address: '127.0.0.0', prefix: 8 }];
  }
}

/** A push service on 127.0.0.1, which reads what it takes as its browsers would. */
export class PushService {
  readonly received: Pushed[] = [];
  private readonly browsers = new Map<string, Browser>();
  private readonly manners = new Map<string, Manner>();
  private readonly waiting: { readonly count: number; readonly done: () => void }[] = [];
  private manner: Manner = 201;

  private constructor(private readonly server: ReturnType<typeof createServer>, private readonly senderKey: () => string) {}

  /** @param senderKey the public key of the installation that may send */
  static async open(senderKey: () => string): Promise<PushService> {
    const server = createServer();
    const service = new PushService(server, senderKey);
    server.on('request', (request: IncomingMessage, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        const path = request.url ?? '';
        service.received.push(service.read(path, request.headers, Buffer.concat(parts)));
        for (const { count, done } of service.waiting) if (service.received.length >= count) done();
        const manner = service.manners.get(path) ?? service.manner;
        if (typeof manner === 'function') manner(response);
        else if (manner !== 'never') response.writeHead(manner).end('what nobody keeps');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A browser that subscribes here. */
  browser(): Browser {
    const [pair, path] = [createECDH('prime256v1'), `/push/${randomBytes(12).toString('base64url')}`];
    const [p256dh, auth] = [pair.generateKeys().toString('base64url'), randomBytes(16).toString('base64url')];
    const browser = { endpoint: `http://${this.host}${path}`, p256dh, auth, pair };
    wentIn('the address of a browser', path);
    wentIn('the secret of a browser', auth);
    this.browsers.set(path, browser);
    return browser;
  }

  /** From the next push on; of one browser alone where it is told. */
  answer(manner: Manner, of?: Browser): void {
    if (of === undefined) this.manner = manner;
    else this.manners.set(new URL(of.endpoint).pathname, manner);
  }

  /** What one browser was told, oldest first. */
  toldTo({ endpoint }: Browser): readonly Pushed[] {
    return this.received.filter(({ path }) => path === new URL(endpoint).pathname);
  }

  /** Once it has so many. */
  until(count: number): Promise<void> {
    return this.received.length >= count ? Promise.resolve() : new Promise((done) => this.waiting.push({ count, done }));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.closeAllConnections();
      this.server.close(() => resolve());
    });
  }

  private read(path: string, headers: IncomingMessage['headers'], body: Buffer): Pushed {
    try {
      const claims = readVapid(headers.authorization ?? '', this.senderKey());
      const browser = this.browsers.get(path);
      return { path, headers, claims, bytes: body.length, message: browser && (JSON.parse(readPush(browser, body)) as Pushed['message']) };
    } catch {
      return { path, headers, claims: {}, bytes: body.length, message: undefined };
    }
  }
}
