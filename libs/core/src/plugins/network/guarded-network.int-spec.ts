import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { Agent, fetch as undiciFetch } from 'undici';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database } from '../../database/index.js';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { guardedAgent } from './guarded-connector.js';
import { GuardedNetwork } from './guarded-network.js';
import { HostBudgets } from './host-budgets.js';

let database: Database;
let scene: Scene;
let network: GuardedNetwork;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let host: string;
let account: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 3 } });
  scene = await Scene.open(test);
  network = new GuardedNetwork(database, new HostOptions({ secretKeys: new SecretKeys(1, new Map([[1, Buffer.alloc(32, 1)]])), clock: systemClock }));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  account = await scene.account(await scene.library());
  answer = (_, response) => response.end('hello');
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
    await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'invalid-data' });
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
  it('leaves a host alone that failed several times in a row', async () => {
    answer = (request) => request.socket.destroy();
    for (let n = 0; n < 5; n++) await expect(get(`http://${host}/`)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(get(`http://${host}/`)).rejects.toThrow('left alone until');
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
    const port = host.split(':')[1] as string;
    const agent: Agent = guardedAgent([], { connectMs: 1_000, headersMs: 1_000, idleMs: 1_000 }, ((_name: string, _options: object, callback: (error: null, addresses: { address: string; family: number }[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])) as never);
    await expect(undiciFetch(`http://public.example:${port}/`, { dispatcher: agent })).rejects.toMatchObject({ cause: { code: 'EARSHOT_ADDRESS_REFUSED' } });
    await agent.destroy();
  });
});

describe('HostBudgets', () => {
  it('lets a burst through, then one a second, whoever asks', async () => {
    let now = Date.parse('2026-05-01T12:00:00Z');
    const budgets = [new HostBudgets(database, () => new Date(now)), new HostBudgets(database, () => new Date(now))];
    const waits: number[] = [];
    const wait = (ms: number): Promise<void> => { waits.push(ms); now += ms; return Promise.resolve(); };
    for (let n = 0; n < 60; n++) await budgets[n % 2]?.take('burst.example', account, wait);
    expect(waits).toEqual([]);
    for (let n = 0; n < 3; n++) await budgets[n % 2]?.take('burst.example', account, wait);
    expect(waits).toEqual([1_000, 1_000, 1_000]);
    now += 3_600_000;
    await budgets[0]?.take('burst.example', account, wait);
    expect(waits).toHaveLength(3);
  });
});
