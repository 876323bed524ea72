import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Said } from './jetstream-frames.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const head = (major: number, size: number): Buffer => {
  const lead = major << 5;
  if (size < 24) return Buffer.from([lead | size]);
  if (size < 0x100) return Buffer.from([lead | 24, size]);
  const bytes = Buffer.alloc(size < 0x10000 ? 3 : size < 0x1_0000_0000 ? 5 : 9);
  bytes[0] = lead | (size < 0x10000 ? 25 : size < 0x1_0000_0000 ? 26 : 27);
  if (bytes.length === 3) bytes.writeUInt16BE(size, 1);
  else if (bytes.length === 5) bytes.writeUInt32BE(size, 1);
  else bytes.writeBigUInt64BE(BigInt(size), 1);
  return bytes;
};

/** A link, to be written as a CID. */
export class Link {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Writes DAG-CBOR, as far as tests need it. */
export const encodeCbor = (value: unknown): Buffer => {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Link) return Buffer.concat([Buffer.from([0xd8, 42]), head(2, value.bytes.length + 1), Buffer.from([0]), value.bytes]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined);
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, inner]) => [encodeCbor(key), encodeCbor(inner)])]);
};

export const cidOf = (data: Buffer): Buffer => Buffer.concat([Buffer.from([0x01, 0x71, 0x12, 0x20]), createHash('sha256').update(data).digest()]);

export const cidName = (cid: Buffer): string => {
  const bits = [...cid].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return `b${(bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`;
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left & 127) | 128);
    if (left < 128) return Buffer.from(bytes);
  }
};

/** A CAR file of these blocks. */
export const carOf = (blocks: readonly Buffer[]): Buffer => {
  const header = encodeCbor({ roots: [], version: 1 });
  return Buffer.concat([varint(header.length), header, ...blocks.flatMap((data) => [varint(36 + data.length), cidOf(data), data])]);
};

const frame = (type: string, body: object): Buffer => Buffer.concat([encodeCbor({ op: 1, t: type }), encodeCbor(body)]);

const frameOf = (said: Said, seq: number, timeUs: number): Buffer => {
  const place = { seq, time: new Date(timeUs / 1_000).toISOString() };
  if (said.kind !== 'commit') return frame(`#${said.kind}`, { ...said, kind: undefined, ...place });
  const record = said.operation === 'delete' ? undefined : encodeCbor(said.record);
  const op = { action: said.operation, path: `${said.collection}/${said.rkey}`, cid: record === undefined ? null : new Link(cidOf(record)) };
  return frame('#commit', { repo: said.did, rev: '3l3qo2vutsw2b', since: null, rebase: false, tooBig: false, ops: [op], blobs: [], blocks: carOf(record === undefined ? [] : [record]), ...place });
};

/** The stream of a relay or data server on loopback, after atproto.com/specs/event-stream and the lexicon of subscribeRepos (seen 2026-11). */
export class ReposDouble {
  readonly opened: URLSearchParams[] = [];
  private readonly server: WebSocketServer;
  private readonly now: () => number;
  private log: { readonly seq: number; readonly bytes: Buffer }[] = [];
  private next = 1;
  private frozen = new Set<WebSocket>();

  private constructor(server: WebSocketServer, now: () => number) {
    [this.server, this.now] = [server, now];
    server.on('connection', (socket, request) => this.begin(socket, new URL(request.url ?? '/', 'http://repos').searchParams));
  }

  static async start(now: () => number): Promise<ReposDouble> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/xrpc/com.atproto.sync.subscribeRepos' });
    await new Promise((listening) => server.once('listening', listening));
    return new ReposDouble(server, now);
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  say(said: Said, timeUs = this.now()): void {
    this.sayBytes(frameOf(said, this.next, timeUs));
  }

  /** Anything, as what comes next. */
  sayBytes(bytes: Buffer): void {
    this.log.push({ seq: this.next, bytes });
    this.next += 1;
    for (const socket of this.server.clients) if (!this.frozen.has(socket)) socket.send(bytes);
  }

  forgetBefore(seq: number): void {
    this.log = this.log.filter((kept) => kept.seq >= seq);
  }

  /** The sockets of now are half-open from here on. */
  freeze(): void {
    this.frozen = new Set(this.server.clients);
  }

  cut(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private begin(socket: WebSocket, query: URLSearchParams): void {
    this.opened.push(query);
    const cursor = query.get('cursor');
    if (cursor === null) return;
    if (Number(cursor) >= this.next) {
      socket.send(Buffer.concat([encodeCbor({ op: -1 }), encodeCbor({ error: 'FutureCursor', message: 'Cursor in the future.' })]));
      return socket.close();
    }
    if (Number(cursor) + 1 < (this.log[0]?.seq ?? 1)) socket.send(frame('#info', { name: 'OutdatedCursor' }));
    for (const { seq, bytes } of this.log) if (seq > Number(cursor)) socket.send(bytes);
  }
}
