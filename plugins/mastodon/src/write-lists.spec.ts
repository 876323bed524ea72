import { describe, expect, it } from '@jest/globals';
import type { Target } from '@earshot/plugin-sdk';
import { mastodonLists } from './follow-lists.js';
import { anAccount } from './testing/documents.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const making = mastodonLists.making as NonNullable<typeof mastodonLists.making>;
const change = mastodonLists.change as NonNullable<typeof mastodonLists.change>;
const key = (name: string): string => `https://birch.example/users/${name}`;
const someone = (name: string): Target => ({ kind: 'profile', key: key(name), label: `@${name}@birch.example` });

const aTown = (told: { readonly scope?: string; readonly followThere?: boolean } = {}) => {
  const server = new FakeServer();
  server.accounts.push(anAccount('shop@birch.example', '21'), anAccount('club@birch.example', '22', { locked: true }));
  server.lists = [{ id: '5', title: 'Papers' }];
  server.listed.set('5', []);
  const ctx = onServer(server, { settings: { followThere: told.followThere ?? true }, secrets: told.scope === undefined ? {} : { scope: told.scope } });
  return { server, ctx, posts: () => server.asked.filter((asked) => asked.startsWith('POST') || asked.startsWith('DELETE')) };
};

describe('really following', () => {
  it('follows whom it is told to, once, and nobody whom it follows already', async () => {
    const { server, ctx, posts } = aTown();
    for (const _ of [1, 2]) expect(await change('following', [someone('shop')], [], ctx)).toEqual([{ key: key('shop'), state: 'on' }]);
    expect([server.following, posts()]).toEqual([['21'], ['POST /api/v1/accounts/21/follow']]);
  });
  it('asks whoever has to say yes once: who says no is not asked again', async () => {
    const { server, ctx, posts } = aTown();
    for (const _ of [1, 2]) expect(await change('following', [someone('club')], [], ctx)).toEqual([{ key: key('club'), state: 'asked' }]);
    expect(posts()).toHaveLength(1);
    server.requested = [];
    expect(await change('following', [someone('club')], [], ctx)).toEqual([{ key: key('club'), state: 'refused', because: 'They were asked, and did not say yes.' }]);
    expect(posts()).toHaveLength(1);
  });
  it('sees that they said yes', async () => {
    const { server, ctx } = aTown();
    await change('following', [someone('club')], [], ctx);
    [server.following, server.requested] = [['22'], []];
    expect(await change('following', [someone('club')], [], ctx)).toEqual([{ key: key('club'), state: 'on' }]);
  });
  it('takes a request back with the follow', async () => {
    const { server, ctx } = aTown();
    await change('following', [someone('club')], [], ctx);
    expect(await change('following', [], [someone('club')], ctx)).toEqual([{ key: key('club'), state: 'off' }]);
    expect(server.requested).toEqual([]);
  });
  it('asks again where it is not known whether the first arrived', async () => {
    const { server, ctx } = aTown();
    const broken = { ...ctx, fetch: async (input: string | URL | Request, init?: RequestInit) => (init?.method === 'POST' ? Promise.reject(new TypeError('fetch failed')) : server.fetch(input, init)) };
    await expect(change('following', [someone('shop')], [], broken)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await change('following', [someone('shop')], [], ctx)).toEqual([{ key: key('shop'), state: 'on' }]);
  });
  it('does not follow back into an ended follow', async () => {
    const { server, ctx, posts } = aTown();
    await change('following', [someone('shop')], [], ctx);
    server.following = [];
    expect(await change('following', [someone('shop')], [], ctx)).toMatchObject([{ state: 'refused' }]);
    expect(posts()).toHaveLength(1);
  });
  it('says who is not known there, and that nobody follows themselves', async () => {
    const { ctx } = aTown();
    expect(await change('following', [someone('nobody'), { kind: 'profile', key: 'alder.example/10', label: 'us' }], [], ctx)).toEqual([
      { key: key('nobody'), state: 'refused', because: 'alder.example does not know this account.' }, { key: 'alder.example/10', state: 'refused', because: 'That is our own account.' },
    ]);
  });
});

describe('a list on the server', () => {
  it('takes only who is followed: they are followed first, and no more once they leave it', async () => {
    const { server, ctx } = aTown();
    await change('list 5', [someone('shop')], [], ctx);
    expect([server.following, server.listed.get('5')]).toEqual([['21'], ['21']]);
    await change('list 5', [], [someone('shop')], ctx);
    expect([server.following, server.listed.get('5')]).toEqual([[], []]);
  });
  it('leaves a follow alone that was there before, that another list needs, or that is wanted for itself', async () => {
    const { server, ctx } = aTown();
    server.following = ['12'];
    await change('list 5', [someone('paper'), someone('shop')], [], ctx);
    server.lists.push({ id: '6', title: 'Other' });
    server.listed.set('6', ['21']);
    await change('list 5', [], [someone('paper'), someone('shop')], ctx);
    expect(server.following).toEqual(['12', '21']);
    server.listed.set('6', []);
    await change('following', [someone('shop')], [], ctx);
    await change('list 5', [someone('shop')], [], ctx);
    await change('list 5', [], [someone('shop')], ctx);
    expect(server.following).toEqual(['12', '21']);
  });
  it('waits for whoever has to say yes', async () => {
    const { server, ctx } = aTown();
    expect(await change('list 5', [someone('club')], [], ctx)).toEqual([{ key: key('club'), state: 'asked' }]);
    [server.following, server.requested] = [['22'], []];
    expect(await change('list 5', [someone('club')], [], ctx)).toEqual([{ key: key('club'), state: 'on' }]);
    expect(server.listed.get('5')).toEqual(['22']);
  });
  it('waits as well where the server says that it follows somebody whom it has only asked', async () => {
    const { server, ctx } = aTown();
    const hasty = { ...ctx, fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const answer = await server.fetch(input, init);
      return String(input).endsWith('/22/follow') ? Response.json({ id: '22', following: true, requested: false }) : answer;
    } };
    expect(await change('list 5', [someone('club')], [], hasty)).toEqual([{ key: key('club'), state: 'asked' }]);
  });
  it('says so where it is gone', async () => {
    const { server, ctx } = aTown();
    server.lists = [];
    await expect(change('list 5', [someone('shop')], [], ctx)).rejects.toMatchObject({ kind: 'rejected' });
    expect(await change('list 5', [], [someone('shop')], ctx)).toEqual([{ key: key('shop'), state: 'off' }]);
  });
  it('says what was done before the server asked to wait', async () => {
    const { server, ctx } = aTown();
    const busy = { ...ctx, fetch: async (input: string | URL | Request, init?: RequestInit) => (init?.method === 'POST' && String(input).includes('/21/') ? new Response('{}', { status: 429 }) : server.fetch(input, init)) };
    expect(await change('following', [someone('paper'), someone('shop')], [], busy)).toEqual([{ key: key('paper'), state: 'on' }]);
    await expect(change('following', [someone('shop')], [], busy)).rejects.toMatchObject({ kind: 'rate-limited' });
  });
  it('is made once, also where the answer was lost, and not taken for one of the same name', async () => {
    const { server, ctx } = aTown();
    const lost = { ...ctx, fetch: async (input: string | URL | Request, init?: RequestInit) => { const answer = await server.fetch(input, init); if (init?.method === 'POST') throw new TypeError('fetch failed'); return answer; } };
    await expect(making.make({ key: 'one', name: 'Papers' }, lost)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await making.make({ key: 'one', name: 'Papers' }, ctx)).toMatchObject({ id: 'list 101', name: 'Papers', public: false });
    expect(server.lists).toHaveLength(2);
  });
});

describe('who sees it', () => {
  it('is everybody, unless the account hides whom it follows', async () => {
    const { server, ctx } = aTown();
    expect(await making.asks(ctx)).toEqual({ public: true, told: true });
    server.hidesFollows = true;
    expect(await making.asks(ctx)).toEqual({ public: false, told: true });
    expect(await mastodonLists.lists(ctx)).toEqual([
      { id: 'following', name: 'Whom our account follows', public: false, writing: { public: false, told: true } }, { id: 'list 5', name: 'Papers', public: false, writing: { public: false, told: true } },
    ]);
  });
  it.each([[{ followThere: false }], [{ scope: 'read write:statuses' }], [{ scope: 'read write:follows' }]])('is nobody where it may not be written: %j', async (told) => {
    const { ctx, posts } = aTown(told);
    expect((await mastodonLists.lists(ctx)).some(({ writing }) => writing !== undefined)).toBe(false);
    for (const work of [making.asks(ctx), making.make({ key: 'one', name: 'x' }, ctx), change('following', [someone('shop')], [], ctx)]) await expect(work).rejects.toMatchObject({ kind: 'rejected' });
    expect(posts()).toEqual([]);
  });
  it.each(['read write', 'read follow write:lists', 'read write:follows write:lists'])('depends on no name of a scope: %s', async (scope) => {
    expect(await making.asks(aTown({ scope }).ctx)).toEqual({ public: true, told: true });
  });
});
