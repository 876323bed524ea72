import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/test-database.js';
import { Database } from '../../database/index.js';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { GuardedNetwork } from './guarded-network.js';
import { HostBudgets } from './host-budgets.repository.js';
import type { NetworkLimits } from './network-limits.js';

/** A process as far as requests go: a pool of its own on the one database that all share. */
interface Process {
  readonly database: Database;
  readonly network: GuardedNetwork;
}
let test: TestDatabase;
let scene: Scene;
let server: Server;
let host: string;
let account: string;
let processes: readonly [Process, Process];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let heard: number;

const start = async (limits: Partial<NetworkLimits> = {}): Promise<Process> => {
  const database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 4 } });
  const options = new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), clock: systemClock, network: limits, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  return { database, network: new GuardedNetwork(new HostBudgets(database), options) };
};
const stop = async ({ database, network }: Process): Promise<void> => {
  await network.onApplicationShutdown();
  await database.close();
};

beforeAll(async () => {
  test = await createTestDatabase();
  scene = await Scene.open(test);
  server = createServer((request, response) => {
    heard++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Nobody waits in a test: what would have to wait is told so.
  processes = [await start({ waitMs: 0 }), await start({ waitMs: 0 })];
});
beforeEach(async () => {
  account = await scene.account(await scene.library());
  answer = (_, response) => response.end('hello');
  heard = 0;
});
afterAll(async () => {
  await Promise.all(processes.map(stop));
  server.closeAllConnections();
  server.close();
  await scene.close();
});

const ask = async ({ network }: Process, patient = false): Promise<'answered' | Date | undefined> => {
  try {
    const { fetch } = network.for({ id: account, allowedAddresses: [host], patient }, new AbortController().signal, () => () => {});
    await (await fetch(`http://${host}/`)).text();
    return 'answered';
  } catch (error) {
    expect(error).toMatchObject({ kind: 'rate-limited' });
    return (error as { facts: { retryAfter?: Date } }).facts.retryAfter;
  }
};

it('is spent by both, and no storm of either goes beyond it', async () => {
  const asked = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(processes[n % 2 as 0 | 1])));
  const answered = asked.filter((each) => each === 'answered').length;
  expect(answered).toBe(heard);
  expect(answered).toBeGreaterThanOrEqual(60);
  // It fills by less than one a second while they ask.
  expect(answered).toBeLessThan(75);
});
it('stops both before the host refuses, once one was told that nothing is left, until it says', async () => {
  const reset = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 120_000);
  answer = (_, response) => response.writeHead(200, { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset.toISOString() }).end('the last');
  expect(await ask(processes[0])).toBe('answered');
  expect([await ask(processes[1]), await ask(processes[0], true)]).toEqual([reset, reset]);
  expect(heard).toBe(1);
});
it('is kept for those who wait, in both, once one was told that little is left', async () => {
  const reset = Math.ceil(Date.now() / 1_000) + 120;
  answer = (_, response) => response.writeHead(200, { 'ratelimit-limit': '300', 'ratelimit-remaining': '12', 'ratelimit-reset': `${reset}`, 'ratelimit-policy': '300;w=300' }).end('hello');
  expect(await ask(processes[0], true)).toBe('answered');
  expect(await ask(processes[1], true)).toEqual(new Date(reset * 1_000));
  expect(await ask(processes[1])).toBe('answered');
});
it('is never used up by what nobody waits for: whoever waits goes at once', async () => {
  const patient = await Promise.all(Array.from({ length: 80 }, (_, n) => ask(processes[n % 2 as 0 | 1], true)));
  const gone = patient.filter((each) => each === 'answered').length;
  expect(gone).toBeGreaterThanOrEqual(40);
  expect(gone).toBeLessThan(55);
  expect(await Promise.all(Array.from({ length: 10 }, (_, n) => ask(processes[n % 2 as 0 | 1])))).toEqual(Array.from({ length: 10 }, () => 'answered'));
});
it('of one account is not touched by what another one is told', async () => {
  answer = (_, response) => response.writeHead(429, { 'retry-after': '600' }).end();
  await ask(processes[0]);
  account = await scene.account(await scene.library());
  answer = (_, response) => response.end('hello');
  expect(await ask(processes[1])).toBe('answered');
});
