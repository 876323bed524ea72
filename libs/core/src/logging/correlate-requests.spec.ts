import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { correlateRequests } from './correlate-requests.js';
import { correlationId } from './correlation.js';

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => correlateRequests(request, response, () => response.end(correlationId())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

const ask = async (name?: string): Promise<readonly [within: string, answered: string | null]> => {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, name === undefined ? {} : { headers: { 'x-request-id': name } });
  return [await answer.text(), answer.headers.get('x-request-id')];
};

describe('the name of a request', () => {
  it.each(['req-2026.11_27', '0190a1b2-0000-7000-8000-000000000000'])('is the one that it brings, where that is plain: %s', async (name) => {
    expect(await ask(name)).toEqual([name, name]);
  });

  it.each([undefined, 'short', 'x'.repeat(65), 'two words', 'level":"error', '<script>-<script>', 'caf\u00e9-caf\u00e9'])('is made here where it brings none, or another: %s', async (name) => {
    const [within, answered] = await ask(name);
    expect(within).toMatch(/^[0-9a-f-]{36}$/);
    expect(answered).toBe(within);
  });
});
