import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A network's host that lets people in, knows them by the token that they got, and counts what it is asked. */
export class CountedHost {
  readonly asked: string[] = [];
  /** The most that was under way at once. */
  most = 0;
  /** Each answer waits for it. */
  before: () => Promise<void> = async () => {};
  /** Whoever asks gets no answer. */
  isAway = false;
  private underWay = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response));
  }

  static async open(): Promise<CountedHost> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountedHost(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How often each of these was asked. */
  times(path: string): readonly number[] {
    return [...Map.groupBy(this.asked.filter((asked) => asked.startsWith(path)), (asked) => asked).values()].map(({ length }) => length);
  }

  forget(): void {
    this.asked.splice(0);
    this.most = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.most = Math.max(this.most, ++this.underWay);
    this.asked.push(request.url ?? '');
    await this.before();
    this.underWay -= 1;
    if (this.isAway) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: 'a token' }));
  }
}
