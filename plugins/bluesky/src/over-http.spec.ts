import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identify } from './account.js';
import { ctxOn, signIn } from './testing/bluesky-ctx.js';
import { FakeBluesky } from './testing/fake-bluesky.js';

/** A real server on loopback, reached through Node's own fetch. */
describe('over HTTP', () => {
  let server: Server;
  let service: string;
  let answer: (path: string, body: string, authorization: string | undefined) => { status: number; body: string; headers?: Record<string, string> };

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { status, body: said, headers } = answer(request.url ?? '', body, request.headers.authorization);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(said);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    service = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const ctx = () => {
    const plain = ctxOn(new FakeBluesky(), signIn, fetch);
    return { ...plain, settings: { ...plain.settings, service } };
  };

  it('signs in at the door, and asks at the data server that the document names', async () => {
    const seen: string[] = [];
    answer = (path, body, authorization) => {
      seen.push(`${path} ${authorization ?? body}`);
      if (path.includes('createSession')) return { status: 200, body: JSON.stringify({ did: 'did:plc:us', handle: 'l.example', accessJwt: 'a.b.c', refreshJwt: 'r', didDoc: { service: [{ id: '#atproto_pds', serviceEndpoint: service }] } }) };
      return { status: 200, body: JSON.stringify({ did: 'did:plc:us', handle: 'l.example' }) };
    };
    expect(await identify(ctx())).toMatchObject({ handle: 'l.example' });
    expect(seen).toEqual(['/xrpc/com.atproto.server.createSession {"identifier":"library.example","password":"aaaa-bbbb-cccc-dddd"}', '/xrpc/app.bsky.actor.getProfile?actor=did%3Aplc%3Aus Bearer a.b.c']);
  });

  it.each([
    [200, '<html>Welcome</html>', 'invalid-data'],
    [200, '{"did":', 'invalid-data'],
    [200, '{"did":"did:plc:us"}', 'invalid-data'],
    [503, '<html>Down</html>', 'unreachable'],
    [429, '<html>Slow down</html>', 'rate-limited'],
    [301, '', 'unreachable'],
  ])('takes %i with %j for %s', async (status, body, kind) => {
    answer = () => ({ status, body });
    await expect(identify(ctx())).rejects.toMatchObject({ name: 'RemoteError', kind });
  });

  it('tells that nobody answers', async () => {
    await new Promise((closed) => server.close(closed));
    await expect(identify(ctx())).rejects.toMatchObject({ kind: 'unreachable' });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
});
