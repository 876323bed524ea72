import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isRemoteError, postSchema, profileSchema, attemptSchema } from '@earshot/plugin-sdk';
import { aPost, aProfile, anAttempt } from '../builders.js';
import { fakeClock } from './fake-clock.js';
import { fakeCtx } from './fake-ctx.js';
import { fakeIndex } from './fake-index.js';
import { fakeSocket } from './fake-socket.js';
import { inTurn, scriptedFetch } from './scripted-fetch.js';

describe('the builders', () => {
  it('make what the contract takes', () => {
    expect(postSchema.safeParse(aPost()).success).toBe(true);
    expect(profileSchema.safeParse(aProfile()).success).toBe(true);
    expect(attemptSchema.safeParse(anAttempt()).success).toBe(true);
  });
});

describe('fakeClock', () => {
  it('calls what falls due, in the order of time, at its time', () => {
    const clock = fakeClock(new Date(0));
    const calls: [string, number][] = [];
    clock.after(20, () => calls.push(['b', clock.now()]));
    clock.after(10, () => {
      calls.push(['a', clock.now()]);
      clock.after(5, () => calls.push(['a2', clock.now()]));
    });
    clock.after(31, () => calls.push(['late', clock.now()]));
    clock.advance(30);
    expect(calls).toEqual([['a', 10], ['a2', 15], ['b', 20]]);
    expect([clock.now(), clock.waiting]).toEqual([30, 1]);
  });

  it('does not call what was taken back', () => {
    const clock = fakeClock();
    const cancel = clock.after(1, () => { throw new Error('called'); });
    cancel();
    clock.advance(10);
    expect(clock.waiting).toBe(0);
  });
});

describe('scriptedFetch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  mkdirSync(join(folder, 'town.example', 'api'), { recursive: true });
  writeFileSync(join(folder, 'town.example', 'api', 'things__limit=2.json'), '{"from":"fixture"}');
  writeFileSync(join(folder, 'town.example', 'index.html'), '<title>Town</title>');

  it('answers by address and method, in turn, and remembers what it was asked', async () => {
    const fetch = scriptedFetch({ answers: { 'https://a.example/': inTurn(503, 'then this'), 'POST https://a.example/': { ok: true } } });
    expect((await fetch('https://a.example/')).status).toBe(503);
    expect(await (await fetch('https://a.example/')).text()).toBe('then this');
    expect(await (await fetch('https://a.example/')).text()).toBe('then this');
    expect(await (await fetch('https://a.example/', { method: 'POST' })).json()).toEqual({ ok: true });
    expect(fetch.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
  });

  it('gives lists as JSON, errors as rejections, and functions their request', async () => {
    const fetch = scriptedFetch({
      answers: { 'https://a.example/list': [1], 'https://a.example/down': new TypeError('down'), 'https://a.example/echo': ({ url }) => new Response(url) },
    });
    expect(await (await fetch('https://a.example/list')).json()).toEqual([1]);
    await expect(fetch('https://a.example/down')).rejects.toThrow('down');
    expect(await (await fetch('https://a.example/echo')).text()).toBe('https://a.example/echo');
  });

  it('finds fixtures by host, path and query', async () => {
    const fetch = scriptedFetch({ fixtures: folder });
    const answer = await fetch('https://town.example/api/things?limit=2');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ from: 'fixture' });
    expect(await (await fetch('https://town.example/')).text()).toContain('Town');
  });

  it('fails for what was not scripted, and remembers that', async () => {
    const fetch = scriptedFetch({ fixtures: folder });
    await expect(fetch('https://town.example/other')).rejects.toThrow('Nothing is scripted for https://town.example/other');
    expect(fetch.unscripted).toEqual(['https://town.example/other']);
  });

  it('rejects for a signal that was aborted', async () => {
    const fetch = scriptedFetch({ answers: { 'https://a.example/': 'x' } });
    await expect(fetch('https://a.example/', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});

describe('fakeCtx', () => {
  const make = () => fakeCtx<object, { token: string }>({ settings: {}, secrets: { token: 'a' } });

  it('replaces secrets only when nobody else did', async () => {
    const ctx = make();
    expect(ctx.secrets.read()).toEqual({ token: 'a' });
    await ctx.secrets.replace({ token: 'b' });
    ctx.replaceSecretsElsewhere({ token: 'c' });
    await expect(ctx.secrets.replace({ token: 'd' })).rejects.toThrow(/another process/);
    expect(ctx.keptSecrets()).toEqual({ token: 'c' });
    ctx.secrets.read();
    await ctx.secrets.replace({ token: 'd' });
    expect(ctx.keptSecrets()).toEqual({ token: 'd' });
  });

  it('stores JSON, not references', async () => {
    const ctx = make();
    const value = { at: new Date(0), list: [1] };
    await ctx.store.set('k', value);
    value.list.push(2);
    expect(await ctx.store.get('k')).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [1] });
    await ctx.store.set('k', undefined);
    expect(await ctx.store.get('k')).toBeUndefined();
  });

  it('keeps what was logged and told, and its time is the clock’s', () => {
    const ctx = make();
    ctx.log.warn('slow', { ms: 5 });
    ctx.progress(1, 2);
    ctx.clock.advance(1_000);
    expect(ctx.logged).toEqual([{ level: 'warn', message: 'slow', facts: { ms: 5 } }]);
    expect(ctx.progressed).toEqual([[1, 2]]);
    expect(ctx.now().getTime()).toBe(ctx.clock.now());
  });

  it('rejects calls under way when it is stopped', async () => {
    const ctx = fakeCtx({ settings: {}, secrets: {}, fetch: () => new Promise(() => undefined) });
    const call = ctx.fetch('https://a.example/');
    ctx.stop();
    await expect(call).rejects.toThrow('The host stops this.');
    expect(ctx.abort.aborted).toBe(true);
  });

  it('has no network of its own', async () => {
    await expect(make().fetch('https://a.example/')).rejects.toThrow(/Nothing is scripted/);
    const [connected] = await Promise.allSettled([make().connect('wss://a.example/')]);
    expect(connected.status === 'rejected' && isRemoteError(connected.reason)).toBe(true);
  });
});

describe('fakeSocket', () => {
  it('brings frames and the end, and takes what is sent', () => {
    const far = fakeSocket();
    const heard: unknown[] = [];
    far.socket.addEventListener('message', ({ data }) => heard.push(data));
    far.socket.addEventListener('error', () => heard.push('error'));
    far.socket.addEventListener('close', ({ code }) => heard.push(code));
    far.socket.send('hello');
    far.receive('frame');
    far.breakDown();
    far.receive('lost');
    expect(heard).toEqual(['frame', 'error', 1006]);
    expect(far.sent).toEqual(['hello']);
    expect(() => far.socket.send('too late')).toThrow(/not open/);
  });
});

describe('fakeIndex', () => {
  const suggestion = { title: 'Bees', cite: new URL('https://a.example/'), identifiers: [] };

  it('finds by all words, and keeps the old records when the new ones break off', async () => {
    const index = fakeIndex();
    await index.replace((async function* () { yield { id: '1', fields: { title: 'Keeping bees' }, suggestion }; })());
    expect(await index.search('BEES keeping', 5)).toEqual([suggestion]);
    expect(await index.search('wasps', 5)).toEqual([]);
    await expect(index.replace((async function* () { yield { id: '2', fields: {}, suggestion }; throw new Error('broke off'); })())).rejects.toThrow('broke off');
    expect(index.documents.map(({ id }) => id)).toEqual(['1']);
  });
});
