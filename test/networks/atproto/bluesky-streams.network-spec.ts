import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import bluesky from '@earshot/plugin-bluesky';
import { type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { type FakeCtx, fakeCtx } from '@earshot/plugin-testing';
import { eventually } from '../../support/eventually.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson } from './atproto-person.js';
import { FedJetstream, socketOf } from './fed-jetstream.js';

/** What a real data server says, heard by its own stream and by a Jetstream that is fed from it. */
let yard: Yard;
let network: AtprotoNetwork;
let library: AtprotoPerson;
let appPassword: string;
let people = 0;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  library = await network.addPerson('ashford-library');
  appPassword = await library.appPassword();
}, 180_000);
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});
afterAll(() => yard.close());

const repos = (): string => network.addresses.pds.replace(/^http/, 'ws');

const jetstream = async (speaks: 'v1' | 'v2'): Promise<FedJetstream> => {
  const fed = await FedJetstream.start(network.addresses.pds, [speaks]);
  endings.push(() => fed.stop());
  return fed;
};

const ways = {
  'the stream of the data server': async () => ({ jetstream: [], relays: [repos()] }),
  'a Jetstream of the first version': async () => ({ jetstream: [(await jetstream('v1')).address] }),
  'a Jetstream of the second version': async () => ({ jetstream: [(await jetstream('v2')).address] }),
} as const;

const settingsOf = (told: object) => (bluesky.account as NonNullable<typeof bluesky.account>).settings.parse(told);

const listen = (followed: readonly AtprotoPerson[], streams: object) => {
  const { pds, plc } = network.addresses;
  const clock = { ...systemClock, advance: () => undefined, waiting: 0 };
  const ctx: FakeCtx<ReturnType<typeof settingsOf>, { appPassword: string }> = fakeCtx({
    settings: settingsOf({ handle: library.handle, service: pds, directory: plc, ...streams }), secrets: { appPassword }, fetch, connect: socketOf, clock,
  });
  const [channel] = bluesky.source?.plan(followed.map(({ did, handle }) => ({ kind: 'profile', key: did, label: handle }))) ?? [];
  if (channel === undefined) throw new Error('no channel');
  const events: SourceEvent[] = [];
  const reading = (async () => {
    for await (const batch of bluesky.source?.read({ ...channel, changes: (async function* () {})() }, ctx) ?? []) events.push(...batch.events);
  })();
  endings.push(async () => {
    ctx.stop();
    await reading;
  });
  return { events, has: (what: string, isIt: (event: SourceEvent) => boolean) => eventually(what, async () => events.find(isIt)) };
};

describe.each(Object.entries(ways))('%s', (_way, streams) => {
  it('brings a post, its edit and its deletion, a new handle, and who deactivates their account', async () => {
    const [baker, other] = [await network.addPerson(`baker${(people += 1)}`), await network.addPerson(`other${people}`)];
    await network.indexed();
    const { events, has } = listen([baker], await streams());
    // A data server tells whoever comes for the first time nothing of before.
    await eventually('listening', async () => {
      await baker.post('The bakery opens at seven.');
      return events.some(({ kind }) => kind === 'post') || undefined;
    });
    const post = await baker.post('Rye bread is back.');
    const uri = post.uri;
    const rkey = uri.split('/').at(-1) ?? '';
    await other.post('Nobody follows me.');
    const heard = await has('the post', (event) => event.kind === 'post' && event.post.ref.id === uri);
    expect(heard).toMatchObject({ post: { text: 'Rye bread is back.', version: post.cid, author: { id: baker.did } } });
    const edited = await baker.put('app.bsky.feed.post', rkey, { text: 'Rye bread is back, at eight.' });
    await has('the edit', (event) => event.kind === 'post' && event.post.ref.id === uri && event.post.version === edited.cid && event.post.text.endsWith('eight.'));
    await baker.delete(post);
    await has('the deletion', (event) => event.kind === 'post-gone' && event.ref.id === uri && event.why === 'deleted');
    await baker.rename(`miller${people}.test`);
    await network.indexed();
    await has('the handle', (event) => event.kind === 'profile' && event.profile.ref.id === baker.did);
    await baker.deactivate();
    await has('that the account is gone', (event) => event.kind === 'profile-gone' && event.ref.id === baker.did && event.why === 'deactivated');
    expect(events.filter((event) => event.kind === 'unreadable' || event.kind === 'gap' || (event.kind === 'post' && event.post.author?.id === other.did))).toEqual([]);
  });
});
