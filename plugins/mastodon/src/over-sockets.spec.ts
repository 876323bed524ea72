import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Batch, Target } from '@earshot/plugin-sdk';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MastodonCursor } from './cursor.js';
import { readStream } from './read-stream.js';
import { channelOf, told } from './testing/collect.js';
import { ann, paper } from './testing/documents.js';
import { NOW, TOKEN } from './testing/fake-server.js';
import { goToSocial, mastodon, oldFashioned, withoutHashtags } from './testing/habits.js';
import { LiveServer } from './testing/live-server.js';
import { onServer } from './testing/on-server.js';
import type { Wait } from './wait.js';

const mentions: Target = { kind: 'mentions', key: 'https://alder.example/users/library', label: 'Mentions' };
/** Whom our account on that server follows: everybody here. */
const home = (live: LiveServer): Target => ({ kind: 'list', key: `${new URL(live.origin).host}/home`, label: 'Home' });
const at = (minute: number): string => new Date(Date.parse('2026-03-11T00:00:00Z') + minute * 60_000).toISOString();

/** Node's own WebSocket, as the host opens it. */
const connect = (url: string, protocols: readonly string[] = []): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols]);
    socket.addEventListener('open', () => resolve(socket), { once: true });
    socket.addEventListener('error', () => reject(new Error('no socket')), { once: true });
  });

const running: LiveServer[] = [];
const started = async (...args: Parameters<typeof LiveServer.start>): Promise<LiveServer> => {
  const live = await LiveServer.start(...args);
  running.push(live);
  return live;
};
afterEach(async () => {
  for (const live of running.splice(0)) await live.stop();
});

type Heard = ReturnType<typeof told<MastodonCursor>>;

/** A channel on a server; its time passes when a test says so. */
const listening = (live: LiveServer, targets: Target | readonly Target[] = home(live), cursor?: MastodonCursor, token?: string) => {
  live.town.following = ['11', '12', '13'];
  const ctx = onServer(live.town, { fetch, connect });
  if (token !== undefined) ctx.replaceSecretsElsewhere({ accessToken: token });
  const due: (() => void)[] = [];
  let isDue = false;
  const wait: Wait = (_ms, abort) => new Promise((resolve) => {
    if (isDue || abort.aborted) resolve();
    else due.push(resolve);
    isDue = false;
    abort.addEventListener('abort', () => { due.splice(due.indexOf(resolve), 1); resolve(); }, { once: true });
  });
  const iterator = readStream(channelOf(targets, cursor), ctx, wait);
  const batches: Batch<MastodonCursor>[] = [];
  const until = async (enough: (heard: Heard) => boolean): Promise<Heard> => {
    while (!enough(told(batches))) {
      const { done, value } = await iterator.next();
      if (done === true || value === undefined) throw new Error('the stream ended');
      batches.push(value);
    }
    return told(batches);
  };
  let looks = 0;
  /** Everything was heard once more. */
  const caughtUp = (): Promise<Heard> => {
    looks += 1;
    return until(() => batches.filter(({ heardUntil }) => heardUntil !== undefined).length >= looks);
  };
  const look = (): void => { const next = due.pop(); if (next === undefined) isDue = true; else next(); };
  return { ctx, until, caughtUp, look, heard: () => told(batches), end: () => ctx.stop() };
};

const tag = (key: string): Target => ({ kind: 'hashtag', key, label: `#${key}` });
const tagged = (...names: string[]) => ({ tags: names.map((name) => ({ name, url: `https://alder.example/tags/${name}` })) });

describe.each([['Mastodon', mastodon], ['GoToSocial', goToSocial]])('streams of a server as %s is one', (_name, habits) => {
  it('tell what is said, edited and deleted, on a port of their own', async () => {
    const live = await started(habits);
    live.town.say(ann, at(0), 'Before');
    const { caughtUp, until, end } = listening(live);
    await caughtUp();
    const status = live.say(ann, at(1), 'Now');
    live.edit(status, 'Corrected', at(2));
    live.remove(status);
    const { texts, events } = await until(({ events: heard }) => heard.some(({ kind }) => kind === 'post-gone'));
    expect(texts).toEqual(['Before', 'Now', 'Corrected']);
    expect(events.at(-1)).toEqual({ kind: 'post-gone', ref: { network: 'activitypub', local: { host: new URL(live.origin).host, id: status.id } }, why: 'deleted' });
    expect(live.streams.handshakes).toEqual([{ url: '/api/v1/streaming?stream=user', by: 'protocol', accepted: true }]);
    end();
  });

  it('bring who mentions us', async () => {
    const live = await started(habits);
    const { caughtUp, until, end } = listening(live, mentions);
    await caughtUp();
    live.mention(ann, at(1), '@library hello', { visibility: 'unlisted' });
    live.mention(ann, at(2), '@library in private', { visibility: 'direct' });
    live.mention(ann, at(3), '@library again');
    expect((await until(({ posts }) => posts.length === 2)).texts).toEqual(['@library hello', '@library again']);
    end();
  });

  it('go on after a restart from one cursor, whoever brought what', async () => {
    const live = await started(habits);
    const first = listening(live);
    await first.caughtUp();
    live.say(ann, at(1), 'By the stream');
    const { cursor } = await first.until(({ posts }) => posts.length === 1);
    first.end();
    live.town.say(ann, at(2), 'While nobody listened');
    const second = listening(live, home(live), cursor);
    await second.caughtUp();
    live.say(ann, at(3), 'Again by the stream');
    expect((await second.until(({ posts }) => posts.length === 2)).texts).toEqual(['While nobody listened', 'Again by the stream']);
    second.end();
  });
});

describe('a socket', () => {
  it('shows the token in the address where a server reads it nowhere else, or no protocol can carry it', async () => {
    const old = await started(oldFashioned);
    const { caughtUp, end } = listening(old);
    await caughtUp();
    expect(old.streams.handshakes[0]).toEqual({ url: '/api/v1/streaming?stream=user', by: 'protocol', accepted: false });
    expect(old.streams.handshakes.at(-1)).toEqual({ url: `/api/v1/streaming?stream=user&access_token=${TOKEN}`, by: 'query', accepted: true });
    end();
    const live = await started();
    live.town.tokens.add('a token=');
    const odd = listening(live, home(live), undefined, 'a token=');
    await odd.caughtUp();
    expect(live.streams.handshakes).toMatchObject([{ by: 'query', accepted: true }]);
    odd.end();
  });

  it('cut in the middle of an event loses nothing', async () => {
    const live = await started();
    const { caughtUp, until, end } = listening(live);
    await caughtUp();
    const status = live.town.say(ann, at(1), 'Cut off');
    live.streams.breakOff(JSON.stringify({ stream: ['user'], event: 'update', payload: JSON.stringify(status) }));
    expect((await until(({ posts }) => posts.length > 0)).texts).toEqual(['Cut off']);
    await expect(until(() => false)).rejects.toMatchObject({ kind: 'unreachable' });
    end();
  });

  it.each(['forget', 'blind'] as const)('that is half open, or alive and blind (%s), costs a look, and is opened again', async (how) => {
    const live = await started();
    const { caughtUp, look, heard, end } = listening(live);
    await caughtUp();
    if (how === 'forget') live.streams.forget();
    else live.streams.blind = true;
    live.say(ann, at(1), 'Unheard of');
    look();
    await caughtUp();
    expect(heard()).toMatchObject({ texts: ['Unheard of'], last: { heardUntil: NOW } });
    live.streams.blind = false;
    look();
    await caughtUp();
    expect(live.streams.handshakes).toHaveLength(2);
    live.say(ann, at(2), 'Heard');
    look();
    await caughtUp();
    expect(heard().texts).toEqual(['Unheard of', 'Heard']);
    end();
  });

  it('of a server that went down is unreachable, and once it is back nothing is lost', async () => {
    const live = await started();
    const first = listening(live);
    await first.caughtUp();
    live.say(ann, at(1), 'Before');
    const { cursor } = await first.until(({ posts }) => posts.length === 1);
    await live.down();
    await expect(first.until(() => false)).rejects.toMatchObject({ kind: 'unreachable' });
    live.town.say(ann, at(2), 'Meanwhile, elsewhere');
    await expect(listening(live, home(live), cursor).caughtUp()).rejects.toMatchObject({ kind: 'unreachable' });
    await live.up();
    const again = listening(live, home(live), cursor);
    await again.caughtUp();
    live.say(ann, at(3), 'After');
    expect((await again.until(({ posts }) => posts.length === 2)).texts).toEqual(['Meanwhile, elsewhere', 'After']);
    again.end();
  });

  it('that is closed because the token holds no longer is a lost sign-in', async () => {
    const live = await started();
    const { caughtUp, until } = listening(live);
    await caughtUp();
    live.expire();
    await expect(until(() => false)).rejects.toMatchObject({ kind: 'auth' });
    await expect(listening(live).caughtUp()).rejects.toMatchObject({ kind: 'auth' });
  });

  it.each<[string, string]>([
    ['no JSON', '{"event":"upd'], ['a million brackets', '['.repeat(1_000_000)], ['an array', '[]'], ['a frame of three million characters', JSON.stringify({ event: 'update', payload: 'x'.repeat(3_000_000) })],
    ['a status of nobody', JSON.stringify({ event: 'update', payload: JSON.stringify({ id: '1', account: null }) })], ['a payload that is a number', JSON.stringify({ event: 'update', payload: 7 })],
  ])('puts a dead letter for %s, and goes on', async (_name, text) => {
    const live = await started();
    const { caughtUp, until, end } = listening(live);
    await caughtUp();
    live.streams.raw(text);
    live.say(ann, at(1), 'Fine');
    const { events } = await until(({ posts }) => posts.length > 0);
    expect(events.map(({ kind }) => kind)).toEqual(['unreadable', 'post']);
    end();
  });

  it('names what is answered where the answer comes before the question', async () => {
    const live = await started();
    const { caughtUp, until, end } = listening(live);
    await caughtUp();
    const question = live.town.say(paper, at(1), 'Who?');
    live.say(ann, at(2), 'We', { in_reply_to_id: question.id });
    live.streams.tell(['user'], 'update', question);
    const { texts, posts } = await until(({ posts: heard }) => heard.length === 2);
    expect([texts, posts[0]?.inReplyTo?.id]).toEqual([['We', 'Who?'], question.uri]);
    end();
  });

  it('is not opened by whom the server told to pause', async () => {
    const live = await started();
    live.limit = { of: 300, left: 2, reset: new Date(NOW.getTime() + 60_000) };
    await expect(listening(live).caughtUp()).rejects.toMatchObject({ kind: 'rate-limited', facts: { retryAfter: new Date(NOW.getTime() + 60_000) } });
  });
});

it('the local timeline is streamed, and brings nobody from elsewhere', async () => {
  const live = await started();
  const { caughtUp, until, end } = listening(live, { kind: 'timeline', key: `${new URL(live.origin).host}/local`, label: 'Local' });
  await caughtUp();
  live.say(paper, at(1), 'From elsewhere');
  live.say(ann, at(2), 'From here', { visibility: 'unlisted' });
  live.say(ann, at(3), 'From here');
  expect((await until(({ posts }) => posts.length > 0)).texts).toEqual(['From here']);
  expect(live.streams.handshakes[0]?.url).toBe('/api/v1/streaming?stream=public%3Alocal');
  end();
});

it('a mention that the server keeps back, and streams to nobody, makes no stream blind', async () => {
  const live = await started();
  const { caughtUp, look, heard, end } = listening(live, mentions);
  await caughtUp();
  live.town.mention(ann, at(1), '@library who am I?');
  Object.assign(live.town.notifications[0] ?? {}, { filtered: true });
  for (let times = 0; times < 3; times += 1) {
    look();
    await caughtUp();
  }
  expect([heard().texts, live.streams.handshakes.length]).toEqual([['@library who am I?'], 1]);
  end();
});

describe('hashtags', () => {
  it('are streamed on one socket, each with a mark of its own', async () => {
    const live = await started();
    const { caughtUp, until, end } = listening(live, [tag('ferry'), tag('town'), tag('café')]);
    await caughtUp();
    await live.streams.listening(1);
    live.say(ann, at(1), 'Ferry', tagged('Ferry'));
    const second = live.say(ann, at(2), 'Both', tagged('Town', 'ferry'));
    live.say(ann, at(3), 'Neither', tagged('other'));
    const { texts, cursor } = await until(({ posts }) => posts.length === 3);
    expect([new Set(texts), live.streams.handshakes.length]).toEqual([new Set(['Ferry', 'Both']), 1]);
    expect(cursor?.tags).toMatchObject({ ferry: { after: second.id }, town: { after: second.id } });
    end();
    live.town.say(ann, at(4), 'Later', tagged('town'));
    const again = listening(live, [tag('ferry'), tag('town')], cursor);
    expect((await again.caughtUp()).texts).toEqual(['Later']);
    again.end();
  });

  it.each([['says no', withoutHashtags], ['says nothing (GoToSocial)', goToSocial]])('are polled where the server %s', async (_name, habits) => {
    const live = await started(habits);
    const { caughtUp, look, heard, end } = listening(live, [tag('ferry'), tag('town')]);
    await caughtUp();
    for (const minute of [1, 2, 3]) {
      live.say(ann, at(minute), `Ferry ${minute}`, tagged('ferry'));
      look();
      await caughtUp();
      look();
      await caughtUp();
    }
    expect(heard().texts).toEqual(['Ferry 1', 'Ferry 2', 'Ferry 3']);
    expect(live.streams.handshakes.length).toBeLessThanOrEqual(2);
    end();
  });

  it('that a server keeps for people with a role are no silence', async () => {
    const live = await started(mastodon, { local: 'disabled' });
    await expect(listening(live, [tag('ferry')]).caughtUp()).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('shows hashtags to nobody like our account') });
  });

  it('of which one cannot be read silence no other, and claim nothing', async () => {
    const live = await started();
    const refusing: typeof fetch = async (input, init) => (String(input).includes('/tag/closed') ? Response.json({ error: 'no' }, { status: 403 }) : fetch(input, init));
    const ctx = onServer(live.town, { fetch: refusing });
    live.town.say(ann, at(1), 'Ferry', tagged('ferry'));
    const iterator = readStream(channelOf([tag('closed'), tag('ferry')]), ctx, (_ms, abort) => new Promise((resolve) => abort.addEventListener('abort', () => resolve())));
    expect((await iterator.next()).value).toMatchObject({ events: [{ post: { text: 'Ferry' } }] });
    expect((await iterator.next()).value).toEqual({ events: [] });
    ctx.stop();
  });
});

it('the double runs as a process of its own, which ends with its input', async () => {
  const path = (from: string): string => new URL(from, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', path('../../../test/support/typescript-source.mjs'), path('./testing/live-server-process.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first = ''] = (await once(lines, 'line')) as string[];
  const { origin, token } = JSON.parse(first) as { origin: string; token: string };
  expect((await fetch(`${origin}/api/v1/timelines/home`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
