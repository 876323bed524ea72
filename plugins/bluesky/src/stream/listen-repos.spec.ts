import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postRef, profileRef } from '../refs.js';
import { did, NOW, postUri } from '../testing/fake-bluesky.js';
import { encodeCbor, ReposDouble } from '../testing/repos-double.js';
import { aPostBy, TownStream } from '../testing/town-stream.js';

let town: TownStream;
let relay: ReposDouble;
let ears: ReturnType<TownStream['listen']>[];
const listen = (told: Parameters<TownStream['listen']>[1] = {}, names: readonly string[] = ['paper', 'ana']) => {
  const ear = town.listen(names, { relays: [relay.address], ...told });
  ears.push(ear);
  return ear;
};
beforeEach(async () => {
  [town, ears] = [new TownStream(), []];
  relay = await ReposDouble.start(() => town.nowUs());
  for (const name of ['paper', 'ana', 'ben']) town.world.person(name);
});
afterEach(async () => {
  for (const ear of ears) await ear.stop();
  await relay.stop();
  await town.stop();
});
const opened = (ear: ReturnType<typeof listen>, times = 1) => ear.until(() => relay.opened.length >= times);

describe('the stream of a relay or data server', () => {
  it('tells posts, edits, deletions and people of whom we follow, and of nobody else', async () => {
    const ear = listen();
    await opened(ear);
    relay.say(aPostBy('paper', 'News'));
    relay.say(aPostBy('ben', 'Not followed'));
    relay.say(aPostBy('paper', 'News', { operation: 'update', record: { text: 'Corrected', createdAt: NOW.toISOString() } }));
    relay.say(aPostBy('paper', 'like', { collection: 'app.bsky.feed.like' }));
    relay.say({ kind: 'commit', did: did('paper'), operation: 'delete', collection: 'app.bsky.feed.post', rkey: 'News' });
    relay.say({ kind: 'account', did: did('ana'), active: false, status: 'deactivated' });
    relay.say({ kind: 'identity', did: did('paper') });
    await ear.until(() => ear.events().length >= 5);
    const ref = postRef(postUri('paper', 'News'));
    // Who somebody is is asked beside the stream.
    expect(ear.events().toSorted((a, b) => Number(a.kind === 'profile') - Number(b.kind === 'profile'))).toMatchObject([
      { kind: 'post', post: { ref, text: 'News', version: expect.stringMatching(/^bafyrei/) } }, { kind: 'post', post: { ref, text: 'Corrected' } }, { kind: 'post-gone', ref },
      { kind: 'profile-gone', ref: profileRef(did('ana')), why: 'deactivated' }, { kind: 'profile', profile: { ref: profileRef(did('paper')) } },
    ]);
    expect(ear.cursor()).toEqual({ at: expect.any(Number), host: { origin: relay.address, speaks: 'repos', seq: 7 } });
  });

  it('goes on from its sequence where its sockets are killed, and after a restart', async () => {
    const ear = listen();
    await opened(ear);
    for (const text of ['a', 'b', 'c']) {
      relay.say(aPostBy('paper', text));
      await ear.heard(text);
      relay.cut();
      relay.say(aPostBy('paper', `${text} meanwhile`));
      await ear.heard(`${text} meanwhile`);
    }
    await ear.stop();
    relay.say(aPostBy('paper', 'while nobody listened'));
    const cursor = ear.cursor();
    const next = listen(cursor === undefined ? {} : { cursor });
    await next.heard('while nobody listened');
    expect(next.texts()).toEqual(['while nobody listened']);
  });

  it.each([
    ['begins later than was asked for', 1, 1_200_000], ['began to count anew', 900, 1_200_000],
  ])('tells the gap where it %s', async (_what, seq, untilMs) => {
    const from = town.clock.now();
    for (const text of ['lost', 'kept']) {
      town.clock.advance(600_000);
      relay.say(aPostBy('paper', text));
    }
    relay.forgetBefore(2);
    const ear = listen({ cursor: { at: from * 1_000, host: { origin: relay.address, speaks: 'repos', seq: seq === 1 ? 0 : seq } } });
    await opened(ear, seq === 1 ? 1 : 2);
    relay.say(aPostBy('paper', 'now'));
    await ear.heard('now');
    expect(ear.events()[0]).toMatchObject({ kind: 'gap', from: new Date(from), to: new Date(from + untilMs) });
  });

  it('proves that nobody said anything by what comes next, which is still to come', async () => {
    const ear = listen();
    await opened(ear);
    relay.say(aPostBy('ben', 'Anything'));
    await ear.until(() => {
      town.clock.advance(1_000);
      return ear.heardUntil() > NOW.getTime() + 130_000;
    });
    expect(ear.events()).toEqual([]);
    relay.say(aPostBy('paper', 'News'));
    await ear.heard('News');
    expect(new Set(relay.opened.slice(1).map((query) => query.get('cursor')))).toEqual(new Set(['2']));
  });

  it('cuts a socket that is half open, and hears by another what it did not bring', async () => {
    const ear = listen();
    await opened(ear);
    relay.say(aPostBy('paper', 'First'));
    await ear.heard('First');
    relay.freeze();
    relay.say(aPostBy('paper', 'Swallowed'));
    relay.say(aPostBy('paper', 'Swallowed too'));
    town.clock.advance(61_000);
    await ear.heard('Swallowed', 'Swallowed too');
  });

  it('puts a dead letter for what breaks its form, and lives', async () => {
    const ear = listen();
    await opened(ear);
    const commit = (body: object) => Buffer.concat([encodeCbor({ op: 1, t: '#commit' }), encodeCbor({ seq: 2, time: NOW.toISOString(), repo: did('paper'), ...body })]);
    for (const bytes of [Buffer.alloc(0), Buffer.from('a page'), encodeCbor({ op: 1, t: '#commit' }), commit({ time: 'soon' }), commit({ ops: 'none' }), commit({ ops: [{ action: 'create', path: 'app.bsky.feed.post/x', cid: 'none' }], blocks: Buffer.alloc(0) })]) relay.sayBytes(bytes);
    relay.sayBytes(Buffer.concat([encodeCbor({ op: 1, t: '#of-times-to-come' }), encodeCbor({ seq: 9, time: NOW.toISOString(), did: did('paper') })]));
    relay.say(aPostBy('paper', 'bad', { record: { text: 7 } }));
    relay.say(aPostBy('paper', 'Fine'));
    await ear.heard('Fine');
    expect(ear.kinds()).toEqual([...Array.from({ length: 7 }, () => 'unreadable'), 'post']);
  });

  it('asks for what a commit was too large to hold', async () => {
    town.world.post('paper', 'big', 'Too large for the stream');
    const ear = listen();
    await opened(ear);
    relay.sayBytes(Buffer.concat([encodeCbor({ op: 1, t: '#commit' }), encodeCbor({ seq: 1, time: NOW.toISOString(), repo: did('paper'), tooBig: true, ops: [], blocks: Buffer.alloc(0) })]));
    await ear.heard('Too large for the stream');
  });
});
