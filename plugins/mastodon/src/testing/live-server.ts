import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './documents.js';
import { type Abilities, FakeServer, NOW, TOKEN } from './fake-server.js';
import { type Habits, mastodon } from './habits.js';
import { Streams } from './streams.js';

interface Limit {
  readonly of: number;
  left: number;
  readonly reset: Date;
}

const listen = (server: Server, port = 0): Promise<number> =>
  new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => listening((server.address() as AddressInfo).port));
  });

const close = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  if (server.listening) await new Promise((closed) => server.close(closed));
};

const isLocal = (status: Json): boolean => !String((status.account as Json).acct).includes('@');

/** As servers write it that tell no global ids of accounts, and know no `indexable` (Mastodon before 4.2, GoToSocial). */
const older = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('acct' in value)) return value;
  const { uri: _uri, indexable: _indexable, ...account } = value as Json;
  return account;
};

/** Streams to which a status belongs; the town's home shows everybody, and so does each of its lists. */
const streamsOf = (status: Json, lists: readonly Json[]): readonly string[] => {
  const everywhere = status.visibility === 'public';
  const tags = everywhere ? (status.tags as { name: string }[]).flatMap(({ name }) => [`hashtag ${name.toLowerCase()}`, ...(isLocal(status) ? [`hashtag:local ${name.toLowerCase()}`] : [])]) : [];
  return ['user', ...lists.map(({ id }) => `list ${String(id)}`), ...(everywhere ? ['public', ...(isLocal(status) ? ['public:local'] : [])] : []), ...tags];
};

/**
 * A server of this API on loopback: REST by HTTP, and streams by WebSocket on another port, as large servers have it. Written from
 * docs.joinmastodon.org (methods/streaming, methods/timelines, api/rate-limits; read 2026-11) and from how Mastodon and GoToSocial do it
 * ({@link Habits}). It can be cut, forgotten, blind, down, tired of us, and can forget who we are.
 */
export class LiveServer {
  limit: Limit | undefined;
  private isDown = false;

  private constructor(
    readonly town: FakeServer,
    readonly streams: Streams,
    private readonly habits: Habits,
    private readonly servers: readonly { readonly server: Server; readonly port: number }[],
  ) {}

  static async start(habits: Habits = mastodon, can: Partial<Abilities> = {}): Promise<LiveServer> {
    const rest = createServer();
    const streaming = createServer((request, response) => void response.writeHead(request.url === '/api/v1/streaming/health' ? 200 : 404).end('OK'));
    const [restPort, streamingPort] = [await listen(rest), await listen(streaming)];
    const town: FakeServer = new FakeServer({ streaming: `ws://127.0.0.1:${streamingPort}`, many: habits.recent, recent: habits.recent, ...can }, `http://127.0.0.1:${restPort}`);
    const streams = new Streams(habits, (token) => town.tokens.has(token));
    streaming.on('upgrade', streams.upgrade);
    const live = new LiveServer(town, streams, habits, [{ server: rest, port: restPort }, { server: streaming, port: streamingPort }]);
    rest.on('request', (request, response) => void live.answer(request, response));
    return live;
  }

  get origin(): string {
    return this.town.origin;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])) as [string, string][]);
    const answer = this.refusal(request) ?? (await this.town.answer(new Request(`${this.origin}${request.url ?? ''}`, { method: request.method ?? 'GET', headers, ...(body.length === 0 ? {} : { body: Buffer.concat(body) }) })));
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...this.limits() }).end(this.written(await answer.text()));
  }

  private written(text: string): string {
    return this.habits.recent || text === '' ? text : JSON.stringify(JSON.parse(text), older);
  }

  private refusal(request: IncomingMessage): Response | undefined {
    if (this.habits.wantsUserAgent && (request.headers['user-agent'] ?? '') === '') return Response.json({ error: 'no user-agent' }, { status: 418 });
    if (this.limit === undefined) return undefined;
    this.limit.left -= 1;
    return this.limit.left < 0 ? Response.json({ error: 'Too many requests' }, { status: 429 }) : undefined;
  }

  private limits(): Record<string, string> {
    return this.limit === undefined ? {} : { 'x-ratelimit-limit': String(this.limit.of), 'x-ratelimit-remaining': String(Math.max(0, this.limit.left)), 'x-ratelimit-reset': this.limit.reset.toISOString() };
  }

  /** Somebody says something, and it is told. */
  say(by: Json, at: string, content: string, changes: Json = {}): Json {
    const status = this.town.say(by, at, content, changes);
    this.tell(streamsOf(status, this.town.lists), 'update', status);
    return status;
  }

  /** Somebody speaks to the library. */
  mention(by: Json, at: string, content: string, changes: Json = {}): Json {
    const status = this.town.mention(by, at, content, changes);
    if (status.visibility !== 'direct') this.tell(streamsOf(status, this.town.lists), 'update', status);
    this.tell(['user', 'user:notification'], 'notification', this.town.notifications.at(-1));
    return status;
  }

  edit(status: Json, content: string, at: string = NOW.toISOString()): void {
    Object.assign(status, { content: `<p>${content}</p>`, edited_at: at });
    this.tell(streamsOf(status, this.town.lists), 'status.update', status);
  }

  /** It is gone, and streams tell its id alone. */
  remove(status: Json): void {
    this.town.statuses = this.town.statuses.filter((each) => each !== status);
    const names = streamsOf(status, this.town.lists).filter((name) => this.habits.deletions.includes(name.split(' ')[0] ?? ''));
    this.streams.tell(names, 'delete', String(status.id));
  }

  private tell(names: readonly string[], event: string, document: unknown): void {
    this.streams.tell(names, event, this.written(JSON.stringify(document)));
  }

  /** The token holds no longer: those who listen by it are closed, and nobody is let in by it. */
  expire(token: string = TOKEN): void {
    this.town.tokens.delete(token);
    this.streams.close();
  }

  async down(): Promise<void> {
    this.isDown = true;
    this.streams.end();
    for (const { server } of this.servers) await close(server);
  }

  async up(): Promise<void> {
    for (const { server, port } of this.servers) await listen(server, port);
    this.isDown = false;
  }

  async stop(): Promise<void> {
    this.streams.stop();
    if (!this.isDown) for (const { server } of this.servers) await close(server);
  }
}
