import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Ctx, RemoteError } from '@earshot/plugin-sdk';
import { type Agent, WebSocket as UndiciWebSocket, fetch as undiciFetch } from 'undici';
import { Database } from '../../database/index.js';
import { HostOptions } from '../host-options.js';
import { AddressRefused, guardedAgent } from './guarded-connector.js';
import { HostBudgets, retryAfterOf } from './host-budgets.js';
import { Network, type NetworkAccount, type UnderWay } from './network.js';

type Reach = Pick<Ctx<unknown, unknown>, 'fetch' | 'connect'>;

const limits = { connectMs: 10_000, headersMs: 30_000, idleMs: 30_000, totalMs: 120_000, bytes: 64 * 2 ** 20, hops: 5 };
const redirects = new Set([301, 302, 303, 307, 308]);
/** Not sent on to another origin: whoever a host points us to has no claim on them. */
const forOneOrigin = ['authorization', 'cookie', 'proxy-authorization'];

/** The guarded way to the world: no private addresses, no endless answers, no more requests than a host likes. */
@Injectable()
export class GuardedNetwork extends Network implements OnApplicationShutdown {
  private readonly agents = new Map<string, Agent>();
  private readonly budgets: HostBudgets;

  constructor(database: Database, private readonly options: HostOptions) {
    super();
    this.budgets = new HostBudgets(database, () => new Date(options.clock.now()));
  }

  for(account: NetworkAccount, abort: AbortSignal, underWay: UnderWay): Reach {
    return {
      fetch: async (input, init) => {
        const end = underWay();
        try {
          return await this.fetch(account, abort, new Request(input as RequestInfo, init));
        } finally {
          end();
        }
      },
      connect: async (url, protocols) => {
        const end = underWay();
        try {
          return await this.connect(account, abort, url, protocols);
        } finally {
          end();
        }
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.agents.values()].map((agent) => agent.destroy()));
    this.agents.clear();
  }

  private async fetch(account: NetworkAccount, abort: AbortSignal, request: Request): Promise<Response> {
    const signal = AbortSignal.any([abort, request.signal, AbortSignal.timeout(limits.totalMs)]);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    let url = checkedUrl(request.url, ['http:', 'https:']);
    let { method } = request;
    let sent = body;
    const headers = new Headers(request.headers);
    if (!headers.has('user-agent')) headers.set('user-agent', this.options.userAgent);
    for (let hop = 0; ; hop++) {
      const response = await this.once(account, url, { method, headers, signal, ...(sent === undefined ? {} : { body: sent }) });
      const location = redirects.has(response.status) ? response.headers.get('location') : null;
      if (location === null || request.redirect === 'manual') return limited(response, url);
      await response.body?.cancel();
      if (request.redirect === 'error' || hop === limits.hops) throw new RemoteError('invalid-data', `${url.host} sends us from one address to another without end.`);
      const next = checkedUrl(new URL(location, url).href, ['http:', 'https:']);
      if (next.origin !== url.origin) for (const name of forOneOrigin) headers.delete(name);
      if (response.status === 303 || ((response.status === 301 || response.status === 302) && method === 'POST')) [method, sent] = ['GET', undefined];
      url = next;
    }
  }

  private async once(account: NetworkAccount, url: URL, init: { method: string; headers: Headers; signal: AbortSignal; body?: Uint8Array<ArrayBuffer> }): Promise<Response> {
    await this.budgets.take(url.host, account.id, (ms) => this.wait(ms, init.signal));
    try {
      const response = (await undiciFetch(url, { ...init, headers: Object.fromEntries(init.headers), redirect: 'manual', dispatcher: this.agent(account) })) as unknown as Response;
      await this.budgets.answered(url.host, account.id);
      const until = response.status === 429 || response.status === 503 ? retryAfterOf(response.headers.get('retry-after'), new Date(this.options.clock.now())) : undefined;
      if (until !== undefined) await this.budgets.pause(url.host, account.id, until);
      return response;
    } catch (error) {
      throw await this.failure(account, url, error, init.signal);
    }
  }

  /** In the one vocabulary by which the host acts. Our own abort goes on as it is. */
  private async failure(account: NetworkAccount, url: URL, error: unknown, signal: AbortSignal): Promise<unknown> {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof AddressRefused) return new RemoteError('rejected', cause.message, { cause });
    if (signal.aborted && !(signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError')) return signal.reason;
    await this.budgets.failed(url.host, account.id);
    const code = (cause as { code?: string } | undefined)?.code;
    return new RemoteError('unreachable', `${url.host} could not be reached${code === undefined ? '' : ` (${code})`}.`, { host: url.host, cause: error });
  }

  private async connect(account: NetworkAccount, abort: AbortSignal, address: string, protocols: readonly string[] = []): Promise<WebSocket> {
    const url = checkedUrl(address, ['ws:', 'wss:', 'http:', 'https:']);
    await this.budgets.take(url.host, account.id, (ms) => this.wait(ms, abort));
    // An agent of its own: undici's WebSocket does not say why it could not connect, the agent does.
    let refusal: AddressRefused | undefined;
    const agent = guardedAgent(account.allowedAddresses, limits, undefined, (error) => (refusal = error));
    const socket = new UndiciWebSocket(url, { protocols: [...protocols], dispatcher: agent, headers: { 'user-agent': this.options.userAgent } });
    const close = (): void => socket.close();
    abort.addEventListener('abort', close, { once: true });
    socket.addEventListener('close', () => { abort.removeEventListener('abort', close); void agent.destroy(); }, { once: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new RemoteError('unreachable', `${url.host} did not answer.`, { host: url.host })), limits.connectMs);
      socket.addEventListener('open', () => { clearTimeout(timer); resolve(); }, { once: true });
      socket.addEventListener('error', (event) => {
        clearTimeout(timer);
        this.failure(account, url, refusal ?? event.error, abort).then(reject, reject);
      }, { once: true });
    }).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    return socket as unknown as WebSocket;
  }

  private agent(account: NetworkAccount): Agent {
    const key = `${account.id} ${account.allowedAddresses.join(' ')}`;
    let agent = this.agents.get(key);
    if (agent === undefined) this.agents.set(key, (agent = guardedAgent(account.allowedAddresses, limits)));
    return agent;
  }

  private wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      const cancel = this.options.clock.after(ms, () => { signal.removeEventListener('abort', stop); resolve(); });
      signal.addEventListener('abort', () => { cancel(); stop(); }, { once: true });
    });
  }
}

/** @throws RemoteError for what is no address that a plugin may ask for. */
const checkedUrl = (text: string, protocols: readonly string[]): URL => {
  if (!URL.canParse(text)) throw new RemoteError('rejected', 'This is no address.');
  const url = new URL(text);
  if (!protocols.includes(url.protocol)) throw new RemoteError('rejected', `Addresses that begin with ${url.protocol} are not asked for.`);
  if (url.username !== '' || url.password !== '') throw new RemoteError('rejected', 'An address must not carry a name or password.');
  return url;
};

/** Cuts a body that grows past all bounds, counted after decompression. */
const limited = (response: Response, url: URL): Response => {
  if (response.body === null) return response;
  let read = 0;
  const guard = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      read += chunk.byteLength;
      if (read > limits.bytes) controller.error(new RemoteError('invalid-data', `${url.host} answers with more than ${limits.bytes / 2 ** 20} MB.`));
      else controller.enqueue(chunk);
    },
  });
  const answer = new Response(response.body.pipeThrough(guard), { status: response.status, statusText: response.statusText, headers: response.headers as unknown as Headers });
  // A Response of our own making has no address of its own; whoever resolves relative links needs it.
  Object.defineProperty(answer, 'url', { value: url.href });
  return answer;
};
