import { zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { JetstreamDouble, type JetstreamOptions } from './jetstream-double.js';
import type { Said } from './jetstream-frames.js';
import { syntheticDid, syntheticEvents } from './synthetic-events.js';

const [ann, ben] = [syntheticDid(1), syntheticDid(2)];
const post = (did: string, rkey: string): Said => ({ kind: 'commit', did, operation: 'create', collection: 'app.bsky.feed.post', rkey, cid: 'bafyreia', record: { text: rkey } });
const like = (did: string, rkey: string): Said => ({ kind: 'commit', did, operation: 'create', collection: 'app.bsky.feed.like', rkey, cid: 'bafyreia', record: {} });

let double: JetstreamDouble;
let clock = 1_790_000_000_000_000;
const begin = async (options: JetstreamOptions = {}): Promise<void> => {
  double = await JetstreamDouble.start({ now: () => (clock += 1), ...options });
};
afterEach(() => double.stop());

/** A socket, and what came by it once something came that says `until`. */
const listen = async (path: string, options: { readonly perMessageDeflate?: boolean } = {}) => {
  const socket = new WebSocket(`${double.address}${path}`, options);
  const frames: (string | Buffer)[] = [];
  const waiting: (() => void)[] = [];
  const woken = (): void => void waiting.splice(0).forEach((wake) => wake());
  let closed: number | undefined;
  socket.on('message', (data, isBinary) => (frames.push(isBinary ? (data as Buffer) : String(data)), woken()));
  socket.on('close', (code) => ((closed = code), woken()));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const until = async (isMet: () => boolean): Promise<void> => {
    while (!isMet()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { socket, frames, heard: (count: number) => until(() => frames.length >= count).then(() => frames), gone: () => until(() => closed !== undefined).then(() => closed) };
};
const v2 = '/xrpc/network.bsky.jetstream.subscribeEvents';
const askPlainly = (path: string) => fetch(`http://127.0.0.1:${double.port}${path}`);

describe('the Jetstream of our tests, v1', () => {
  it('holds back by DID whatever it is, and by collection commits alone', async () => {
    await begin();
    const { heard } = await listen(`/subscribe?wantedCollections=app.bsky.feed.post&wantedDids=${ann}`);
    for (const said of [post(ben, 'b'), like(ann, 'l'), { kind: 'identity', did: ben } as const, { kind: 'identity', did: ann, handle: 'ann.example' } as const, post(ann, 'a')]) double.say(said);
    expect((await heard(2)).map((frame) => JSON.parse(String(frame)) as unknown)).toEqual([
      { did: ann, time_us: expect.any(Number), cursor: 4, kind: 'identity', identity: { did: ann, handle: 'ann.example', seq: 1_000_004, time: expect.stringMatching(/\.\d{6}Z$/) } },
      { did: ann, time_us: expect.any(Number), cursor: 5, kind: 'commit', commit: { rev: expect.any(String), operation: 'create', collection: 'app.bsky.feed.post', rkey: 'a', cid: 'bafyreia', record: { text: 'a' } } },
    ]);
  });

  it('waits for a hello, takes another filter in band, and ends at one that is none', async () => {
    await begin();
    double.say(post(ann, 'a'));
    const { socket, frames, heard, gone } = await listen('/subscribe?requireHello=true&cursor=1');
    socket.send(JSON.stringify({ type: 'of times to come', payload: {} }));
    socket.send(JSON.stringify({ type: 'options_update', payload: { wantedDids: [ann] } }));
    await heard(1);
    socket.send(JSON.stringify({ type: 'options_update', payload: { wantedDids: [ben] } }));
    while (double.subscribers[0]?.updates.length !== 2) await new Promise(setImmediate);
    double.say(post(ann, 'not wanted'));
    double.say(post(ben, 'b'));
    await heard(2);
    expect(frames.map((frame) => (JSON.parse(String(frame)) as { commit: { rkey: string } }).commit.rkey)).toEqual(['a', 'b']);
    socket.send(JSON.stringify({ type: 'options_update', payload: { wantedDids: ['nobody'] } }));
    expect(await gone()).toBe(1_008);
  });

  it('begins behind what it keeps and says nothing', async () => {
    await begin();
    const first = clock + 1;
    for (const rkey of ['a', 'b', 'c']) double.say(post(ann, rkey));
    double.forgetBefore(3);
    expect(JSON.parse(String((await (await listen(`/subscribe?cursor=${first}`)).heard(1))[0]))).toMatchObject({ cursor: 3 });
    expect(JSON.parse(String((await (await listen('/subscribe?cursor=1')).heard(1))[0]))).toMatchObject({ cursor: 3 });
  });

  it('refuses zstd beside the deflation of the socket', async () => {
    await begin();
    await expect(listen('/subscribe?compress=true')).rejects.toThrow('400');
    await listen('/subscribe?compress=true', { perMessageDeflate: false });
  });
});

describe('the Jetstream of our tests, v2', () => {
  it('wraps each event, names its sequence, and is server-push only', async () => {
    await begin();
    const { socket, heard, gone } = await listen(`${v2}?collections=app.bsky.feed.*&kinds=commit&dids=${ann}&cursor=1`);
    for (const said of [post(ben, 'b'), { kind: 'account', did: ann, active: false, status: 'deleted' } as const, like(ann, 'l')]) double.say(said);
    expect((await heard(1)).map((frame) => JSON.parse(String(frame)) as unknown)).toEqual([{ $type: 'message', payload: expect.objectContaining({ $type: 'network.bsky.jetstream.subscribeEvents#commit', seq: 3, did: ann, rkey: 'l' }) }]);
    socket.send('{}');
    expect(await gone()).toBe(1_008);
  });

  it.each([
    ['cursor=1', 'CursorTooOld'], ['kinds=likes', 'InvalidRequest'], [`wantedDids=${ann}`, 'InvalidRequest'], ['kinds=identity&collections=app.bsky.feed.post', 'InvalidRequest'], ['zstdDictionary=7', 'UnknownZstdDictionary'], ['dids=nobody', 'InvalidRequest'],
  ])('refuses %s before a socket opens, in words that a plain request reads: %s', async (query, error) => {
    await begin();
    for (const rkey of ['a', 'b']) double.say(post(ann, rkey));
    double.forgetBefore(2);
    await expect(listen(`${v2}?${query}`)).rejects.toThrow('400');
    const answer = await askPlainly(`${v2}?${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error }]);
  });

  it('tells that it clamped a time, and that a reader was too slow', async () => {
    await begin();
    const first = clock + 1;
    for (const rkey of ['a', 'b']) double.say(post(ann, rkey));
    double.forgetBefore(2);
    const { heard, gone } = await listen(`${v2}?cursor=${first}`);
    await heard(2);
    double.tellTooSlow();
    expect((await heard(3)).map((frame) => JSON.parse(String(frame)) as unknown)).toMatchObject([{ payload: { name: 'OutdatedCursor' } }, { payload: { seq: 2 } }, { $type: 'error', error: 'ConsumerTooSlow' }]);
    await gone();
  });

  it('compresses each frame with the dictionary that it gives away', async () => {
    const dictionary = Buffer.from(JSON.stringify(post(ann, 'a')).repeat(4));
    await begin({ zstd: { id: 7, dictionary } });
    expect(Buffer.from(await (await askPlainly('/xrpc/network.bsky.jetstream.getZstdDictionary')).arrayBuffer())).toEqual(dictionary);
    const { heard } = await listen(`${v2}?zstdDictionary=7&cursor=1`);
    double.say(post(ann, 'a'));
    const [frame] = await heard(1);
    expect(JSON.parse(String(zstdDecompressSync(frame as Buffer, { dictionary })))).toMatchObject({ payload: { rkey: 'a' } });
  });
});

describe('synthetic events', () => {
  it('repeat themselves, and come at a set rate', async () => {
    await begin({ keeps: 100 });
    const [one, other] = [syntheticEvents({ followed: [ann], share: 0.5 }), syntheticEvents({ followed: [ann], share: 0.5 })];
    const some = Array.from({ length: 2_000 }, () => one.next().value);
    expect(Array.from({ length: 2_000 }, () => other.next().value)).toEqual(some);
    expect(some.filter(({ did }) => did === ann).length / 2_000).toBeCloseTo(0.5, 1);
    const abort = new AbortController();
    const replayed = double.replay(syntheticEvents(), 20_000, abort.signal);
    while (double.tip < 500) await new Promise(setImmediate);
    abort.abort();
    expect(await replayed).toBe(double.tip);
  });
});
