import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Office, type SeenConversation } from '../journey/office.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson, AtprotoRef } from './atproto-person.js';
import { FedJetstream } from './fed-jetstream.js';

/** Earshot with its plugin for Bluesky, which hears by a Jetstream what Bluesky's own data server says. */
let yard: Yard;
let network: AtprotoNetwork;
let jetstream: FedJetstream;
let baker: AtprotoPerson;
let office: Office;
let account: string;
let rolls: AtprotoRef;

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  jetstream = await FedJetstream.start(network.addresses.pds, ['v1', 'v2']);
  baker = await network.addPerson('baker');
  const { pds, plc } = network.addresses;
  office = await Office.open({ yard, reaches: [pds, plc, jetstream.address].map((address) => new URL(address).host) });
  const library = await network.addPerson('ashford-library');
  const connected = await office.connect('bluesky', library.handle, { settings: { service: pds, directory: plc, jetstream: JSON.stringify([jetstream.address]) }, secrets: { appPassword: await library.appPassword() } });
  account = connected.account.id;
  await office.follow(account, '@baker.test');
}, 180_000);
afterAll(async () => {
  await office?.close();
  await jetstream?.stop();
  await yard.close();
});

const heard = (text: string): Promise<SeenConversation> => eventually(`hearing "${text}"`, () => office.conversationWith(text));
const listening = () => eventually('somebody listening', async () => (jetstream.double.open.some(({ query }) => query.getAll('kinds').length !== 1) ? true : undefined));

describe('Bluesky by Jetstream', () => {
  it('is heard as it is said, and not when it would be asked for', async () => {
    await listening();
    rolls = await baker.post('Rolls are half price today.');
    await heard('half price');
    const rkey = rolls.uri.split('/').at(-1) ?? '';
    await baker.put('app.bsky.feed.post', rkey, { text: 'Rolls are half price until noon.' });
    await heard('until noon');
    expect(await office.stored('half price today')).toBe(0);
  });
  it('takes back what its author deletes as soon as it is deleted', async () => {
    await baker.delete(rolls);
    await eventually('the post being gone', async () => ((await office.stored('until noon')) === 0 ? true : undefined));
  });
  it('is heard where Earshot was killed, and where its sockets are, once each and without a gap', async () => {
    await office.kill();
    await baker.post('Nobody listens to this.');
    await office.start();
    await heard('Nobody listens');
    await listening();
    jetstream.double.cut();
    await baker.post('The line was cut.');
    await heard('line was cut');
    expect(await office.storedEach('Nobody listens', 'line was cut')).toEqual([1, 1]);
    expect(await office.gaps(account)).toEqual([]);
  });
});
