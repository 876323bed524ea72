import { describe, expect, it } from '@jest/globals';
import { fetchWant } from './fetch.js';
import { refOf } from './map-account.js';
import { collect } from './testing/collect.js';
import { anAccount, ann, aStatus, HOST, type Json, library, paper } from './testing/documents.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const at = (minute: number): string => new Date(Date.parse('2026-03-11T00:00:00Z') + minute * 60_000).toISOString();
const ref = (status: Json) => refOf(HOST, status.id as string, status.uri as string);

const thread = (server: FakeServer) => {
  const first = server.say(paper, at(0), 'The ferry stops.');
  const second = server.say(ann, at(1), 'For how long?', { in_reply_to_id: first.id });
  const third = server.say(library, at(2), 'Until May.', { in_reply_to_id: second.id });
  server.say(ann, at(3), 'For me alone', { in_reply_to_id: third.id, visibility: 'private' });
  return { first, second, third };
};

describe('a thread', () => {
  it('comes whole from any of its posts, each with what it answers', async () => {
    const server = new FakeServer();
    const { first, second } = thread(server);
    const { texts, posts } = await collect(fetchWant({ thread: ref(second) }, onServer(server)));
    expect(texts).toEqual(['The ferry stops.', 'For how long?', 'Until May.']);
    expect(posts.map(({ inReplyTo }) => inReplyTo?.id)).toEqual([undefined, first.uri, second.uri]);
  });

  it('is found by the global id where another server told it', async () => {
    const server = new FakeServer();
    const { first } = thread(server);
    const { texts } = await collect(fetchWant({ thread: { network: 'activitypub', id: first.uri as string, local: { host: 'birch.example', id: '77' } } }, onServer(server)));
    expect(texts).toHaveLength(3);
  });

  it('is asked for again where the server still fetches more of it, for as long as more comes', async () => {
    const server = new FakeServer();
    const { first } = thread(server);
    server.fetching = [aStatus(ann, at(5), 'From afar', { in_reply_to_id: first.id }), aStatus(ann, at(6), 'From further', { in_reply_to_id: first.id }), aStatus(ann, at(7), 'Never waited for', { in_reply_to_id: first.id })];
    const waited: number[] = [];
    const { texts } = await collect(fetchWant({ thread: ref(first) }, onServer(server), async (ms) => void waited.push(ms)));
    expect(texts).toEqual(['The ferry stops.', 'For how long?', 'Until May.', 'From afar', 'From further']);
    expect(waited).toEqual([3_000, 3_000]);
  });

  it('of a post that is gone says so', async () => {
    const { events } = await collect(fetchWant({ thread: refOf(HOST, '404') }, onServer(new FakeServer())));
    expect(events).toEqual([{ kind: 'post-gone', ref: refOf(HOST, '404'), why: 'deleted' }]);
  });
});

describe('posts as they are now', () => {
  it.each([true, false])('come edited or gone (many at once: %s)', async (many) => {
    const server = new FakeServer({ many }, many ? undefined : 'https://snac.example');
    const host = many ? HOST : 'snac.example';
    const status = server.say(paper, at(0), 'Half past', { edited_at: at(30) });
    const { posts, events } = await collect(fetchWant({ posts: [refOf(host, status.id as string, status.uri as string), refOf(host, '404')] }, onServer(server)));
    expect(posts).toMatchObject([{ version: at(30) }]);
    expect(events.at(-1)).toEqual({ kind: 'post-gone', ref: refOf(host, '404'), why: 'deleted' });
  });

  it('are counted many in a question', async () => {
    const server = new FakeServer();
    const statuses = Array.from({ length: 45 }, (_, minute) => server.say(paper, at(minute), 'x', { replies_count: minute }));
    const { events } = await collect(fetchWant({ counts: statuses.map(ref) }, onServer(server)));
    expect(events).toHaveLength(45);
    expect(events[7]).toEqual({ kind: 'counts', ref: ref(statuses[7] as Json), replies: 7, likes: 0, boosts: 0 });
    expect(server.asked).toHaveLength(3);
  });
});

describe('counts', () => {
  it.each([true, false])('tell what was edited and what is gone since: no poll does (many at once: %s)', async (many) => {
    const server = new FakeServer({ many }, many ? undefined : 'https://snac.example');
    const host = many ? HOST : 'snac.example';
    const [plain, edited] = [server.say(paper, at(0), 'As it was', { replies_count: 1, favourites_count: 4, reblogs_count: 2 }), server.say(paper, at(1), 'Corrected', { replies_count: 2, favourites_count: -1, reblogs_count: null, edited_at: at(30) })];
    const refs = [plain, edited].map((status) => refOf(host, status.id as string, status.uri as string));
    const { events } = await collect(fetchWant({ counts: [...refs, refOf(host, '404')] }, onServer(server)));
    expect(events.slice(0, 2)).toEqual([{ kind: 'counts', ref: refs[0], replies: 1, likes: 4, boosts: 2 }, { kind: 'counts', ref: refs[1], replies: 2 }]);
    expect(events.slice(2)).toMatchObject([
      { kind: 'post', post: { ref: refs[1], version: at(30), text: 'Corrected' } }, { kind: 'post-gone', ref: refOf(host, '404'), why: 'deleted' },
    ]);
  });
});

describe('profiles as they are now', () => {
  it('come with what they refuse by now, suspended, or gone', async () => {
    const server = new FakeServer();
    server.accounts = [{ ...ann, indexable: false }, { ...paper, suspended: true }];
    const wanted = [refOf(HOST, '11', ann.uri as string), { network: 'activitypub', id: paper.uri as string }, refOf(HOST, '404')];
    const { events } = await collect(fetchWant({ profiles: wanted }, onServer(server)));
    expect(events).toMatchObject([
      { kind: 'profile', profile: { refusals: [{ purpose: 'search', sign: 'indexable: false' }] } }, { kind: 'profile-gone', ref: wanted[1], why: 'suspended' }, { kind: 'profile-gone', ref: wanted[2], why: 'deleted' },
    ]);
  });

  it('say who blocks us, and where somebody moved to', async () => {
    const server = new FakeServer();
    server.accounts = [ann, { ...paper, moved: anAccount('paper@cedar.example', '15') }];
    server.blocking = ['11'];
    const wanted = [refOf(HOST, '11', ann.uri as string), refOf(HOST, '12', paper.uri as string)];
    const { events } = await collect(fetchWant({ profiles: wanted }, onServer(server)));
    expect(events).toMatchObject([
      { kind: 'profile', profile: { ref: wanted[0] } }, { kind: 'profile', profile: { movedTo: { id: 'https://cedar.example/users/paper' }, refusals: [{ purpose: 'answer', sign: 'moved' }] } }, { kind: 'profile-gone', ref: wanted[0], why: 'blocked-us' },
    ]);
    expect(server.asked.filter((asked) => asked.includes('relationships'))).toHaveLength(1);
  });
});

describe('a stretch of time', () => {
  const target = { kind: 'profile', key: 'https://birch.example/users/paper', label: 'Paper' } as const;
  const spoken = (minutes: number): FakeServer => {
    const server = new FakeServer();
    for (let minute = 0; minute < minutes; minute += 1) server.say(paper, at(minute), String(minute));
    return server;
  };

  it('is read back to its beginning and told oldest first', async () => {
    const { texts, last } = await collect(fetchWant({ target, since: new Date(at(5)), until: new Date(at(90)) }, onServer(spoken(120))));
    expect(texts).toEqual(Array.from({ length: 85 }, (_, minute) => String(minute + 5)));
    expect(last).toEqual({ events: [], heardUntil: new Date(at(90)) });
  });

  it('is whole where the timeline itself begins within it', async () => {
    const { texts, last } = await collect(fetchWant({ target, since: new Date(0), until: new Date(at(90)) }, onServer(spoken(3))));
    expect([texts.length, last?.heardUntil]).toEqual([3, new Date(at(90))]);
  });

  it('says what it did not reach', async () => {
    const { posts, last } = await collect(fetchWant({ target, since: new Date(0), until: new Date(at(2_000)) }, onServer(spoken(1_200))));
    expect(posts).toHaveLength(1_000);
    expect(last?.events).toEqual([{ kind: 'gap', from: new Date(0), to: posts[0]?.postedAt, why: expect.stringContaining('25 pages') }]);
  });
});
