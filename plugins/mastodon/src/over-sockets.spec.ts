import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Batch, Target } from '@earshot/plugin-sdk';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MastodonCursor } from './cursor.js';
import { readStream, type Wait } from './read-stream.js';
import { channelOf, told } from './testing/collect.js';
import { ann } from './testing/documents.js';
import { goToSocial, mastodon } from './testing/habits.js';
import { LiveServer } from './testing/live-server.js';
import { onServer } from './testing/on-server.js';

const home: Target = { kind: 'timeline', key: 'https://alder.example/users/library', label: 'Home' };
const at = (minute: number): string => new Date(Date.parse('2026-03-11T00:00:00Z') + minute * 60_000).toISOString();

/** Node's own WebSocket, as the host opens it. */
const connect = (url: string, protocols: readonly string[] = []): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols]);
    socket.addEventListener('open', () => resolve(socket), { once: true });
    socket.addEventListener('error', () => reject(new Error('no socket')), { once: true });
  });

/** Nothing is looked after until a test says so. */
const untilStopped: Wait = (_ms, abort) => new Promise((resolve) => abort.addEventListener('abort', () => resolve(), { once: true }));

const running: LiveServer[] = [];
const started = async (...args: Parameters<typeof LiveServer.start>): Promise<LiveServer> => {
  const live = await LiveServer.start(...args);
  running.push(live);
  return live;
};
afterEach(async () => {
  for (const live of running.splice(0)) await live.stop();
});

const listening = (live: LiveServer, target: Target = home, cursor?: MastodonCursor) => {
  const ctx = onServer(live.town, { fetch, connect });
  const iterator = readStream(channelOf(target, cursor), ctx, untilStopped)[Symbol.asyncIterator]();
  const batches: Batch<MastodonCursor>[] = [];
  const until = async (enough: (heard: ReturnType<typeof told<MastodonCursor>>) => boolean): Promise<ReturnType<typeof told<MastodonCursor>>> => {
    while (!enough(told(batches))) {
      const { done, value } = await iterator.next();
      if (done === true || value === undefined) throw new Error('the stream ended');
      batches.push(value);
    }
    return told(batches);
  };
  return { ctx, until, iterator };
};

describe.each([['Mastodon', mastodon], ['GoToSocial', goToSocial]])('streams of a server as %s is one', (_name, habits) => {
  it('tell what is said, edited and deleted, on a port of their own', async () => {
    const live = await started(habits);
    live.town.say(ann, at(0), 'Before');
    const { ctx, until } = listening(live);
    await until(({ last }) => last?.heardUntil !== undefined);
    await live.streams.listening(1);
    const status = live.say(ann, at(1), 'Now');
    live.edit(status, 'Corrected', at(2));
    live.remove(status);
    const { texts, events } = await until(({ events: heard }) => heard.some(({ kind }) => kind === 'post-gone'));
    expect(texts).toEqual(['Before', 'Now', 'Corrected']);
    expect(events.at(-1)).toEqual({ kind: 'post-gone', ref: { network: 'activitypub', local: { host: new URL(live.origin).host, id: status.id } }, why: 'deleted' });
    expect(live.streams.handshakes).toEqual([{ url: '/api/v1/streaming?stream=user', by: 'protocol', accepted: true }]);
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
