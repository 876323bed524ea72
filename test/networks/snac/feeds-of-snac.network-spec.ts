import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** Earshot hears a real server by the feed that it gives of each of its people. */
let yard: Yard;
let harbour: SnacServer;
let baker: SnacPerson;
let office: Office;

beforeAll(async () => {
  yard = await Yard.open();
  harbour = await SnacServer.start(yard, await fetchSnac(yard), 'harbour');
  baker = await harbour.addPerson('baker');
  office = await Office.open({ yard, reaches: [harbour.host] });
}, 120_000);
afterAll(async () => {
  await office.close();
  await yard.close();
});

/** What is said in the conversation, once this is. */
const heard = (text: string): Promise<readonly (string | null)[]> =>
  eventually(`hearing "${text}"`, async () => {
    await office.hurry();
    return (await office.conversationWith(text))?.posts.map((post) => post.text);
  });

describe('the feed of somebody on snac', () => {
  it('is followed and heard', async () => {
    await baker.post('The bakery opens at seven.');
    const { account } = await office.connect('feeds', undefined, {});
    await office.follow(account.id, `${baker.url}.rss`);
    expect(await heard('opens at seven')).toEqual([expect.stringContaining('The bakery opens at seven.')]);
  });
  it('is heard on after Earshot was killed, and nothing twice', async () => {
    await office.kill();
    await baker.post('Rye bread is back.');
    await office.start();
    expect(await heard('Rye bread')).toHaveLength(1);
    expect([await office.stored('opens at seven'), await office.stored('Rye bread')]).toEqual([1, 1]);
  });
});
