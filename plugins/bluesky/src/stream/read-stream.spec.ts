import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postRef, profileRef } from '../refs.js';
import { did, NOW, postUri } from '../testing/fake-bluesky.js';
import type { JetstreamDouble } from '../testing/jetstream-double.js';
import { aPostBy, TownStream } from '../testing/town-stream.js';

let town: TownStream;
let ears: ReturnType<TownStream['listen']>[];
const listen = (...told: Parameters<TownStream['listen']>) => {
  const ear = town.listen(...told);
  ears.push(ear);
  return ear;
};
beforeEach(() => {
  [town, ears] = [new TownStream(), []];
  for (const name of ['paper', 'ana', 'ben']) town.world.person(name);
});
afterEach(async () => {
  for (const ear of ears) await ear.stop();
  await town.stop();
});

const open = (host: JetstreamDouble) => host.open.at(-1);
/** Until the plugin listens to those whom it follows, and to nobody else. */
const narrow = (ear: ReturnType<TownStream['listen']>, host: JetstreamDouble) => ear.until(() => open(host)?.filter.dids !== undefined);

describe.each(['v1', 'v2'] as const)('a Jetstream of %s', (version) => {
  const begin = async (names: readonly string[] = ['paper'], told: Parameters<TownStream['listen']>[1] = {}) => {
    const host = await town.host({ speaks: [version] });
    host.say(aPostBy('stranger', 'Before all'));
    const ear = listen(names, told);
    await narrow(ear, host);
    return { host, ear };
  };

  it('tells posts, edits and deletions of whom we follow, and of nobody else', async () => {
    const { host, ear } = await begin();
    host.say(aPostBy('paper', 'News'));
    host.say(aPostBy('ana', 'Not followed'));
    host.say(aPostBy('paper', 'News', { operation: 'update', cid: 'bafyreiedited' }));
    host.say(aPostBy('paper', 'like', { collection: 'app.bsky.feed.like' }));
    host.say({ kind: 'commit', did: did('paper'), operation: 'delete', collection: 'app.bsky.feed.post', rkey: 'News' });
    await ear.until(() => ear.kinds().includes('post-gone'));
    const ref = postRef(postUri('paper', 'News'));
    expect(ear.events()).toMatchObject([
      { kind: 'post', post: { ref, version: 'bafyreiNews', text: 'News', author: profileRef(did('paper')), audience: 'public' } },
      { kind: 'post', post: { ref, version: 'bafyreiedited' } },
      { kind: 'post-gone', ref, why: 'deleted' },
    ]);
    expect(ear.cursor()).toMatchObject({ host: { origin: host.address, speaks: 'jetstream' } });
  });

  it('loses nothing where sockets are killed again and again, and goes on from its cursor after a restart', async () => {
    const { host, ear } = await begin();
    const all = Array.from({ length: 120 }, (_, number) => `n${number}`);
    for (const [number, rkey] of all.entries()) {
      host.say(aPostBy('paper', rkey));
      if (number % 40 === 20) {
        host.cut();
        await ear.until(() => host.open.length > 0);
      }
    }
    await ear.heard(...all);
    const cursor = ear.cursor();
    await ear.stop();
    host.say(aPostBy('paper', 'while nobody listened'));
    const next = listen(['paper'], { ...(cursor === undefined ? {} : { cursor }) });
    await next.heard('while nobody listened');
    expect(next.kinds()).not.toContain('gap');
  });

  it('finds the gap where the host no longer has what was asked for', async () => {
    const host = await town.host({ speaks: [version] });
    const from = town.clock.now();
    for (const rkey of ['lost', 'kept']) {
      town.clock.advance(600_000);
      host.say(aPostBy('paper', rkey));
    }
    host.forgetBefore(2);
    host.say(aPostBy('stranger', 'Now'));
    const ear = listen(['paper'], { cursor: { at: from * 1_000, host: { origin: host.address, speaks: 'jetstream', ...(version === 'v2' ? { seq: 1 } : {}) } } });
    await ear.heard('kept');
    expect(ear.events()[0]).toEqual({ kind: 'gap', from: new Date(from), to: new Date(from + 1_200_000), why: expect.stringContaining('no longer has') });
    expect(ear.texts()).toEqual(['kept']);
  });

  it('begins some minutes earlier at another host, whose cursor is none of ours', async () => {
    const [one, other] = [await town.host({ speaks: [version] }), await town.host({ speaks: [version] })];
    for (const host of [one, other]) host.say(aPostBy('stranger', 'Before all'), town.nowUs() - 3_600_000_000);
    town.clock.advance(600_000);
    const ear = listen(['paper']);
    await narrow(ear, one);
    one.say(aPostBy('paper', 'Heard here'));
    await ear.heard('Heard here');
    // The other saw it a little earlier, and has what this one will not bring any more.
    other.say(aPostBy('paper', 'Heard here'), town.nowUs() - 60_000_000);
    other.say(aPostBy('paper', 'Only there'), town.nowUs() - 30_000_000);
    one.refuses = 503;
    one.cut();
    await ear.heard('Only there');
    expect(new Set(ear.texts())).toEqual(new Set(['Heard here', 'Only there']));
    expect(ear.kinds()).not.toContain('gap');
    expect(ear.cursor()?.host?.origin).toBe(other.address);
  });

  it('leaves a host that is blind for the next, also after a restart', async () => {
    const [blind, other] = [await town.host({ speaks: [version] }), await town.host({ speaks: [version] })];
    blind.isBlind = true;
    other.say(aPostBy('paper', 'Not heard there'));
    const ear = listen(['paper'], { blind: true, cursor: { at: town.clock.now() * 1_000 - 60_000_000, host: { origin: blind.address, speaks: 'jetstream' } } });
    await ear.heard('Not heard there');
    expect(blind.subscribers).toHaveLength(0);
  });

  it('hears an hour in which nobody whom we follow says anything, by what others say', async () => {
    const { host, ear } = await begin();
    const before = ear.heardUntil();
    for (let minute = 0; minute < 10; minute += 1) {
      town.clock.advance(30_000);
      host.say(aPostBy('stranger', `minute ${minute}`));
      await new Promise(setImmediate);
    }
    await ear.until(() => { host.say(aPostBy('stranger', 'more')); town.clock.advance(5_000); return ear.heardUntil() > before + 240_000; });
    expect(ear.events()).toEqual([]);
    await narrow(ear, host);
  });

  it('cuts a socket that is half open, and hears by another what it did not bring', async () => {
    const { host, ear } = await begin();
    host.say(aPostBy('paper', 'First'));
    await ear.heard('First');
    host.freeze();
    host.say(aPostBy('paper', 'Swallowed'));
    const before = host.subscribers.length;
    town.clock.advance(121_000);
    await ear.heard('Swallowed');
    expect(host.subscribers.length).toBeGreaterThan(before);
    expect(new Set(ear.texts())).toEqual(new Set(['First', 'Swallowed']));
  });

  it('puts a dead letter for what breaks its lexicon or is no event at all, and lives', async () => {
    const { host, ear } = await begin();
    host.say(aPostBy('paper', 'bad', { record: { text: 7 } }));
    host.say(aPostBy('paper', 'badop', { operation: 'destroy' as 'delete' }));
    host.say(aPostBy('paper', 'no version', { cid: undefined as unknown as string }));
    host.say({ kind: 'account', did: did('paper'), active: 'yes' as unknown as boolean });
    for (const text of ['{"did":', '[]', '{}', '{"$type":"message"}', '{"did":"did:plc:x","time_us":-1}']) host.sendRaw(text);
    host.say({ kind: 'sync', did: did('paper') } as never);
    host.say(aPostBy('paper', 'Fine'));
    await ear.heard('Fine');
    expect(ear.kinds()).toEqual([...Array.from({ length: 9 }, () => 'unreadable'), 'post']);
    expect(JSON.stringify(ear.events())).not.toContain('destroy');
  });

  it('tells who changed a handle or a bio, and who is gone', async () => {
    const { host, ear } = await begin(['paper', 'ana']);
    (town.world.people.get(did('paper')) as { handle: string }).handle = 'gazette.example';
    host.say({ kind: 'identity', did: did('paper'), handle: 'gazette.example' });
    host.say({ kind: 'identity', did: did('ben'), handle: 'nobody.example' });
    await ear.until(() => ear.kinds().includes('profile'));
    host.say({ kind: 'account', did: did('ana'), active: false, status: 'takendown' });
    host.say({ kind: 'account', did: did('paper'), active: false, status: 'throttled' });
    await ear.until(() => ear.kinds().includes('profile-gone'));
    expect(ear.events()).toMatchObject([{ kind: 'profile', profile: { ref: profileRef(did('paper')), handle: 'gazette.example' } }, { kind: 'profile-gone', ref: profileRef(did('ana')), why: 'suspended' }]);
    host.say(aPostBy('paper', 'self', { collection: 'app.bsky.actor.profile', operation: 'update' }));
    await ear.until(() => ear.events().length === 3);
    // The network's view may have heard of it after us.
    town.clock.advance(60_000);
    await ear.until(() => ear.events().length === 4);
  });

  it('goes on from its cursor where it read too slowly', async () => {
    const { host, ear } = await begin();
    host.tellTooSlow();
    host.say(aPostBy('paper', 'Meanwhile'));
    await ear.heard('Meanwhile');
  });

  it('listens to others as soon as they are followed, and to what they said meanwhile', async () => {
    const { host, ear } = await begin();
    town.world.post('ana', 'a', 'Between the follow and the stream', { record: { createdAt: new Date(NOW.getTime() - 60_000).toISOString() } });
    ear.follow(['paper', 'ana']);
    await ear.until(() => open(host)?.filter.dids?.has(did('ana')) === true);
    host.say(aPostBy('ana', 'From now on'));
    await ear.heard('From now on', 'Between the follow and the stream');
    if (version === 'v1') expect(host.subscribers).toHaveLength(1);
    ear.follow(['ana']);
    await ear.until(() => open(host)?.filter.dids?.has(did('paper')) === false);
  });
});

it('takes no host for one that cannot be reached where others are followed before its socket is open', async () => {
  const host = await town.host({ speaks: ['v2'] });
  const opened = Promise.withResolvers<void>();
  let isOpening = false;
  town.opens = (url) => {
    if (isOpening || !url.includes('dids=')) return;
    isOpening = true;
    return opened.promise;
  };
  const ear = listen(['paper']);
  await ear.until(() => isOpening);
  ear.follow(['paper', 'ana']);
  await ear.until(() => open(host)?.filter.dids?.has(did('ana')) === true);
  opened.resolve();
  host.say(aPostBy('ana', 'From now on'));
  await ear.heard('From now on');
  expect(host.asked.get('/subscribe')).toBeUndefined();
});

describe('the way of hearing', () => {
  it('is the second version where a host has it, and the first in band where those whom we follow fit into no address', async () => {
    const host = await town.host();
    const few = listen(['paper']);
    await narrow(few, host);
    expect(open(host)?.version).toBe('v2');
    await few.stop();
    const many = Array.from({ length: 9_000 }, (_, number) => `did:plc:${String(number).padStart(24, 'a')}`);
    const ear = listen([...many, 'paper']);
    await ear.until(() => host.open.length > 0);
    host.say(aPostBy('stranger', 'Now'));
    await ear.until(() => open(host)?.filter.dids?.size === 9_001);
    expect(open(host)?.version).toBe('v1');
    ear.follow([...many, 'paper', 'ana']);
    await ear.until(() => open(host)?.filter.dids?.size === 9_002);
    expect(host.open).toHaveLength(1);
  });

  it('is packed by the dictionary that the host gives away, where that is wanted and to be had', async () => {
    const dictionary = readFileSync(new URL('../../fixtures/synthetic-events.zdict', import.meta.url));
    const [packing, plain] = [await town.host({ speaks: ['v2'], zstd: { id: dictionary.readUInt32LE(4), dictionary } }), await town.host({ speaks: ['v2'] })];
    for (const host of [packing, plain]) {
      const ear = listen(['paper'], { compress: true, jetstream: [host.address] });
      await narrow(ear, host);
      host.say(aPostBy('paper', 'News'));
      await ear.heard('News');
      expect(open(host)?.query.get('zstdDictionary') ?? undefined).toBe(host === packing ? String(dictionary.readUInt32LE(4)) : undefined);
      if (host === packing) {
        host.sendRaw(Buffer.from('no zstd'));
        await ear.until(() => ear.kinds().includes('unreadable'));
      }
    }
    expect(packing.asked.get('/xrpc/network.bsky.jetstream.getZstdDictionary')).toBe(1);
  });

  it('tells strangers apart here where a host has the second version alone, and the list is long', async () => {
    const host = await town.host({ speaks: ['v2'] });
    const ear = listen([...Array.from({ length: 500 }, (_, number) => `did:plc:${String(number).padStart(24, 'a')}`), 'paper']);
    await ear.until(() => host.open.length > 0);
    host.say(aPostBy('stranger', 'Nobody asked'));
    host.say(aPostBy('paper', 'News'));
    await ear.until(() => host.open.some(({ query }) => query.getAll('kinds').length === 3));
    host.say(aPostBy('paper', 'More'));
    await ear.heard('News', 'More');
    expect(ear.texts()).not.toContain('Nobody asked');
  });

  it('is to ask each of them where nothing streams, and streams are tried again', async () => {
    const host = await town.host({ speaks: ['v1'] });
    host.refuses = 503;
    town.world.post('paper', 'a', 'Asked for');
    town.world.post('ana', 'b', 'Asked for as well');
    (town.world.people.get(did('ben')) as { status?: string }).status = 'AccountDeactivated';
    const plain = town.world.instead;
    plain.set('app.bsky.feed.getAuthorFeed', (request) => (request.url.includes(encodeURIComponent(did('ben'))) ? Response.json({ error: 'InvalidRequest', message: 'Profile not found' }, { status: 400 }) : undefined));
    const ear = listen(['paper', 'ana', 'ben'], { cursor: { at: town.clock.now() * 1_000 - 60_000_000 } });
    await ear.until(() => ear.heardUntil() > 0 && ear.kinds().includes('profile-gone'));
    expect([...ear.texts()].toSorted()).toEqual(['Asked for', 'Asked for as well']);
    expect([ear.heardUntil(), ear.cursor()]).toEqual([NOW.getTime(), { at: NOW.getTime() * 1_000 }]);
    expect(ear.events()).toContainEqual({ kind: 'profile-gone', ref: profileRef(did('ben')), why: 'deactivated' });
    host.refuses = undefined;
    host.say(aPostBy('paper', 'By the stream again'));
    town.clock.advance(120_000);
    await ear.heard('By the stream again');
  });

  it('asks on behind whoever was asked last, after a restart in the midst of a round', async () => {
    for (const name of ['paper', 'ana']) town.world.post(name, 'x', `Of ${name}`);
    const round = { began: NOW.getTime() - 1_000, after: did('ana') };
    const ear = listen(['paper', 'ana'], { jetstream: [], cursor: { at: NOW.getTime() * 1_000 - 60_000_000, round } });
    await ear.until(() => ear.heardUntil() > 0);
    expect([ear.texts(), ear.heardUntil()]).toEqual([['Of paper'], round.began]);
    town.world.post('ana', 'y', 'Later');
    town.clock.advance(60_000);
    await ear.heard('Later');
    expect(ear.texts().filter((text) => text === 'Of paper')).toHaveLength(1);
  });

  it('claims nothing of a host that is open and on which nobody speaks, but what asking proves', async () => {
    town.murmurs = false;
    const host = await town.host({ speaks: ['v1'] });
    const ear = listen(['paper']);
    await ear.until(() => host.open.length > 0);
    expect(ear.heardUntil()).toBe(0);
    town.clock.advance(30_000);
    await ear.until(() => ear.heardUntil() > 0);
    expect(ear.heardUntil()).toBe(NOW.getTime() + 30_000);
    await ear.until(() => host.open.length > 0);
    host.say(aPostBy('paper', 'At last'));
    await ear.heard('At last');
  });
});
