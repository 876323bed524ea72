import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mixed } from '../../faults/frame/draw.js';
import { Gate } from '../gate.js';
import { type FarEnd, SendingRound, seedOfRun } from '../journey/killed-sending.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson } from './snac-person.js';
import { SnacServer } from './snac-server.js';

const seed = seedOfRun();
let yard: Yard;
let gate: Gate;
let [library, baker]: [SnacPerson, SnacPerson] = [] as never;
let office: Office;
let far: FarEnd;

beforeAll(async () => {
  [yard, gate] = [await Yard.open(), await Gate.open()];
  const harbour = await SnacServer.start(yard, await fetchSnac(yard), 'harbour', gate);
  [library, baker] = [await harbour.addPerson('library'), await harbour.addPerson('baker')];
  office = await Office.open({ yard, reaches: [gate.host] });
  await office.answersAnybody();
  const { account } = await office.connect('mastodon', gate.url, { sayYes: (page) => library.sayYes(page) });
  await office.follow(account.id, baker.handle);
  far = {
    office, gate, account: account.id,
    // People of the test come this way too, and answer nothing.
    isPublishing: ({ method, path, body }) => method === 'POST' && path === '/api/v1/statuses' && body.includes('in_reply_to_id='),
    say: async (text) => void (await baker.post(text)),
    posted: async () => (await library.own()).map(({ content, uri }) => ({ text: content, uri })),
  };
}, 180_000);
afterAll(async () => {
  await office?.close();
  await gate?.close();
  await yard.close();
});

describe(`replies to a server of the Mastodon API, Earshot being killed as they leave (NETWORKS_SEED=${seed})`, () => {
  it.each([1, 2])('stand there once or not at all, and whoever cannot be asked about is with a person: round %i', async (n) => {
    const round = new SendingRound(far, { seed: mixed(seed, 'snac', n), name: `r${n}`, replies: 4 });
    await round.run();
    expect(round.deeds).not.toEqual([]);
    expect({ wrongs: await round.wrongs({ canTell: false }), deeds: round.deeds }).toEqual({ wrongs: [], deeds: round.deeds });
    // Dana looked, and saw none of them.
    for (const { id, state } of await round.mine()) if (state === 'unknown') expect(await office.decide(id, false)).toBe('draft');
  });
});
