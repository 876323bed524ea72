import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mixed } from '../../faults/frame/draw.js';
import { Gate } from '../gate.js';
import { type FarEnd, SendingRound, seedOfRun } from '../journey/killed-sending.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson, AtprotoRef } from './atproto-person.js';

const seed = seedOfRun();
let yard: Yard;
let gate: Gate;
let network: AtprotoNetwork;
let [library, baker]: [AtprotoPerson, AtprotoPerson] = [] as never;
let office: Office;
let far: FarEnd;
const questions: AtprotoRef[] = [];

beforeAll(async () => {
  [yard, gate] = [await Yard.open(), await Gate.open()];
  network = await AtprotoNetwork.start(yard);
  gate.leadTo(network.addresses.pds, { inItsName: true });
  [library, baker] = [await network.addPerson('ashford-library'), await network.addPerson('baker')];
  office = await Office.open({ yard, reaches: [gate.url, network.addresses.pds, network.addresses.plc].map((address) => new URL(address).host) });
  await office.answersAnybody();
  const { account } = await office.connect('bluesky', library.handle, { settings: { service: gate.url, directory: network.addresses.plc }, secrets: { appPassword: await library.appPassword() } });
  await office.follow(account.id, '@baker.test');
  far = {
    office, gate, account: account.id,
    isPublishing: ({ path }) => path.startsWith('/xrpc/com.atproto.repo.putRecord'),
    say: async (text) => {
      questions.push(await baker.post(text));
      await network.indexed();
    },
    posted: () => library.posts(),
  };
}, 180_000);
afterAll(async () => {
  await office?.close();
  await gate?.close();
  await yard.close();
});

describe(`replies on Bluesky, Earshot being killed as they leave (NETWORKS_SEED=${seed})`, () => {
  it('stand there once, since it can always tell', async () => {
    const round = new SendingRound(far, { seed: mixed(seed, 'bluesky', 1), name: 'r1', replies: 4 });
    await round.run();
    expect(round.deeds).not.toEqual([]);
    expect({ wrongs: await round.wrongs({ canTell: true }), deeds: round.deeds }).toEqual({ wrongs: [], deeds: round.deeds });
  });

  it('are shown by the AppView once each, below what they answer', async () => {
    await network.indexed();
    for (const { uri } of questions) {
      const { post, replies = [] } = await baker.thread(uri);
      expect(replies.map(({ post: { author, record } }) => [author.handle, `What answers ${record.text}?`])).toEqual([[library.handle, post.record.text]]);
    }
  });
});
