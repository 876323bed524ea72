import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parsePrivateAddress } from '../../config/index.js';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { LinkProbe } from './link-probe.js';

let server: Server;
let origin: string;
let [probe, bounded]: [LinkProbe, LinkProbe] = [] as never;
let answer: (path: string, response: ServerResponse) => void;
let asked: string[];

const probeWith = (allowed: readonly string[]): LinkProbe =>
  new LinkProbe(new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), allowedAddresses: allowed.flatMap((text) => parsePrivateAddress(text) ?? []), resolve: async () => [{ address: '127.0.0.1', family: 4 }], network: { headersMs: 200 } }));

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  [probe, bounded] = [probeWith([`127.0.0.1:${port}`]), probeWith([])];
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => response.end('a page');
});
afterAll(async () => {
  await Promise.all([probe.onApplicationShutdown(), bounded.onApplicationShutdown()]);
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, by = probe): ReturnType<LinkProbe['ask']> => by.ask(new URL(path, origin));

describe('LinkProbe', () => {
  it('says how a page answers, and where it leads on to, how that does', async () => {
    answer = (path, response) => (path === '/old' ? response.writeHead(301, { location: '/new' }).end() : response.writeHead(path === '/new' ? 200 : 404).end('x'.repeat(100_000)));
    expect([await ask('/old'), await ask('/never')]).toEqual([{ status: 200 }, { status: 404 }]);
    expect(asked).toEqual(['GET /old', 'GET /new', 'GET /never']);
  });

  it('goes to no private address, straight or by a name, nor where a page leads on to one', async () => {
    expect([await ask('/', bounded), await bounded.ask(new URL('http://intranet.example/')), await bounded.ask(new URL('http://[::1]:8/'))]).toEqual([{ refused: true }, { refused: true }, { refused: true }]);
    expect(asked).toEqual([]);
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    expect(await ask('/')).toEqual({ refused: true });
  });

  it('says in words why there is no answer, and waits for none for long', async () => {
    answer = () => {};
    expect(await ask('/slow')).toEqual({ words: expect.stringMatching(/did not answer in time\.$/) });
    answer = (_, response) => response.destroy();
    expect(await ask('/broken')).toEqual({ words: expect.stringMatching(/broke the connection off\.$/) });
    answer = (path, response) => response.writeHead(302, { location: `${path}x` }).end();
    expect(await ask('/round')).toEqual({ words: expect.any(String) });
  });
});
