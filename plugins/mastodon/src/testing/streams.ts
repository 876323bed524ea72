import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Habits } from './habits.js';

interface Listener {
  readonly socket: WebSocket;
  readonly wire: Duplex;
  /** `user`, `hashtag town`, `list 5`: what was asked for, whether it is streamed or not. */
  readonly names: Set<string>;
  /** Its far side is gone, and nobody told us: nothing goes out, and nothing is read. */
  isDead: boolean;
}

export interface Handshake {
  readonly url: string;
  /** How the token came. */
  readonly by: 'authorization' | 'protocol' | 'query' | 'nothing';
  readonly accepted: boolean;
}

const SIGN_OF_LIFE_MS = 30_000;

const bearer = (header: string | undefined): string | undefined => /^Bearer (.+)$/i.exec(header ?? '')?.[1];

/** The streams of a server. A test, or a bench, tells them what happens. */
export class Streams {
  readonly handshakes: Handshake[] = [];
  /** What listeners asked for by messages. */
  readonly asked: unknown[] = [];
  /** Lives, and tells nothing. */
  blind = false;
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly listeners = new Set<Listener>();
  private readonly waiting = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;

  /** @param isToken whether somebody signed in by it */
  constructor(
    private readonly habits: Habits,
    private readonly isToken: (token: string) => boolean,
  ) {
    this.timer = setInterval(() => this.signOfLife(), SIGN_OF_LIFE_MS);
    this.timer.unref();
  }

  /** Somebody wants to listen. */
  readonly upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const url = new URL(request.url ?? '', 'ws://localhost');
    const given = {
      authorization: bearer(request.headers.authorization),
      query: url.searchParams.get('access_token') ?? undefined,
      protocol: request.headers['sec-websocket-protocol'],
    };
    const by = (['authorization', 'query', 'protocol'] as const).find((way) => given[way] !== undefined);
    const token = by === undefined || !this.habits.token.includes(by) ? undefined : given[by];
    const accepted = url.pathname === '/api/v1/streaming' && token !== undefined && this.isToken(token);
    this.handshakes.push({ url: request.url ?? '', by: by ?? 'nothing', accepted });
    wire.on('error', () => wire.destroy());
    if (!accepted) return void wire.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    this.sockets.handleUpgrade(request, wire, head, (socket) => this.open({ socket, wire, names: new Set(), isDead: false }, url.searchParams));
  };

  private open(listener: Listener, query: URLSearchParams): void {
    this.listeners.add(listener);
    const { socket } = listener;
    socket.on('error', () => socket.terminate());
    socket.on('close', () => { this.listeners.delete(listener); this.tellWaiting(); });
    socket.on('message', (data) => this.hear(listener, data));
    const stream = query.get('stream');
    if (stream !== null) this.subscribe(listener, { type: 'subscribe', stream, list: query.get('list') ?? undefined, tag: query.get('tag') ?? undefined }, this.habits.streams);
    this.tellWaiting();
  }

  private hear(listener: Listener, data: RawData): void {
    const message = JSON.parse((data as Buffer).toString('utf8')) as Record<string, string | undefined>;
    this.asked.push(message);
    this.subscribe(listener, message, this.habits.byMessage);
    this.tellWaiting();
  }

  private subscribe(listener: Listener, { type, stream = '', list, tag }: Record<string, string | undefined>, known: readonly string[]): void {
    const name = [stream, list ?? tag?.toLowerCase()].filter((part) => part !== undefined).join(' ');
    if (type === 'unsubscribe') return void listener.names.delete(name);
    if (known.includes(stream)) listener.names.add(name);
    else if (this.habits.refuses === 'aloud') listener.socket.send(JSON.stringify({ error: 'Unknown stream type', status: 400 }));
  }

  /** Tells whoever listens to one of these; a payload is text by itself, as with deletions, or becomes it. */
  tell(names: readonly string[], event: string, payload?: unknown): void {
    if (this.blind) return;
    const said = payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) };
    for (const listener of this.awake()) {
      for (const name of names.filter((each) => listener.names.has(each))) listener.socket.send(JSON.stringify({ stream: name.split(' '), event, ...said }));
    }
  }

  /** Anything, as it stands. */
  raw(text: string): void {
    for (const { socket } of this.awake()) socket.send(text);
  }

  /** The first half of something, and then nothing any more. */
  breakOff(text: string): void {
    const body = Buffer.from(text);
    const frame = Buffer.concat([Buffer.from([0x81, 126, body.length >> 8, body.length & 0xff]), body]);
    for (const { wire } of this.awake()) {
      wire.write(frame.subarray(0, frame.length >> 1));
      wire.destroy();
    }
  }

  /** As it is where a router forgets a connection: neither side is told. */
  forget(): void {
    for (const listener of this.listeners) {
      listener.isDead = true;
      listener.wire.pause();
    }
  }

  /** Closes what is open, properly: a new version, or a token that no longer holds. */
  close(): void {
    for (const { socket } of this.awake()) socket.close(1001);
  }

  /** Ends what is open, as a crash does. */
  end(): void {
    for (const { wire } of this.listeners) wire.destroy();
  }

  /** Settles as soon as so many listen, each to something. */
  async listening(count: number): Promise<void> {
    while (this.awake().filter(({ names }) => names.size > 0).length !== count) await new Promise<void>((told) => this.waiting.add(told));
  }

  /** What each of them listens to. */
  names(): readonly (readonly string[])[] {
    return this.awake().map(({ names }) => [...names]);
  }

  stop(): void {
    clearInterval(this.timer);
    this.end();
    this.sockets.close();
  }

  private awake(): readonly Listener[] {
    return [...this.listeners].filter(({ isDead }) => !isDead);
  }

  private signOfLife(): void {
    for (const { socket } of this.awake()) {
      if (this.habits.thumps) socket.send(':thump');
      else socket.ping();
    }
  }

  private tellWaiting(): void {
    for (const told of this.waiting) told();
    this.waiting.clear();
  }
}
