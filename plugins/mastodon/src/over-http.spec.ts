import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchWant } from './fetch.js';
import { refOf } from './map-account.js';
import { readPoll } from './read-poll.js';
import { resolve } from './resolve.js';
import { mastodonResponder as responder } from './responder.js';
import { channelOf, collect } from './testing/collect.js';
import { paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const AT = '2026-03-12T10:00:00.000Z';

/** The town's server on loopback, and a context that reaches it through Node's own fetch. */
describe('over HTTP', () => {
  let server: Server;
  let town: FakeServer;
  let break_: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

  beforeEach(async () => {
    break_ = undefined;
    server = createServer((request, response) => {
      if (break_?.(request, response) === true) return;
      void (async () => {
        const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
        const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])) as [string, string][]);
        const answer = await town.answer(new Request(`${town.origin}${request.url ?? ''}`, { method: request.method ?? 'GET', headers, ...(body.length === 0 ? {} : { body: Buffer.concat(body) }) }));
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      })();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    town = new FakeServer({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const ctx = () => onServer(town, { fetch });

  it('follows, hears, fetches the thread and answers', async () => {
    const question = town.say(paper, AT, 'Where is the ferry?');
    const [target] = await resolve('@paper@birch.example', ctx());
    if (target === undefined) throw new Error('nobody was found');
    const { posts } = await collect(readPoll(channelOf(target), ctx()));
    expect(posts).toMatchObject([{ ref: { id: question.uri }, text: 'Where is the ferry?' }]);
    const [to] = posts;
    await responder.send({ key: 'k', part: 0, text: 'At the pier, as ever & always.', lang: 'en', media: [], firstTriedAt: NOW, lastTriedAt: NOW, ...(to === undefined ? {} : { to: to.ref }) }, ctx());
    const { texts } = await collect(fetchWant({ thread: posts[0]?.ref ?? refOf('', '') }, ctx()));
    expect(texts).toEqual(['Where is the ferry?', '@paper@birch.example At the pier, as ever & always.']);
  });

  it('sends the token nowhere else when it is redirected', async () => {
    break_ = (_request, response) => Boolean(response.writeHead(302, { location: 'https://elsewhere.example/' }).end());
    await expect(resolve('@ann', ctx())).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringContaining('elsewhere') });
  });

  it.each([['breaks off in the middle', (response: ServerResponse) => { response.writeHead(200, { 'content-length': '1000' }).write('[{"id"'); setImmediate(() => response.destroy()); }], ['hangs up', (response: ServerResponse) => void response.destroy()]])('calls it unreachable where the answer %s', async (_name, does) => {
    break_ = (_request, response) => { does(response); return true; };
    await expect(resolve('@ann', ctx())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('does not know whether it was published where the server dies over it', async () => {
    break_ = (request, response) => request.method === 'POST' && Boolean(response.destroy());
    await expect(responder.send({ key: 'k', part: 0, text: 'Hello', lang: 'en', media: [], firstTriedAt: NOW, lastTriedAt: NOW }, ctx())).rejects.toMatchObject({ kind: 'outcome-unknown' });
  });
});
