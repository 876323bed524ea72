import { afterAll, describe } from '@jest/globals';
import { describeSourceContract, fakeClock, fakeCtx } from '@earshot/plugin-testing';
import bluesky from '../index.js';
import { settingsSchema } from '../settings.js';
import { signIn } from '../testing/bluesky-ctx.js';
import { did, DIRECTORY, FakeBluesky, NOW, SERVICE } from '../testing/fake-bluesky.js';
import { JetstreamDouble } from '../testing/jetstream-double.js';
import { aPostBy, connect } from '../testing/town-stream.js';

const said = [
  aPostBy('paper', 'News'), aPostBy('stranger', 'Nobody follows me'), aPostBy('paper', 'News', { operation: 'update', cid: 'bafyreiedited' }), aPostBy('ana', 'Where is it?'), aPostBy('paper', 'bad', { record: { text: 7 } }),
  { kind: 'commit', did: did('ana'), operation: 'delete', collection: 'app.bsky.feed.post', rkey: 'old' }, { kind: 'account', did: did('ana'), active: false, status: 'suspended' },
] as const;
/** Of those, what concerns whom we follow. */
const EVENTS = 6;

let tick = 0;
const now = (): number => NOW.getTime() * 1_000 - 60_000_000 + (tick += 1);
const hosts = { v1: await JetstreamDouble.start({ speaks: ['v1'], now }), v2: await JetstreamDouble.start({ speaks: ['v2'], now }) };
for (const each of said) for (const host of [hosts.v1, hosts.v2]) host.say(each);
// A large network is never silent.
const murmur = setInterval(() => [hosts.v1, hosts.v2].forEach((host) => host.say(aPostBy('stranger', 'murmur'))), 20);
afterAll(async () => {
  clearInterval(murmur);
  await Promise.all([hosts.v1, hosts.v2].map((host) => host.stop()));
});

const targets = ['paper', 'ana'].map((name) => ({ kind: 'profile' as const, key: did(name), label: name }));

describe.each([
  ['by Jetstream, first version', { jetstream: [hosts.v1.address] }],
  ['by Jetstream, second version', { jetstream: [hosts.v2.address] }],
] as const)('%s', (title, streams) => {
  describeSourceContract(`bluesky ${title}`, {
    plugin: bluesky,
    ctx: (fetch) => {
      const world = new FakeBluesky();
      for (const name of ['paper', 'ana']) world.person(name);
      const plain = (input: string | URL | Request, init?: RequestInit) => (String(input).startsWith('http://127.0.0.1') ? globalThis.fetch(input, init) : world.fetch(input, init));
      return fakeCtx({ settings: settingsSchema.parse({ handle: '@library.example', service: SERVICE, directory: DIRECTORY, ...streams }), secrets: signIn, clock: fakeClock(NOW), connect, fetch: fetch ?? plain });
    },
    targets,
    wants: [],
    streamEvents: EVENTS,
    order: 'arrival',
  });
});
