import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson, AtprotoRef } from './atproto-person.js';

/** The ground under the journey: Bluesky's own servers, asked without Earshot. */
let yard: Yard;
let network: AtprotoNetwork;
let baker: AtprotoPerson;
let cleo: AtprotoPerson;
let posted: AtprotoRef;
let reply: AtprotoRef;

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  [baker, cleo] = [await network.addPerson('baker'), await network.addPerson('cleo')];
}, 120_000);
afterAll(() => yard.close());

describe('a network of atproto', () => {
  it('is to be had on 127.0.0.1 alone', async () => {
    for (const address of Object.values(network.addresses) as string[]) {
      const { port } = new URL(address);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
      await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow();
    }
  });
  it('threads a reply under a post', async () => {
    posted = await baker.post('The bakery opens at seven.');
    reply = await cleo.reply(posted, posted, 'And on Sundays?');
    await network.indexed();
    const thread = await baker.thread(posted.uri);
    expect(thread.post).toMatchObject({ replyCount: 1, record: { text: 'The bakery opens at seven.' }, author: { handle: 'baker.test' } });
    expect(thread.replies?.map(({ post }) => post.uri)).toEqual([reply.uri]);
  });
  it('counts a like, and knows who is on a list', async () => {
    await cleo.like(posted);
    const list = await cleo.list('Bakers', [baker]);
    await network.indexed();
    expect((await cleo.thread(posted.uri)).post.likeCount).toBe(1);
    expect(await cleo.membersOf(list.uri)).toEqual(['baker.test']);
  });
  it('takes a deleted reply out of the thread', async () => {
    await cleo.delete(reply);
    await network.indexed();
    expect((await baker.thread(posted.uri)).replies).toEqual([]);
  });
  it('ends in good order', async () => {
    await network.stop();
    await expect(fetch(network.addresses.pds)).rejects.toThrow();
  });
});
