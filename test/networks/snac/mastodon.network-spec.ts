import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { Office, type SeenConversation } from '../journey/office.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson, SnacStatus } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** Earshot with its plugin for servers of the Mastodon API, on the strangest of them. */
let yard: Yard;
let harbour: SnacServer;
let library: SnacPerson;
let baker: SnacPerson;
let office: Office;
let account: string;
let opening: SnacStatus;

beforeAll(async () => {
  yard = await Yard.open();
  harbour = await SnacServer.start(yard, await fetchSnac(yard), 'harbour');
  [library, baker] = [await harbour.addPerson('library'), await harbour.addPerson('baker')];
  office = await Office.open({ yard, reaches: [harbour.host] });
}, 180_000);
afterAll(async () => {
  await office?.close();
  await yard.close();
});

/** The conversation in which this is said, once it was heard. */
const heard = (text: string): Promise<SeenConversation> =>
  eventually(`hearing "${text}"`, async () => {
    await office.hurry();
    return office.conversationWith(text);
  });
const texts = ({ posts }: SeenConversation): readonly (string | null)[] => posts.map(({ text }) => text);

describe('a server of the Mastodon API', () => {
  it('lets the library in on its own page, and says who it is there', async () => {
    const connected = await office.connect('mastodon', harbour.url, { sayYes: (page) => library.sayYes(page) });
    account = connected.account.id;
    expect(`@${connected.us?.handle}`).toBe(library.handle);
  });
  it('is heard where a profile is followed by its handle', async () => {
    opening = await baker.post('The bakery opens at seven.');
    await office.follow(account, baker.handle);
    expect(texts(await heard('opens at seven'))).toEqual(['The bakery opens at seven.']);
  });
  it('shows an edit', async () => {
    await baker.edit(opening, 'The bakery opens at eight.');
    const { id } = await heard('bakery opens at');
    await eventually('the edit', async () => {
      await office.lookAgain(id);
      return (await office.stored('opens at eight')) === 1 ? true : undefined;
    });
    expect(await office.stored('opens at seven')).toBe(0);
  });
});
