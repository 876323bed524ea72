import { type Batch, RemoteError, type Target } from '@earshot/plugin-sdk';
import { type FakeSocket, fakeSocket } from '@earshot/plugin-testing';
import { describe, expect, it } from '@jest/globals';
import type { MastodonCursor } from './cursor.js';
import { readStream } from './read-stream.js';
import { channelOf, told } from './testing/collect.js';
import { ann, anAccount, aStatus, HOST, library, paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';
import type { Wait } from './wait.js';

const home: Target = { kind: 'list', key: 'alder.example/home', label: 'Home' };
const homeOf = ({ origin }: FakeServer): Target => ({ ...home, key: `${new URL(origin).host}/home` });
const mentions: Target = { kind: 'mentions', key: 'https://alder.example/users/library', label: 'Mentions' };
const at = (minute: number): string => new Date(Date.parse('2026-03-11T00:00:00Z') + minute * 60_000).toISOString();
const frame = (event: string, payload: unknown): string => JSON.stringify({ stream: ['user'], event, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });

const whenAborted = (abort: AbortSignal, then: () => void): void => {
  if (abort.aborted) then();
  else abort.addEventListener('abort', then, { once: true });
};

/** A town whose streams are sockets of a test, and whose time passes when a test says so. */
const listening = (server: FakeServer, target: Target = homeOf(server), cursor?: MastodonCursor) => {
  server.following = ['11', '12', '13'];
  const sockets: FakeSocket[] = [];
  const opened: { url: string; protocols: readonly string[] | undefined }[] = [];
  const looks: (() => void)[] = [];
  let due = 0;
  const connect = async (url: string, protocols?: readonly string[]): Promise<WebSocket> => {
    const socket = fakeSocket();
    sockets.push(socket);
    opened.push({ url, protocols });
    return socket.socket;
  };
  const wait: Wait = (_ms, abort) => {
    if (due > 0) due -= 1;
    else return new Promise((resolve) => {
      looks.push(resolve);
      whenAborted(abort, () => {
        looks.splice(looks.indexOf(resolve), 1);
        resolve();
      });
    });
    return Promise.resolve();
  };
  const ctx = onServer(server, { connect });
  const iterator = readStream(channelOf(target, cursor), ctx, wait);
  const batches: Batch<MastodonCursor>[] = [];
  const pull = async (): Promise<Batch<MastodonCursor> | undefined> => {
    const { done, value } = await iterator.next();
    if (done === true || value === undefined) return undefined;
    batches.push(value);
    return value;
  };
  const caughtUp = async (): Promise<void> => { while ((await pull())?.heardUntil === undefined); };
  return { ctx, iterator, sockets, opened, pull, caughtUp, /** It is time to look after the stream: now, or as soon as it waits for that. */
    look: () => { const waiting = looks.pop(); if (waiting === undefined) due += 1; else waiting(); },
    heard: () => told(batches) };
};

const streaming = (): FakeServer => new FakeServer({ streaming: 'wss://streams.alder.example' });

describe('a stream', () => {
  it('catches up once its socket is open, and goes on from one cursor', async () => {
    const server = streaming();
    const first = server.say(paper, at(0), 'Before');
    const town = listening(server);
    await town.caughtUp();
    expect(town.opened).toEqual([{ url: 'wss://streams.alder.example/api/v1/streaming?stream=user', protocols: ['T0ken'] }]);
    expect(town.heard()).toMatchObject({ texts: ['Before'], cursor: { after: first.id }, last: { heardUntil: NOW } });
    const next = aStatus(ann, at(1), 'Now');
    town.sockets[0]?.receive(frame('update', next));
    await town.pull();
    expect(town.heard()).toMatchObject({ texts: ['Before', 'Now'], cursor: { after: next.id } });
    town.ctx.stop();
    expect(await town.pull()).toBeUndefined();
  });

  it('is in clear where the server itself is, whatever it says of its streams', async () => {
    const inClear = listening(new FakeServer({ streaming: 'wss://alder.example:8080' }, 'http://alder.example:8080'));
    await inClear.caughtUp();
    expect(inClear.opened.map(({ url }) => url)).toEqual(['ws://alder.example:8080/api/v1/streaming?stream=user']);
    const elsewhere = listening(new FakeServer({ streaming: 'wss://streams.alder.example' }, 'http://alder.example:8081'));
    await elsewhere.caughtUp();
    expect(elsewhere.opened.map(({ url }) => url)).toEqual(['wss://streams.alder.example/api/v1/streaming?stream=user']);
    for (const { ctx } of [inClear, elsewhere]) ctx.stop();
  });

  it('tells edits, deletions by the server\'s own id, and nothing that is not for everybody', async () => {
    const town = listening(streaming());
    await town.caughtUp();
    const status = aStatus(ann, at(1), 'Corrected', { edited_at: at(9) });
    for (const text of [':thump', '', frame('status.update', status), frame('delete', '77'), frame('update', aStatus(ann, at(2), 'Secret', { visibility: 'private' })), frame('filters_changed', ''), frame('notification', { id: '1', type: 'mention', status })]) town.sockets[0]?.receive(text);
    await town.pull();
    expect(town.heard().events).toMatchObject([{ kind: 'post', post: { version: at(9) } }, { kind: 'post-gone', ref: { network: 'activitypub', local: { host: HOST, id: '77' } }, why: 'deleted' }]);
    town.ctx.stop();
  });

  it('tells of a home what people say whom our account follows, and nobody else: they come there by hashtags that it follows', async () => {
    const server = streaming();
    const stranger = anAccount('dee@dogwood.example', '77');
    server.accounts.push(stranger);
    server.say(stranger, at(0), 'A stranger before');
    const before = server.say(ann, at(1), 'Ann before');
    const town = listening(server);
    await town.caughtUp();
    expect(town.heard().texts).toEqual(['Ann before']);
    for (const [by, text] of [[stranger, 'A stranger'], [paper, 'The paper'], [library, 'Ourselves'], [paper, 'The paper again']] as const) {
      town.sockets[0]?.receive(frame('update', aStatus(by, at(2), text)));
      await town.pull();
    }
    town.sockets[0]?.receive(frame('delete', before.id));
    await town.pull();
    expect(town.heard().texts).toEqual(['Ann before', 'The paper', 'Ourselves', 'The paper again']);
    expect(town.heard().events.at(-1)).toMatchObject({ kind: 'post-gone' });
    // Nobody is asked about twice within some minutes, nor about ourselves.
    expect(server.asked.filter((each) => each.includes('relationships')).map((each) => new URL(each.split(' ')[1] as string, server.origin).searchParams.getAll('id[]'))).toEqual([['77', '11'], ['12']]);
    town.ctx.stop();
  });

  it('names what is answered, also where it was never heard', async () => {
    const server = streaming();
    const town = listening(server, home, { after: '1' });
    await town.caughtUp();
    const question = server.say(paper, at(800), 'Who?');
    town.sockets[0]?.receive(frame('update', aStatus(ann, at(801), 'We', { in_reply_to_id: question.id })));
    await town.pull();
    expect(town.heard().posts.at(-1)?.inReplyTo?.id).toBe(question.uri);
    town.ctx.stop();
  });

  it.each([['no JSON', '{"event'], ['a payload that is none', frame('update', '{')], ['a status that is none', frame('update', { id: '5' })], ['a deletion of nothing', JSON.stringify({ event: 'delete', payload: { id: 1 } })]])('puts a dead letter for %s, and lives', async (_name, text) => {
    const town = listening(streaming());
    await town.caughtUp();
    town.sockets[0]?.receive(text);
    town.sockets[0]?.receive(frame('update', aStatus(ann, at(1), 'Fine')));
    while (town.heard().posts.length === 0) await town.pull();
    expect(town.heard().events.map(({ kind }) => kind)).toEqual(['unreadable', 'post']);
    town.ctx.stop();
  });

  it('hears what was on its way, and ends with what went wrong, where the socket breaks', async () => {
    const broken = listening(streaming());
    await broken.caughtUp();
    broken.sockets[0]?.breakDown();
    await broken.caughtUp();
    await expect(broken.pull()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('is polled on where the server says that it does not stream this', async () => {
    const server = streaming();
    const town = listening(server);
    await town.caughtUp();
    town.sockets[0]?.receive(JSON.stringify({ error: 'Unknown stream type', status: 400 }));
    await town.caughtUp();
    server.say(paper, at(5), 'Polled');
    const next = town.pull();
    town.look();
    await next;
    expect([town.heard().texts, town.sockets.length]).toEqual([['Polled'], 1]);
    town.ctx.stop();
  });

  it('brings mentions by the ids of notifications', async () => {
    const server = streaming();
    const town = listening(server, mentions);
    server.mention(ann, at(0), '@library hello');
    await town.caughtUp();
    expect(town.opened[0]?.url).toContain('stream=user%3Anotification');
    const status = aStatus(ann, at(1), '@library again', { visibility: 'unlisted' });
    town.sockets[0]?.receive(frame('notification', { id: '1001', type: 'mention', account: ann, status }));
    town.sockets[0]?.receive(frame('notification', { id: '1002', type: 'follow', account: ann }));
    await town.pull();
    expect(town.heard()).toMatchObject({ texts: ['@library hello', '@library again'], cursor: { after: '1002' } });
    town.ctx.stop();
  });
});

describe('looking after a stream', () => {
  it('tells that all was heard where there was silence', async () => {
    const town = listening(streaming());
    await town.caughtUp();
    const next = town.pull();
    town.look();
    expect(await next).toEqual({ events: [], heardUntil: NOW });
    expect(town.sockets).toHaveLength(1);
    town.ctx.stop();
  });

  it('hears what a socket that died in silence did not bring, and opens another once it had time to', async () => {
    const server = streaming();
    const town = listening(server, home, { after: '1' });
    await town.caughtUp();
    server.say(paper, at(5), 'Unheard of');
    const next = town.pull();
    town.look();
    await next;
    expect(town.heard().texts).toEqual(['Unheard of']);
    await town.caughtUp();
    expect(town.sockets).toHaveLength(1);
    const reopened = town.caughtUp();
    town.look();
    await reopened;
    expect(town.sockets).toHaveLength(2);
    expect(town.sockets[0]?.isClosedHere).toBe(true);
    expect(town.heard().texts).toEqual(['Unheard of']);
    town.ctx.stop();
  });

  it('takes none for blind that brings it a moment later', async () => {
    const server = streaming();
    const town = listening(server, home, { after: '1' });
    await town.caughtUp();
    const status = server.say(paper, at(5), 'On its way');
    const next = town.pull();
    town.look();
    await next;
    await town.caughtUp();
    town.sockets[0]?.receive(frame('update', status));
    await town.pull();
    const looked = town.caughtUp();
    town.look();
    await looked;
    expect(town.sockets).toHaveLength(1);
    town.ctx.stop();
  });

  it('goes on by polling alone where two in a row are blind, or the host found it so', async () => {
    const server = streaming();
    const town = listening(server, home, { after: '1' });
    for (const minute of [1, 2]) {
      await town.caughtUp();
      server.say(paper, at(minute), `Unheard of ${minute}`);
      const found = town.caughtUp();
      town.look();
      await found;
      town.look();
    }
    await town.caughtUp();
    expect(town.sockets).toHaveLength(2);
    town.ctx.stop();
    const told = onServer(server);
    const alone = readStream({ ...channelOf(home), blind: true }, told, (_ms, abort) => new Promise((resolve) => whenAborted(abort, resolve)));
    await alone.next();
    expect((await alone.next()).value).toEqual({ events: [], heardUntil: NOW });
    expect(told.logged).toEqual([]);
    told.stop();
  });

  it('polls where a server does not stream, as a strange one (snac) does not', async () => {
    const server = new FakeServer({ newer: false, minId: false }, 'https://snac.example');
    const town = listening(server);
    await town.caughtUp();
    server.say(paper, at(5), 'Later');
    const next = town.pull();
    town.look();
    await next;
    expect([town.heard().texts, town.opened]).toEqual([['Later'], []]);
    town.ctx.stop();
  });

  it('shows the token to no private address that a server names as its streams, and polls on', async () => {
    const tried: unknown[] = [];
    const connect = async (url: string, protocols?: readonly string[]): Promise<WebSocket> => {
      tried.push([url, protocols]);
      throw new RemoteError('rejected', 'inside.example is inside of this network.', { host: 'inside.example' });
    };
    const server = new FakeServer({ streaming: 'wss://inside.example' }, 'https://lures.example');
    const ctx = onServer(server, { connect });
    const iterator = readStream(channelOf(homeOf(server)), ctx, (_ms, abort) => new Promise((resolve) => whenAborted(abort, resolve)));
    expect((await iterator.next()).value).toEqual({ events: [], heardUntil: NOW });
    // The host's guard refused it before anything left; it is not tried again with the token in its address.
    expect(tried).toEqual([['wss://inside.example/api/v1/streaming?stream=user', ['T0ken']]]);
    ctx.stop();
  });

  it('polls on where the socket cannot be opened', async () => {
    const ctx = onServer(streaming());
    const iterator = readStream(channelOf(home), ctx, (_ms, abort) => new Promise((resolve) => whenAborted(abort, resolve)));
    expect((await iterator.next()).value).toEqual({ events: [], heardUntil: NOW });
    expect(ctx.logged.map(({ message }) => message)).toEqual([expect.stringContaining('polling goes on alone')]);
    ctx.stop();
    expect((await iterator.next()).done).toBe(true);
  });
});

