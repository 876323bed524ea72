import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Deadline } from '../../time/index.js';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { GuardedNetwork } from './guarded-network.js';
import type { HostBudgets } from './host-budgets.repository.js';

/** How long the process, or the whole machine, is stopped as it waits for its turn, or for the address of a host. */
let stops: { readonly atItsTurn: number; readonly atConnecting: number; readonly steadyClock: 'goes on' | 'stands still' };
let [steadyMs, wallMs, failures] = [0, 0, 0];
let asked: (string | undefined)[] = [];
let server: Server;
let port: number;
let network: GuardedNetwork;

const stop = (ms: number): void => {
  wallMs += ms;
  if (stops.steadyClock === 'goes on') steadyMs += ms;
};
const clock = { now: () => 1_000 + wallMs, after: () => () => {} };
const budgets = {
  take: async () => {
    stop(stops.atItsTurn);
    return { spent: true, waitMs: 0, failures: 0, pausedUntil: null, openUntil: null };
  },
  failed: async () => void (failures += 1),
  answered: async () => {},
};

beforeEach(async () => {
  [steadyMs, wallMs, failures, asked] = [0, 0, 0, []];
  stops = { atItsTurn: 0, atConnecting: 0, steadyClock: 'goes on' };
  server = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + steadyMs);
  network = new GuardedNetwork(budgets as unknown as HostBudgets, new HostOptions({
    secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), clock,
    resolve: async () => {
      stop(stops.atConnecting);
      return [{ address: '127.0.0.1', family: 4 }];
    },
  }));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await network.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
});

const send = (path: string): Promise<Response> => {
  const host = `town.example:${port}`;
  const account = { id: 'an account', allowedAddresses: [host], deadline: new Deadline(clock, 120_000) };
  return network.for(account, new AbortController().signal, () => () => {}).fetch(`http://${host}${path}`, { method: 'POST', body: 'what another sent since' });
};

it('sends what was held up for a while', async () => {
  stops = { ...stops, atItsTurn: 50_000, atConnecting: 50_000 };
  expect((await send('/held-up')).status).toBe(200);
  expect(asked).toEqual(['/held-up']);
});

it.each([
  ['a process that was stopped while it waited for its turn', { atItsTurn: 300_000 }],
  ['a process that was stopped while it connected', { atConnecting: 300_000 }],
  ['a machine that slept while it waited for its turn', { atItsTurn: 300_000, steadyClock: 'stands still' }],
  ['a machine that slept while it connected', { atConnecting: 300_000, steadyClock: 'stands still' }],
] as const)('%s sends nothing when it wakes up, and says nothing against the host', async (_, how) => {
  stops = { ...stops, ...how };
  await expect(send('/stopped')).rejects.toMatchObject({ kind: 'unreachable', message: `town.example:${port} could not be asked in time.` });
  expect({ asked, failures }).toEqual({ asked: [], failures: 0 });
});
