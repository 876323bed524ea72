import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { WebSocketServer } from 'ws';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database } from '../../database/index.js';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { GuardedNetwork } from './guarded-network.js';
import { HostBudgets } from './host-budgets.repository.js';
import type { Resolve } from './address-guard.js';
import type { NetworkLimits } from './network-limits.js';

let database: Database;
let scene: Scene;
let network: GuardedNetwork;
let resolve: Resolve;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let host: string;
let account: string;

const networkWith = (limits: Partial<NetworkLimits>): GuardedNetwork =>
  new GuardedNetwork(new HostBudgets(database), new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), clock: systemClock, network: limits, resolve: (name) => resolve(name) }));

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 3 } });
  scene = await Scene.open(test);
  network = networkWith({});
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  account = await scene.account(await scene.library());
  answer = (_, response) => response.end('hello');
  resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  await scene.query('delete from host_budget');
});
afterAll(async () => {
  await network.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
  await scene.close();
  await database.close();
});

const reach = (allowed: readonly string[], abort = new AbortController().signal) => network.for({ id: account, allowedAddresses: allowed }, abort, () => () => {});
const get = (url: string, allowed: readonly string[] = [host]) => reach(allowed).fetch(url);

describe('GuardedNetwork', () => {
  it('goes where an administrator allowed it, under our name', async () => {
    answer = (request, response) => response.end(request.headers['user-agent']);
    expect(await (await get(`http://${host}/`)).text()).toContain('Earshot');
  });
  it.each(['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://2130706433:PORT/', 'http://0x7f.1:PORT/', 'http://0177.0.0.1:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://0.0.0.0:PORT/', 'http://127.1:PORT/'])('does not go to %s', async (url) => {
    await expect(get(url.replace('PORT', host.split(':')[1] as string), [])).rejects.toMatchObject({ kind: 'rejected' });
  });
  it.each(['file:///etc/passwd', 'ftp://example.org/', 'http://user:secret@example.org/', 'gopher://x/', 'nonsense'])('asks for nothing at %s', async (url) => {
    await expect(get(url)).rejects.toThrow();
  });
  it('checks every redirect, and takes no credentials to another origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => { seen.push(request.headers.authorization); response.end('other'); });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const otherHost = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    answer = (_, response) => response.writeHead(302, { location: `http://${otherHost}/` }).end();
    await expect(reach([host]).fetch(`http://${host}/`)).rejects.toMatchObject({ kind: 'rejected' });
    expect(await (await reach([host, otherHost]).fetch(`http://${host}/`, { headers: { authorization: 'Bearer secret' } })).text()).toBe('other');
    expect(seen).toEqual([undefined]);
    other.close();
    other.closeAllConnections();
  });
  it('follows no endless chain of redirects', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
    await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'rejected' });
  });
  it('cuts a body that grows past all bounds once it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20));
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect((await get(`http://${host}/`)).arrayBuffer()).rejects.toMatchObject({ kind: 'invalid-data' });
  });
  it('goes no further while the host asks for a pause, in any process', async () => {
    answer = (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end();
    expect((await get(`http://${host}/`)).status).toBe(429);
    await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'rate-limited' });
  });
  it('waits as long as it was told, also where that is told by the limit that was reached', async () => {
    const reset = new Date(Date.now() + 3_600_000);
    answer = (_, response) => response.writeHead(429, { 'x-ratelimit-reset': reset.toISOString() }).end();
    await get(`http://${host}/`);
    await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'rate-limited', facts: { retryAfter: reset } });
  });
  it.each(['while it kept it open', 'as soon as it was read'])('asks once more where a connection is closed %s, and sends nothing twice', async (when) => {
    const [known, asked] = [new Set<unknown>(), [] as string[]];
    answer = (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (known.has(request.socket)) return when === 'as soon as it was read' ? request.socket.destroy() : request.socket.end();
      known.add(request.socket);
      return response.end('hello');
    };
    const { fetch } = reach([host]);
    for (const path of ['/1', '/2']) expect(await (await fetch(`http://${host}${path}`)).text()).toBe('hello');
    expect(asked).toEqual(['GET /1', 'GET /2', 'GET /2']);
    await expect(fetch(`http://${host}/3`, { method: 'POST', body: 'once' })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(asked.filter((one) => one === 'POST /3')).toEqual(['POST /3']);
  });
  it('does not ask a host once more that closes what it never answered on', async () => {
    let asked = 0;
    answer = (request) => {
      asked++;
      request.socket.destroy();
    };
    await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringContaining('broke the connection off') });
    expect(asked).toBe(1);
  });
  it('leaves a host alone that failed several times in a row', async () => {
    answer = (request) => request.socket.destroy();
    for (let n = 0; n < 5; n++) await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(get(`http://${host}/`)).rejects.toThrow('did not answer lately');
  });
  it('ends with its abort', async () => {
    const abort = new AbortController();
    answer = () => abort.abort(new Error('enough'));
    await expect(reach([host], abort.signal).fetch(`http://${host}/`)).rejects.toThrow('enough');
  });
  it('opens no socket to a private address', async () => {
    await expect(reach([]).connect(`ws://${host}/`)).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('a name that answers differently the second time', () => {
  it('is connected to where it was checked, and nowhere else', async () => {
    const port = host.split(':')[1];
    const answers = ['8.8.8.8', '127.0.0.1'];
    resolve = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
    // The first answer is public: a connection there is tried and cannot be had from a test. What matters is the second.
    answers.shift();
    await expect(get(`http://public.example:${port}/`, [])).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('one request', () => {
  it('ends when its answer stands still', async () => {
    const impatient = networkWith({ idleMs: 50 });
    answer = (_, response) => void response.write('one');
    const response = await impatient.for({ id: account, allowedAddresses: [host] }, new AbortController().signal, () => () => {}).fetch(`http://${host}/`);
    await expect(response.text()).rejects.toMatchObject({ kind: 'unreachable' });
    await impatient.onApplicationShutdown();
  });
  it('ends when it takes too long as a whole', async () => {
    const impatient = networkWith({ totalMs: 50 });
    answer = () => {};
    await expect(impatient.for({ id: account, allowedAddresses: [host] }, new AbortController().signal, () => () => {}).fetch(`http://${host}/`)).rejects.toThrow('took too long');
    await impatient.onApplicationShutdown();
  });
  it('keeps address, status and headers of its answer, and sends a body', async () => {
    const bodies: string[] = [];
    answer = (request, response) => {
      if (request.url === '/') return void response.writeHead(307, { location: '/there' }).end();
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString())).on('end', () => response.writeHead(201, { 'x-one': '1' }).end());
    };
    const response = await reach([host]).fetch(`http://${host}/`, { method: 'POST', body: 'said' });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.url, response.redirected, response.headers.get('x-one'), bodies]).toEqual([201, `http://${host}/there`, true, '1', ['said']]);
  });
});

describe('connect', () => {
  it('sends bytes as they are, and how many there are', async () => {
    const got: unknown[] = [];
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        got.push(Buffer.concat(chunks), request.headers['content-length'], request.headers['content-type']);
        response.end();
      });
    };
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    await reach([host]).fetch(`http://${host}/`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: bytes });
    expect(got).toEqual([Buffer.from(bytes), '300000', 'image/png']);
  });
  it('opens a WebSocket, names us, and closes it with the abort', async () => {
    const sockets = new WebSocketServer({ server });
    const agents: (string | undefined)[] = [];
    sockets.on('connection', (socket, request) => {
      agents.push(request.headers['user-agent']);
      socket.send('welcome');
    });
    const abort = new AbortController();
    const socket = await reach([host], abort.signal).connect(`ws://${host}/`);
    expect(await new Promise((heard) => socket.addEventListener('message', (event) => heard(event.data), { once: true }))).toBe('welcome');
    expect(agents[0]).toContain('Earshot');
    const closed = new Promise((heard) => socket.addEventListener('close', heard, { once: true }));
    abort.abort();
    await closed;
    sockets.close();
    server.removeAllListeners('upgrade');
  });
  it('tells of a server that speaks no WebSocket', async () => {
    await expect(reach([host]).connect(`ws://${host}/`)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('HostBudgets', () => {
  const spending = { burst: 60, ratePerSecond: 1, waitMs: 15_000, reserve: 0 };
  const turn = (budgets: HostBudgets) => budgets.take('burst.example', account, spending);
  const elapse = (seconds: number) => scene.query(`update host_budget set refilled_at = refilled_at - $1 * interval '1 second', open_until = open_until - $1 * interval '1 second'`, [seconds]);

  it('lets a burst through, then makes everybody wait a second longer than the last, and refuses who would wait too long', async () => {
    const budgets = [new HostBudgets(database), new HostBudgets(database)] as const;
    const began = performance.now();
    for (let n = 0; n < 60; n++) expect((await turn(budgets[n % 2 as 0 | 1])).waitMs).toBeLessThan(1);
    for (let n = 1; n <= 14; n++) {
      const { waitMs } = await turn(budgets[n % 2 as 0 | 1]);
      // The budget fills while we ask.
      expect(waitMs).toBeGreaterThan(n * 1_000 - (performance.now() - began) - 100);
      expect(waitMs).toBeLessThan(n * 1_000 + 100);
    }
    let last = await turn(budgets[0]);
    // Once or twice more, or oftener where a turn takes so long that the budget fills meanwhile.
    for (let n = 0; n < 100 && last.spent; n++) last = await turn(budgets[0]);
    expect(last.spent).toBe(false);
    await elapse(3_600);
    expect(await turn(budgets[1])).toMatchObject({ spent: true, waitMs: 0 });
  });

  it('opens a circuit for every account at the host, lets one probe through, and closes it with an answer', async () => {
    const budgets = new HostBudgets(database);
    const other = await scene.account(await scene.library());
    await turn(budgets);
    await budgets.take('burst.example', other, spending);
    for (let n = 0; n < 5; n++) await budgets.failed('burst.example');
    expect((await budgets.take('burst.example', other, spending))).toMatchObject({ spent: false, openUntil: expect.any(Date) });
    await elapse(16);
    expect(await turn(budgets)).toMatchObject({ spent: true, failures: 5 });
    expect(await turn(budgets)).toMatchObject({ spent: false });
    await budgets.answered('burst.example');
    expect(await turn(budgets)).toMatchObject({ spent: true, failures: 0, openUntil: null });
    expect(await budgets.take('burst.example', other, spending)).toMatchObject({ spent: true });
  });
});
