import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeCtx, NOW, postsIn, read } from './testing/fake-ctx.js';

const FEED = '<rss version="2.0"><channel><title>T</title><item><guid>tag:a,1</guid><title>one</title></item></channel></rss>';

/** A real server on loopback, and a context that reaches it through Node's own fetch. */
describe('over HTTP', () => {
  let server: Server;
  let base: string;
  let answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void>;

  beforeEach(async () => {
    answers = {};
    server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const ctx = (settings: Partial<ReturnType<typeof fakeCtx>['settings']> = {}) => {
    const plain = fakeCtx({});
    return { ...plain, fetch, settings: { ...plain.settings, ...settings } };
  };
  const moves = (status: number, location: string) => (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(status, { location }).end();
  const serves = (body: string | Buffer, headers: Record<string, string> = {}) => (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200, headers).end(body);

  it('asks conditionally, and hears on at 304', async () => {
    answers['/feed'] = (request, response) => {
      if (request.headers['if-none-match'] === '"v1"' && request.headers['if-modified-since'] === 'Mon, 09 Mar 2026 00:00:00 GMT') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v1"', 'last-modified': 'Mon, 09 Mar 2026 00:00:00 GMT' }).end(FEED);
    };
    const first = await read(`${base}/feed`, ctx());
    expect(first.cursor).toMatchObject({ etag: '"v1"' });
    const second = await read(`${base}/feed`, ctx(), first.cursor);
    expect(second.batches).toEqual([{ events: [], cursor: first.cursor, heardUntil: NOW }]);
  });

  it.each([301, 308])('moves for good with %i, keeps the ids, and asks at the new place from then on', async (status) => {
    answers['/old'] = moves(status, '/new');
    answers['/new'] = serves('<rss version="2.0"><channel><title>T</title><item><guid isPermaLink="false">7</guid><title>one</title></item></channel></rss>');
    const first = await read(`${base}/old`, ctx());
    expect(first.cursor?.movedTo).toBe(`${base}/new`);
    expect(postsIn(first.events)[0]?.ref.id).toMatch(new RegExp(`^${base}/old#entry-`));
    delete answers['/old'];
    const second = await read(`${base}/old`, ctx(), first.cursor);
    expect(second).toMatchObject({ events: [], cursor: { movedTo: `${base}/new` } });
  });

  it.each([302, 303, 307])('follows %i without remembering it', async (status) => {
    answers['/feed'] = moves(status, '/today');
    answers['/today'] = serves(FEED);
    const { cursor, events } = await read(`${base}/feed`, ctx());
    expect(postsIn(events)).toHaveLength(1);
    expect(cursor).not.toHaveProperty('movedTo');
  });

  it('goes back to the old address when the new one has died', async () => {
    answers['/feed'] = serves(FEED);
    const { events, cursor } = await read(`${base}/feed`, ctx(), { seen: {}, movedTo: `${base}/dead` });
    expect(postsIn(events)).toHaveLength(1);
    expect(cursor).not.toHaveProperty('movedTo');
  });

  it('ends a circle of redirects', async () => {
    answers['/a'] = moves(301, '/b');
    answers['/b'] = moves(301, '/a');
    await expect(read(`${base}/a`, ctx())).rejects.toMatchObject({ name: 'RemoteError', kind: 'unreachable' });
  });

  it.each([
    [401, {}, 'unreachable'],
    [403, {}, 'unreachable'],
    [404, {}, 'unreachable'],
    [410, {}, 'rejected'],
    [451, {}, 'rejected'],
    [500, {}, 'unreachable'],
    [503, {}, 'unreachable'],
    [429, {}, 'rate-limited'],
    [503, { 'retry-after': '120' }, 'rate-limited'],
    [429, { 'retry-after': 'Thu, 12 Mar 2026 12:02:00 GMT' }, 'rate-limited'],
  ])('tells what %i means', async (status, headers, kind) => {
    answers['/feed'] = (_request, response) => void response.writeHead(status, headers).end('no');
    const retryAfter = 'retry-after' in headers ? new Date('2026-03-12T12:02:00Z') : kind === 'rate-limited' ? new Date('2026-03-12T12:15:00Z') : undefined;
    const failure = expect(read(`${base}/feed`, ctx())).rejects;
    await failure.toMatchObject({ name: 'RemoteError', kind, facts: { host: base.slice('http://'.length), ...(retryAfter === undefined ? {} : { retryAfter }) } });
  });

  it('tells that nobody answers', async () => {
    await new Promise((closed) => server.close(closed));
    await expect(read(`${base}/feed`, ctx())).rejects.toMatchObject({ kind: 'unreachable' });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  it('stops reading a body without end, and hangs up', async () => {
    const hungUp = new Promise((resolve) => {
      answers['/feed'] = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200);
        const block = Buffer.alloc(65_536, '<item>');
        const pour = (): void => {
          while (!response.destroyed && response.write(block));
          response.once('drain', pour);
        };
        pour();
      };
    });
    await expect(read(`${base}/feed`, ctx({ maxBytes: 1_000_000 }))).rejects.toMatchObject({ kind: 'invalid-data', facts: { digest: expect.stringMatching(/^bytes\(\d+\) sha256:[0-9a-f]{64}$/) } });
    await hungUp;
  });

  it('stops at the limit of what a gzip bomb unpacks to', async () => {
    answers['/feed'] = serves(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' });
    await expect(read(`${base}/feed`, ctx({ maxBytes: 1_000_000 }))).rejects.toMatchObject({ kind: 'invalid-data' });
  });

  it('gives up on a body that never comes to its end', async () => {
    answers['/feed'] = (_request, response) => void response.writeHead(200).write('<rss version="2.0">');
    await expect(read(`${base}/feed`, ctx({ requestSeconds: 0.1 }))).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringContaining('within 0.1 seconds') });
  });

  it('returns at once when it is aborted in the middle of a body', async () => {
    const stop = new AbortController();
    answers['/feed'] = (_request, response) => {
      response.writeHead(200).write('<rss version="2.0">');
      stop.abort();
    };
    expect(await read(`${base}/feed`, { ...ctx(), abort: stop.signal })).toMatchObject({ batches: [] });
  });
});
