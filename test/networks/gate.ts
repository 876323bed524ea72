import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';

/** A request that came to a gate. */
export interface Asked {
  /** By this machine's clock, which no test moves. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** What a gate makes of an exchange: an answer of its own, a connection that breaks, or nothing. */
export type Meddling = Answer | 'cut' | undefined;

/** What stands before a server as a reverse proxy does: it counts who asks, and says in the server's place what a server says that cannot be brought to say it. */
export class Gate {
  readonly asked: Asked[] = [];
  /** Before the server has the request, which nothing lets through. */
  instead: (asked: Asked) => Meddling | Promise<Meddling> = () => undefined;
  /** Once the server did what it was asked, and before whoever asked has its answer, which nothing lets through. */
  behind: (asked: Asked) => Promise<Meddling> = async () => undefined;
  /** Whoever comes is turned away without a word, as where a server is down. */
  isShut = false;
  /** Answers name the gate where they name the server behind it. */
  private isNamed = false;
  private readonly moments: { readonly path: RegExp; readonly work: () => Promise<void> }[] = [];
  private target: URL | undefined;

  private constructor(private readonly server: Server, readonly url: string) {}

  static async open(): Promise<Gate> {
    const server = createServer();
    const gate = new Gate(server, await listening(server));
    server.on('request', (asking: IncomingMessage, answer: ServerResponse) => void gate.pass(asking, answer).catch(() => asking.socket.destroy()));
    server.on('upgrade', (asking: IncomingMessage, socket: Duplex, head: Buffer) => gate.join(asking, socket, head));
    return gate;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  leadTo(url: string, { inItsName = false }: { readonly inItsName?: boolean } = {}): void {
    this.target = new URL(url);
    this.isNamed = inItsName;
  }

  /** Does this when the next request of this path is there, before it goes on. Resolves once it was done. */
  at(path: RegExp, work: () => Promise<void> = async () => {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.moments.push({ path, work: () => work().then(resolve, reject) });
    });
  }

  /** What came since that moment, of this path. */
  since(moment: number, path = /./): readonly Asked[] {
    return this.asked.filter((asked) => asked.at >= moment && path.test(asked.path));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(asking: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(asking);
    const asked = this.note(asking, body.toString());
    const moment = this.moments.findIndex(({ path }) => path.test(asked.path));
    if (this.isShut) return void asking.socket.destroy();
    if (moment >= 0) await this.moments.splice(moment, 1)[0]?.work();
    const instead = await this.instead(asked);
    if (instead !== undefined) return meddle(asking, answer, instead);
    const { hostname, port, origin } = this.target ?? new URL('http://127.0.0.1:9');
    // The Host header stays: what is signed there is signed for the gate's name.
    const headers = { ...asking.headers, ...(this.isNamed ? { 'accept-encoding': 'identity' } : {}) };
    const onward = request({ host: hostname, port, method: asking.method, path: asking.url, headers, agent: false });
    // Whom it leads to is away: it is away as well, and no page says so.
    onward.once('error', () => asking.socket.destroy());
    onward.once('response', (theirs) => {
      theirs.once('error', () => asking.socket.destroy());
      void this.giveBack(asked, theirs, { asking, answer, origin }).catch(() => asking.socket.destroy());
    });
    onward.end(body);
  }

  private async giveBack(asked: Asked, theirs: IncomingMessage, { asking, answer, origin }: { readonly asking: IncomingMessage; readonly answer: ServerResponse; readonly origin: string }): Promise<void> {
    const behind = await this.behind(asked);
    if (behind !== undefined) {
      theirs.resume();
      return meddle(asking, answer, behind);
    }
    if (this.isNamed) return this.rename(theirs, answer, origin);
    answer.writeHead(theirs.statusCode ?? 502, theirs.headers);
    theirs.pipe(answer);
  }

  private async rename(theirs: IncomingMessage, answer: ServerResponse, origin: string): Promise<void> {
    const body = (await text(theirs)).replaceAll(origin, this.url);
    const { 'transfer-encoding': _, ...headers } = theirs.headers;
    answer.writeHead(theirs.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }

  private join(asking: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.note(asking, '');
    const { hostname, port } = this.target ?? new URL('http://127.0.0.1:9');
    const onward = connect(Number(port), hostname);
    const lines = Array.from({ length: asking.rawHeaders.length / 2 }, (_, n) => `${asking.rawHeaders[2 * n]}: ${asking.rawHeaders[2 * n + 1]}`);
    onward.write(`${[`${asking.method} ${asking.url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.once('error', () => socket.destroy());
    socket.once('error', () => onward.destroy());
    onward.pipe(socket).pipe(onward);
  }

  private note(asking: IncomingMessage, body: string): Asked {
    const asked = { at: performance.now(), method: asking.method ?? '', path: asking.url ?? '', token: asking.headers.authorization?.replace(/^Bearer /, ''), body };
    this.asked.push(asked);
    return asked;
  }
}

const meddle = (asking: IncomingMessage, answer: ServerResponse, how: Answer | 'cut'): void => {
  if (how === 'cut') asking.socket.destroy();
  else answer.writeHead(how.status, { 'content-type': 'application/json', ...how.headers }).end(JSON.stringify(how.body));
};

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://localhost:${(server.address() as AddressInfo).port}`;
};
