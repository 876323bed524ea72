import { readSourceEvent, type Target } from '@earshot/plugin-sdk';
import { describe, expect, it } from '@jest/globals';
import { readPoll } from './read-poll.js';
import { channelOf, collect } from './testing/collect.js';
import { ann, anAccount, HOST, type Json, paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const birch: Target = { kind: 'profile', key: 'https://birch.example/users/paper', label: '@paper@birch.example' };
const mentions: Target = { kind: 'mentions', key: 'https://alder.example/users/library', label: 'Mentions' };
const at = (minute: number): string => new Date(Date.parse('2026-03-11T00:00:00Z') + minute * 60_000).toISOString();
const speaking = (server: FakeServer, from: number, to: number): FakeServer => {
  for (let minute = from; minute < to; minute += 1) server.say(paper, at(minute), `${minute}`);
  return server;
};
const numbers = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, index) => String(from + index));

describe('polling forward', () => {
  it('begins with the newest page, oldest first', async () => {
    const { texts, cursor, last } = await collect(readPoll(channelOf(birch), onServer(speaking(new FakeServer(), 0, 100))));
    expect(texts).toEqual(numbers(60, 100));
    expect(cursor).toBeDefined();
    expect(last).toEqual({ events: [], heardUntil: NOW });
  });

  it('loses nothing of what was said since, however many pages that is', async () => {
    const server = speaking(new FakeServer(), 0, 10);
    const { cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    const then = await collect(readPoll(channelOf(birch, cursor), onServer(speaking(server, 10, 140))));
    expect(then.texts).toEqual(numbers(10, 140));
    expect((await collect(readPoll(channelOf(birch, then.cursor), onServer(server)))).texts).toEqual([]);
  });

  it('asks once where nothing is new', async () => {
    const server = speaking(new FakeServer(), 0, 10);
    const ctx = onServer(server);
    const { cursor } = await collect(readPoll(channelOf(birch), ctx));
    const asked = server.asked.length;
    await collect(readPoll(channelOf(birch, cursor), ctx));
    expect(server.asked.slice(asked)).toEqual([expect.stringContaining('/api/v1/accounts/12/statuses')]);
  });

  it('hears what came late to its server, and what was edited, though their ids are of before', async () => {
    const server = speaking(new FakeServer(), 0, 10);
    const { cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    server.say(paper, new Date(Date.parse(at(4)) + 30_000).toISOString(), 'Late');
    Object.assign(server.statuses[7] as Json, { content: '<p>Corrected</p>', edited_at: at(20) });
    const then = await collect(readPoll(channelOf(birch, cursor), onServer(server)));
    expect(then.texts).toEqual(['Late', 'Corrected']);
    expect(then.cursor?.after).toBe(cursor?.after);
    expect((await collect(readPoll(channelOf(birch, then.cursor), onServer(server)))).texts).toEqual([]);
  });

  it('reads back to what is known where a server turns no page forward', async () => {
    const server = speaking(new FakeServer({ minId: false }), 0, 10);
    const { cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    expect((await collect(readPoll(channelOf(birch, cursor), onServer(speaking(server, 10, 140))))).texts).toEqual(numbers(10, 140));
  });

  it('tells a gap where it turns none at all', async () => {
    const server = speaking(new FakeServer({ minId: false }), 0, 10);
    const { cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    speaking(server, 10, 140);
    const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => server.fetch(String(input).replace(/&max_id=\d+/, ''), init);
    const { events, texts } = await collect(readPoll(channelOf(birch, cursor), onServer(server, { fetch })));
    expect(texts).toEqual(numbers(100, 140));
    expect(events[0]).toMatchObject({ kind: 'gap', to: new Date(at(100)) });
  });

  it('ends on a server that knows no min_id', async () => {
    const server = speaking(new FakeServer({ minId: false }), 0, 10);
    const { cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    expect((await collect(readPoll(channelOf(birch, cursor), onServer(speaking(server, 10, 15))))).texts).toEqual(numbers(10, 15));
  });

  it('asks for nobody\'s boosts, and takes none', async () => {
    const server = speaking(new FakeServer(), 0, 1);
    server.say(paper, at(5), '', { reblog: server.statuses[0] });
    expect((await collect(readPoll(channelOf(birch), onServer(server)))).texts).toEqual(['0']);
    expect(server.asked).toContainEqual(expect.stringContaining('exclude_reblogs=true'));
  });

  it('puts a dead letter where one of them is broken, and goes on', async () => {
    const server = speaking(new FakeServer(), 0, 2);
    server.statuses[0] = { ...server.statuses[0], account: null };
    server.accounts = [paper];
    server.following = ['12'];
    const tag: Target = { kind: 'list', key: `${HOST}/home`, label: 'Home' };
    const { events } = await collect(readPoll(channelOf(tag), onServer(server)));
    expect(events.map(({ kind }) => kind)).toEqual(['unreadable', 'post']);
  });
});

describe('what is answered', () => {
  it.each([true, false])('has its global id, also where it is on no page that was read (many at once: %s)', async (many) => {
    const server = new FakeServer({ many }, many ? undefined : 'https://snac.example');
    const question = server.say(ann, at(700), 'Who has a ladder?');
    server.say(paper, at(701), 'We do.', { in_reply_to_id: question.id });
    const { posts } = await collect(readPoll(channelOf(birch), onServer(server)));
    expect(posts[0]?.inReplyTo).toMatchObject({ id: question.uri, local: { id: question.id } });
  });

  it('keeps the name that its server has where nobody may see it', async () => {
    const server = new FakeServer();
    server.say(paper, at(1), 'We do.', { in_reply_to_id: '404' });
    const { posts } = await collect(readPoll(channelOf(birch), onServer(server)));
    expect(posts[0]?.inReplyTo).toEqual({ network: 'activitypub', local: { host: HOST, id: '404' } });
  });
});

describe('mentions', () => {
  it('tell how many wrote in private, and where that is opened, and nothing of it', async () => {
    const server = new FakeServer();
    server.conversations = [{ id: '1', unread: false, accounts: [ann], last_status: { content: 'SECRET' } }];
    server.mention(ann, at(1), '@library SECRET', { visibility: 'direct' });
    const { events } = await collect(readPoll({ ...channelOf(mentions), mode: 'poll' }, onServer(server)));
    expect(events).toEqual([{ kind: 'waiting', conversations: 1, url: 'https://alder.example/conversations' }]);
  });

  it('are heard where the server lets nobody see who wrote in private', async () => {
    const server = new FakeServer();
    server.mention(ann, at(1), '@library hello');
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => (String(input).includes('/conversations') ? Response.json({ error: 'scope' }, { status: 403 }) : server.fetch(input, init));
    const { texts, last } = await collect(readPoll({ ...channelOf(mentions), mode: 'poll' }, onServer(server, { fetch })));
    expect([texts, last]).toEqual([['@library hello'], { events: [], heardUntil: NOW }]);
  });

  it('are asked for with those that the server keeps back from people who do not know their author', async () => {
    const server = new FakeServer();
    await collect(readPoll({ ...channelOf(mentions), mode: 'poll' }, onServer(server)));
    expect(server.asked).toContainEqual(expect.stringContaining('include_filtered=true'));
  });

  it('are told with our own global id, and without what is not for everybody', async () => {
    const server = new FakeServer();
    server.mention(anAccount('cyd@cedar.example', '13'), at(0), '@library open on Sunday?', { visibility: 'unlisted' });
    server.mention(ann, at(1), '@library in private', { visibility: 'direct' });
    server.notifications.push({ id: '2000', type: 'favourite', status: server.statuses[0] });
    const { posts, cursor, events } = await collect(readPoll({ ...channelOf(mentions), mode: 'poll' }, onServer(server)));
    expect(posts).toMatchObject([{ text: '@library open on Sunday?', audience: 'unlisted', mentions: [{ id: 'https://alder.example/users/library' }] }]);
    expect(events).toHaveLength(1);
    expect(cursor).toMatchObject({ after: '2000' });
  });
});

it('a mention mentions us also where the server lists no mentions (snac)', async () => {
  const server = new FakeServer();
  server.mention(ann, at(0), '@library hello', { mentions: [] });
  const { posts } = await collect(readPoll({ ...channelOf(mentions), mode: 'poll' }, onServer(server)));
  expect(posts[0]?.mentions).toMatchObject([{ id: 'https://alder.example/users/library' }]);
});

it('a search is polled for what is new in it', async () => {
  const server = speaking(new FakeServer(), 0, 3);
  const target: Target = { kind: 'search', key: 'ferry', label: 'Ferry' };
  server.say(ann, at(10), 'The Ferry is late');
  const { texts, cursor } = await collect(readPoll(channelOf(target), onServer(server)));
  expect(texts).toEqual(['The Ferry is late']);
  server.say(paper, at(11), 'No ferry');
  expect((await collect(readPoll(channelOf(target, cursor), onServer(server)))).texts).toEqual(['No ferry']);
});

describe('an account that is gone', () => {
  it('is told, and ends the channel', async () => {
    const server = speaking(new FakeServer(), 0, 1);
    const ctx = onServer(server);
    await collect(readPoll(channelOf(birch), ctx));
    server.accounts = [];
    const events: unknown[] = [];
    const reading = async (): Promise<void> => { for await (const batch of readPoll(channelOf(birch), ctx)) events.push(...batch.events); };
    await expect(reading()).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('Remove the follow') });
    expect(events).toEqual([{ kind: 'profile-gone', ref: { network: 'activitypub', id: birch.key, local: { host: HOST, id: '12' } }, why: 'deleted' }]);
  });

  it('is not one whose server shows a page under a 404', async () => {
    const ctx = onServer(new FakeServer(), { fetch: async () => new Response('<html>nginx</html>', { status: 404 }) });
    await ctx.store.set('us', { host: HOST, id: '10' });
    await expect(collect(readPoll(channelOf({ ...birch, key: `${HOST}/12` }), ctx))).rejects.toMatchObject({ kind: 'rejected', message: expect.not.stringContaining('Remove') });
  });
});

describe('somebody elsewhere of whom the server shows nothing', () => {
  const snac = (): FakeServer => speaking(new FakeServer({ showsOthers: false }), 0, 3);

  it('is heard in the home timeline where our account follows them, and goes on there', async () => {
    const server = snac();
    server.following = ['12'];
    server.say(ann, at(50), 'Somebody else');
    const { texts, cursor } = await collect(readPoll(channelOf(birch), onServer(server)));
    expect(texts).toEqual(['0', '1', '2']);
    expect(cursor).toMatchObject({ through: 'home' });
    expect((await collect(readPoll(channelOf(birch, cursor), onServer(speaking(server, 60, 62))))).texts).toEqual(['60', '61']);
  });

  it('is not taken for silent where nobody follows them', async () => {
    await expect(collect(readPoll(channelOf(birch), onServer(snac())))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('let the library\'s account there follow it') });
  });

  it('is silent where the account is the server\'s own', async () => {
    const own: Target = { kind: 'profile', key: 'https://alder.example/users/ann', label: '@ann' };
    expect((await collect(readPoll(channelOf(own), onServer(snac())))).last).toEqual({ events: [], heardUntil: NOW });
  });
});

it('takes a refusal while nobody knows us for a lost sign-in', async () => {
  const fetch = async (): Promise<Response> => Response.json({ error: 'no' }, { status: 422 });
  await expect(collect(readPoll(channelOf({ ...birch, key: `${HOST}/12` }), onServer(new FakeServer(), { fetch })))).rejects.toMatchObject({ kind: 'auth' });
});

describe('whatever a server sends', () => {
  it.each<[string, Json, string]>([
    ['markup that never ends', { content: `<p>${'<div><b>'.repeat(200_000)}words` }, ''],
    ['markup of nothing but attributes', { content: `<p ${'a="b" '.repeat(100_000)}>words</p>` }, ''],
    ['a warning and options that never end', { content: '<p>words</p>', spoiler_text: 'w'.repeat(300_000), poll: { options: Array.from({ length: 500 }, () => ({ title: 'o'.repeat(500) })) } }, 'w'.repeat(100_000)],
    ['500 mentions', { content: '<p>words</p>', mentions: Array.from({ length: 500 }, (_, id) => ({ id: String(id), acct: `a${id}`, username: 'a', url: 'x' })) }, 'words'],
    ['a name and a bio that never end', { content: '<p>words</p>', account: { ...paper, display_name: 'n'.repeat(1_000_000), note: `<p>${'#nobot '.repeat(200_000)}</p>` } }, 'words'],
  ])('%s fits through the boundary', async (_name, changes, text) => {
    const server = new FakeServer();
    server.say(paper, at(1), 'x', changes);
    const { events } = await collect(readPoll(channelOf(birch), onServer(server)));
    const [event] = events;
    expect(readSourceEvent(event)).toEqual(event);
    expect(event).toMatchObject({ kind: 'post', post: { text } });
  });

  it('a page full of bombs takes no time to speak of', async () => {
    const server = new FakeServer();
    const bomb = '<div><b>'.repeat(25_000);
    for (let minute = 0; minute < 40; minute += 1) server.say(paper, at(minute), bomb, { account: { ...paper, note: bomb, fields: Array.from({ length: 50 }, () => ({ name: bomb.slice(0, 4_000), value: bomb.slice(0, 4_000) })) } });
    const before = process.cpuUsage();
    await collect(readPoll(channelOf(birch), onServer(server)));
    // A minute and more before tags were counted.
    expect(process.cpuUsage(before).user).toBeLessThan(15_000_000);
  });

  it.each([['an error page under a 200', '<html>Bad gateway</html>'], ['an object', '{"error":"none"}'], ['half of a page', '[{"id":"1"']])('%s is no page of nothing', async (_name, body) => {
    const server = speaking(new FakeServer(), 0, 3);
    const ctx = onServer(server);
    const { cursor } = await collect(readPoll(channelOf(birch), ctx));
    const broken = onServer(server, { fetch: async () => new Response(body) });
    await broken.store.set('us', { host: HOST, id: '10' });
    await expect(collect(readPoll(channelOf({ ...birch, key: `${HOST}/12` }, cursor), broken))).rejects.toMatchObject({ kind: 'invalid-data' });
  });
});
