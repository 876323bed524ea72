import { describe, expect, it } from '@jest/globals';
import { mastodonLists } from './follow-lists.js';
import { readPoll } from './read-poll.js';
import { channelOf, collect } from './testing/collect.js';
import { anAccount } from './testing/documents.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const town = (): FakeServer => {
  const server = new FakeServer();
  server.lists = [{ id: '5', title: 'Papers' }];
  server.accounts.push(...['a', 'b', 'c', 'd', 'e'].map((name) => anAccount(`${name}@birch.example`, `2${name}`)));
  server.following = ['2a', '2b', '2c', '2d', '2e'];
  return server;
};

describe('the lists of an account', () => {
  it('are whom it follows, and its lists', async () => {
    expect(await mastodonLists.lists(onServer(town()))).toEqual([{ id: 'following', name: 'Whom our account follows', public: true }, { id: 'list 5', name: 'Papers', public: false }]);
  });

  it.each(['following', 'list 5'])('"%s" is read page by page', async (list) => {
    const members = await Array.fromAsync(mastodonLists.members(list, onServer(town())));
    expect(members.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `@${name}@birch.example`));
    expect(members[0]).toMatchObject({ kind: 'profile', key: 'https://birch.example/users/a' });
  });

  it('spares the search for whoever is on one', async () => {
    const server = town();
    const ctx = onServer(server);
    const [member] = await Array.fromAsync(mastodonLists.members('following', ctx));
    if (member === undefined) throw new Error('nobody');
    await collect(readPoll(channelOf(member), ctx));
    expect(server.asked.filter((asked) => asked.includes('/search'))).toEqual([]);
  });

  it('that are not read to their end say so', async () => {
    const ctx = onServer(town());
    const reading = async (): Promise<void> => { for await (const _ of mastodonLists.members('following', ctx)) ctx.stop(); };
    await expect(reading()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
