import { describe, expect, it } from '@jest/globals';
import { plan } from './plan.js';
import { resolve } from './resolve.js';
import { ann, anAccount, paper } from './testing/documents.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const found = (text: string, server = new FakeServer()) => resolve(text, onServer(server));
const birch = { kind: 'profile', key: 'https://birch.example/users/paper', label: '@paper@birch.example' };

describe('what could be followed', () => {
  it.each(['@paper@birch.example', 'paper@birch.example', ' @paper@birch.example ', 'https://birch.example/@paper', 'https://birch.example/users/paper'])('%s is an account', async (text) => {
    expect(await found(text)).toEqual([birch]);
  });

  it('a name alone is one on our own server', async () => {
    expect(await found('@ann')).toEqual([{ kind: 'profile', key: 'https://alder.example/users/ann', label: '@ann@alder.example' }]);
    expect(await found('@ann@alder.example')).toEqual(await found('@ann'));
    expect(await found('ann')).toEqual([]);
  });

  it('the address of a post leads to its author', async () => {
    const server = new FakeServer();
    const status = server.say(paper, '2026-03-12T10:00:00.000Z', 'Read this');
    expect(await found(status.url as string, server)).toEqual([birch]);
  });

  it.each([['#Ferry', 'ferry', '#Ferry'], ['https://birch.example/tags/Ferry', 'ferry', '#Ferry'], ['#フェリー', 'フェリー', '#フェリー']])('%s is a hashtag', async (text, key, label) => {
    expect(await found(text)).toEqual([{ kind: 'hashtag', key, label }]);
  });

  it('what the library follows, what mentions it, and its lists are its own', async () => {
    const server = new FakeServer();
    server.lists = [{ id: '5', title: 'Papers' }];
    expect(await found('home', server)).toMatchObject([{ kind: 'list', key: 'alder.example/home' }]);
    expect(await found('mentions', server)).toMatchObject([{ kind: 'mentions', label: 'Mentions of @library@alder.example' }]);
    expect(await found('lists', server)).toEqual([{ kind: 'list', key: 'alder.example/5', label: 'Papers' }]);
  });

  it('what is said on our own server is a timeline, where it shows it', async () => {
    expect(await found('local')).toEqual([{ kind: 'timeline', key: 'alder.example/local', label: expect.stringContaining('may be found') }]);
    await expect(found('local', new FakeServer({ local: 'disabled' }, 'https://closed.example'))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('follow profiles instead') });
  });

  it('words are a search where the server searches', async () => {
    expect(await found('search: Ferry times')).toEqual([{ kind: 'search', key: 'ferry times', label: 'What alder.example finds of "Ferry times"' }]);
    expect(await found('search: ')).toEqual([]);
    const server = new FakeServer();
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => (String(input).includes('/search') ? Response.json({ error: 'no' }, { status: 404 }) : server.fetch(input, init));
    expect(await resolve('search: ferry', onServer(server, { fetch }))).toEqual([]);
  });

  it.each(['', '#', '#two words', '@', 'https://', 'https://user:secret@birch.example/@paper', '@nobody@nowhere.example', 'x'.repeat(3_000)])('%s is nothing', async (text) => {
    expect(await found(text)).toEqual([]);
  });

  it('a handle that leads elsewhere is shown as whom it leads to', async () => {
    const server = new FakeServer();
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
      String(input).includes('/api/v2/search') ? Response.json({ accounts: [paper], statuses: [] }) : server.fetch(input, init);
    expect(await resolve('@mayor@evil.example', onServer(server, { fetch }))).toEqual([birch]);
  });

  it('of several that only look alike none is taken', async () => {
    const fetch = async (input: string | URL | Request): Promise<Response> => (String(input).includes('/search') ? Response.json({ accounts: [paper, ann], statuses: [] }) : Response.json({ error: 'no' }, { status: 404 }));
    expect(await resolve('@pape@birch.example', onServer(new FakeServer(), { fetch }))).toEqual([]);
  });

  it('an account without a global id is followed under its server\'s name for it', async () => {
    const server = new FakeServer();
    server.accounts.push(anAccount('dee@elm.example', '14', { uri: undefined }));
    expect(await found('@dee@elm.example', server)).toEqual([{ kind: 'profile', key: 'alder.example/14', label: '@dee@elm.example' }]);
  });
});

describe('the plan', () => {
  const profiles = (count: number) => plan(Array.from({ length: count }, (_, at) => ({ kind: 'profile', key: `https://birch.example/users/${at}`, label: '' })));

  it('never reads profiles more often than half of what servers allow', () => {
    for (const count of [1, 100, 1_000, 10_000]) {
      const perFiveMinutes = profiles(count).reduce((sum, { pulseMs }) => sum + 300_000 / pulseMs, 0);
      expect(perFiveMinutes).toBeLessThan(150.001);
    }
    expect(profiles(3)[0]?.pulseMs).toBe(300_000);
  });

  it('has one channel for all hashtags, and more only where there are very many', () => {
    const tags = (count: number) => plan(Array.from({ length: count }, (_, at) => ({ kind: 'hashtag', key: `tag${at}`, label: '' })));
    expect(tags(60)).toMatchObject([{ key: 'hashtags', mode: 'stream', retarget: 'reopen' }]);
    expect(tags(1_000).map(({ targets }) => targets.length).every((length) => length <= 100)).toBe(true);
    expect(tags(1_000).flatMap(({ targets }) => targets)).toHaveLength(1_000);
  });

  it('keeps keys within bounds', () => {
    const [channel] = plan([{ kind: 'profile', key: `https://birch.example/${'x'.repeat(2_000)}`, label: '' }]);
    expect(channel?.key).toMatch(/^profile sha256:[0-9a-f]{64}$/);
  });
});
