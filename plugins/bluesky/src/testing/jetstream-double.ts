import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { filterOfQuery, filterOfQueryV2, filterOfUpdate, InvalidOptions, isWanted, type JetstreamFilter } from './jetstream-filter.js';
import { errorV2, frameV1, frameV2, infoV2, type Said } from './jetstream-frames.js';

/** Cursors below it are sequences, those from it on are microseconds. */
const FIRST_TIME = 1e15;
const V2 = '/xrpc/network.bsky.jetstream.subscribeEvents';
const DICTIONARY = '/xrpc/network.bsky.jetstream.getZstdDictionary';

export interface JetstreamOptions {
  /** Which of its endpoints it has. Default: both. */
  readonly speaks?: readonly ('v1' | 'v2')[];
  /** Microseconds since 1970. */
  readonly now?: () => number;
  readonly zstd?: { readonly id: number; readonly dictionary: Buffer };
  /** Whether v1 takes the offer to deflate each message, as real ones do. Default true. */
  readonly deflates?: boolean;
  /** The longest request line that what stands before it lets through, in characters. */
  readonly longestUrl?: number;
  /** How many events it keeps for those who come back. Default: all. */
  readonly keeps?: number;
}

interface Kept {
  readonly said: Said;
  readonly seq: number;
  readonly timeUs: number;
  v1?: string;
  v2?: string;
}

/** One socket, as a test sees it. */
export interface Subscriber {
  readonly version: 'v1' | 'v2';
  readonly query: URLSearchParams;
  /** The payloads of `options_update`, in order. */
  readonly updates: unknown[];
  filter: JetstreamFilter;
  /** Half-open: nothing reaches it any more, and it is not told. */
  isFrozen: boolean;
  readonly socket: WebSocket;
}

interface Asked {
  readonly version: 'v1' | 'v2';
  readonly query: URLSearchParams;
  readonly filter: JetstreamFilter;
  /** The first sequence that it gets; undefined: what comes from now on. */
  readonly from: number | undefined;
  readonly clamped: boolean;
}

class Refused extends Error {
  readonly status: number;
  readonly error: string;
  constructor(status: number, error: string, message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/**
 * A Jetstream on loopback, written from the documentation of bluesky-social/jetstream (docs/README.md §5 and the lexicon of subscribeEvents, seen
 * 2026-11) and, for v1, its earlier README: both endpoints over one log, with what goes wrong there.
 */
export class JetstreamDouble {
  /** Those that are connected, and whoever was. */
  readonly subscribers: Subscriber[] = [];
  /** How often each path was asked for, sockets included. */
  readonly asked = new Map<string, number>();
  /** Answers every call with this status instead. */
  refuses: number | undefined;
  /** Alive, and brings no records: a host that has only other collections. */
  isBlind = false;

  private readonly options: JetstreamOptions;
  private readonly server: Server;
  private readonly sockets: { readonly v1: WebSocketServer; readonly v2: WebSocketServer };
  private log: Kept[] = [];
  private floor = 1;
  private next = 1;

  private constructor(options: JetstreamOptions) {
    this.options = options;
    const plain = { noServer: true, maxPayload: 10_000_000 } as const;
    this.sockets = { v1: new WebSocketServer({ ...plain, perMessageDeflate: options.deflates !== false }), v2: new WebSocketServer({ ...plain, perMessageDeflate: false, handleProtocols: (offered) => (offered.has('xrpc.v1.json') ? 'xrpc.v1.json' : false) }) };
    this.server = createServer({ maxHeaderSize: 1_048_576 }, (request, response) => this.answer(request, response));
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.upgrade(request, socket, head));
  }

  static async start(options: JetstreamOptions = {}, port = 0): Promise<JetstreamDouble> {
    const double = new JetstreamDouble(options);
    await new Promise<void>((listening) => double.server.listen(port, '127.0.0.1', listening));
    return double;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get address(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The sequence of what was said last; 0: nothing. */
  get tip(): number {
    return this.next - 1;
  }

  get open(): readonly Subscriber[] {
    return this.subscribers.filter(({ socket }) => socket.readyState <= 1);
  }

  /** Something happens on the network. */
  say(said: Said, timeUs: number = this.now()): void {
    const kept: Kept = { said, seq: this.next, timeUs };
    this.next += 1;
    this.log.push(kept);
    const { keeps } = this.options;
    // Now and then, since shifting each time would copy the log each time.
    if (keeps !== undefined && this.log.length > keeps * 1.1) this.forgetBefore(this.next - keeps);
    for (const subscriber of this.subscribers) if (subscriber.socket.readyState === 1) this.deliver(subscriber, kept);
  }

  /** At a set rate, for as long as `abort` lets it. @returns how many */
  async replay(said: Iterator<Said>, perSecond: number, abort: AbortSignal): Promise<number> {
    const began = performance.now();
    let count = 0;
    while (!abort.aborted) {
      const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
      for (; count < due; count += 1) {
        const { done, value } = said.next();
        if (done === true) return count;
        this.say(value);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return count;
  }

  /** A frame that says nothing of the kind, to everybody. */
  sendRaw(text: string | Buffer): void {
    for (const { socket } of this.open) socket.send(text);
  }

  /** What is older is no longer kept: v1 begins behind it and says nothing, v2 refuses a sequence. */
  forgetBefore(seq: number): void {
    this.floor = seq;
    this.log = this.log.filter((kept) => kept.seq >= seq);
  }

  /** The sockets of now are half-open from here on. */
  freeze(): void {
    for (const subscriber of this.open) subscriber.isFrozen = true;
  }

  /** Drops the sockets without a word, as a network does. */
  cut(): void {
    for (const { socket } of this.open) socket.terminate();
  }

  /** Whoever reads too slowly is sent away. */
  tellTooSlow(): void {
    for (const { socket, version } of this.open) {
      if (version === 'v2') socket.send(errorV2('ConsumerTooSlow', `reading below the floor rate; reconnect with cursor=${this.next}`));
      socket.close(version === 'v2' ? 1_000 : 1_008);
    }
  }

  async stop(): Promise<void> {
    for (const { socket } of this.subscribers) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private now(): number {
    return (this.options.now ?? (() => Date.now() * 1_000))();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://jetstream');
    this.count(url.pathname);
    try {
      if (this.refuses !== undefined) throw new Refused(this.refuses, 'ServiceUnavailable', 'service not ready');
      if (url.pathname === DICTIONARY) return this.giveDictionary(url.searchParams, response);
      this.plan(request, url);
      response.writeHead(426, { connection: 'upgrade', upgrade: 'websocket' }).end('WebSocket protocol violation');
    } catch (error) {
      const [status, type, body] = refusal(error, url.pathname);
      response.writeHead(status, { 'content-type': type }).end(body);
    }
  }

  private giveDictionary(query: URLSearchParams, response: ServerResponse): void {
    const { zstd } = this.options;
    const id = query.get('id');
    if (zstd === undefined || (id !== null && id !== String(zstd.id))) throw new Refused(zstd === undefined ? 404 : 400, 'DictionaryNotFound', 'no such dictionary');
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(zstd.dictionary);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://jetstream');
    this.count(url.pathname);
    try {
      if (this.refuses !== undefined) throw new Refused(this.refuses, 'ServiceUnavailable', 'service not ready');
      const plan = this.plan(request, url);
      this.sockets[plan.version].handleUpgrade(request, socket, head, (opened) => this.begin(opened, plan));
    } catch (error) {
      const [status, type, body] = refusal(error, url.pathname);
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
    }
  }

  private count(path: string): void {
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
  }

  /** Everything that is decided before a socket opens. @throws Refused, InvalidOptions */
  private plan(request: IncomingMessage, url: URL): Asked {
    const version = url.pathname === V2 ? 'v2' : 'v1';
    const { speaks = ['v1', 'v2'], longestUrl } = this.options;
    if ((version === 'v1' && url.pathname !== '/subscribe') || !speaks.includes(version)) throw new Refused(404, 'NotFound', 'not found');
    if (longestUrl !== undefined && (request.url ?? '').length > longestUrl) throw new Refused(414, 'URITooLong', 'request line too long');
    const query = url.searchParams;
    this.checkCompression(version, query, request);
    const filter = version === 'v2' ? filterOfQueryV2(query) : filterOfQuery(query);
    return { version, query, filter, ...this.startOf(query.get('cursor'), version) };
  }

  private checkCompression(version: 'v1' | 'v2', query: URLSearchParams, request: IncomingMessage): void {
    const wanted = query.get('compress') === 'true' || String(request.headers['socket-encoding'] ?? '').includes('zstd');
    if (version === 'v2' && wanted) throw new InvalidOptions('compress=true is the /subscribe (v1) opt-in; this endpoint uses zstdDictionary=<id>');
    const offered = String(request.headers['sec-websocket-extensions'] ?? '').includes('permessage-deflate');
    if (version === 'v1' && wanted && offered) throw new InvalidOptions('choose one compression scheme: custom zstd or permessage-deflate, not both');
    const id = query.get('zstdDictionary');
    if (version === 'v2' && id !== null && id !== String(this.options.zstd?.id)) throw new Refused(400, 'UnknownZstdDictionary', `current dictionary id is ${this.options.zstd?.id}`);
  }

  private startOf(cursor: string | null, version: 'v1' | 'v2'): Pick<Asked, 'from' | 'clamped'> {
    if (cursor === null || cursor === '') return { from: undefined, clamped: false };
    if (!/^-?\d+$/.test(cursor)) throw new InvalidOptions(`invalid cursor: ${cursor}`);
    const at = Number(cursor);
    if (at >= FIRST_TIME) {
      if (at > this.now()) return { from: undefined, clamped: false };
      const found = this.log.find(({ timeUs }) => timeUs >= at)?.seq ?? this.next;
      return { from: found, clamped: this.floor > 1 && found === this.floor };
    }
    if (at >= this.next) return { from: undefined, clamped: false };
    if (at < this.floor && version === 'v2') throw new Refused(400, 'CursorTooOld', `cursor ${at} below lookback floor ${this.floor}`);
    return { from: Math.max(at, this.floor), clamped: at < this.floor };
  }

  private begin(socket: WebSocket, { version, query, filter, from, clamped }: Asked): void {
    const subscriber: Subscriber = { version, query, updates: [], filter, socket, isFrozen: false };
    const start = (): void => {
      this.subscribers.push(subscriber);
      if (version === 'v2' && clamped) this.send(subscriber, infoV2('OutdatedCursor', `requested timestamp cursor below retention floor; starting at seq ${from}`));
      if (from !== undefined) for (const kept of this.log.slice()) if (kept.seq >= from) this.deliver(subscriber, kept);
    };
    const waits = version === 'v1' && query.get('requireHello') === 'true';
    let isStarted = !waits;
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => {
      if (version === 'v2') return socket.close(1_008, 'unexpected data');
      if (isBinary || !this.update(subscriber, String(data))) return;
      if (!isStarted) start();
      isStarted = true;
    });
    if (!waits) start();
  }

  /** @returns whether the filter was replaced */
  private update(subscriber: Subscriber, text: string): boolean {
    const { socket } = subscriber;
    try {
      const { type, payload } = JSON.parse(text) as { type?: unknown; payload?: Parameters<typeof filterOfUpdate>[0] };
      // Other types are for times to come.
      if (type !== 'options_update') return false;
      subscriber.filter = filterOfUpdate(payload ?? {});
      subscriber.updates.push(payload);
      return true;
    } catch (error) {
      const [code, reason] = error instanceof InvalidOptions ? ([1_008, error.message.slice(0, 120)] as const) : ([1_007, 'bad envelope'] as const);
      socket.close(code, reason);
      return false;
    }
  }

  private deliver(subscriber: Subscriber, kept: Kept): void {
    const { filter, version } = subscriber;
    if (subscriber.isFrozen || (this.isBlind && kept.said.kind === 'commit') || !isWanted(filter, kept.said)) return;
    const text = version === 'v2' ? (kept.v2 ??= frameV2(kept.said, kept)) : (kept.v1 ??= frameV1(kept.said, kept, this.options.speaks?.includes('v2') !== false));
    if (filter.largest === 0 || Buffer.byteLength(text) <= filter.largest) this.send(subscriber, text);
  }

  private send({ socket, version, query }: Subscriber, text: string): void {
    const { zstd } = this.options;
    if (zstd === undefined || version === 'v1' || !query.has('zstdDictionary')) return socket.send(text);
    socket.send(zstdCompressSync(text, { dictionary: zstd.dictionary }));
  }
}

const refusal = (error: unknown, path: string): readonly [status: number, type: string, body: string] => {
  if (!(error instanceof Refused) && !(error instanceof InvalidOptions)) throw error;
  const [status, name] = error instanceof Refused ? [error.status, error.error] : [400, 'InvalidRequest'];
  return path === '/subscribe' ? [status, 'text/plain', error.message] : [status, 'application/json', JSON.stringify({ error: name, message: error.message })];
};
