import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, jest } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { GuardedNetwork } from './guarded-network.js';
import type { HostBudgets } from './host-budgets.repository.js';

afterEach(() => void jest.restoreAllMocks());

it('a process that was stopped while it waited for its turn sends nothing when it wakes up', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = performance.now.bind(performance);
  let [stopsMs, stopped] = [0, 0];
  jest.spyOn(performance, 'now').mockImplementation(() => now() + stopped);
  const take = async (): Promise<object> => {
    stopped += stopsMs;
    return { spent: true, waitMs: 0, failures: 0, pausedUntil: null, openUntil: null };
  };
  const network = new GuardedNetwork({ take, failed: async () => {}, answered: async () => {} } as unknown as HostBudgets, new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), clock: systemClock }));
  try {
    const { fetch } = network.for({ id: 'an account', allowedAddresses: [host] }, new AbortController().signal, () => () => {});
    stopsMs = 20_000;
    expect((await fetch(`http://${host}/held-up`)).status).toBe(200);
    stopsMs = 300_000;
    await expect(fetch(`http://${host}/stopped`, { method: 'POST' })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(asked).toEqual(['/held-up']);
  } finally {
    await network.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  }
});
