import type { Attempt } from '@earshot/plugin-sdk';
import { describe, expect, it } from '@jest/globals';
import { refOf } from './map-account.js';
import { mastodonResponder as responder } from './responder.js';
import { ann, HOST, type Json, library, paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const ref = (status: Json) => refOf(HOST, status.id as string, status.uri as string);
const asking = (server = new FakeServer(), changes: Json = {}, by: Json = paper) => ({ server, question: server.say(by, at(-60), 'Where is the ferry?', changes) });
const attempt = (to: Json | undefined, changes: Partial<Attempt> = {}): Attempt => ({ key: 'key-1', part: 0, text: 'At the old pier.', lang: 'en-GB', media: [], firstTriedAt: NOW, lastTriedAt: NOW, ...(to === undefined ? {} : { to: ref(to) }), ...changes });
const posted = (server: FakeServer): Json | undefined => server.statuses.findLast(({ account }) => account === library);

describe('answering', () => {
  it('names whom it answers, in their language and as quietly as they spoke', async () => {
    const { server, question } = asking(new FakeServer(), { visibility: 'unlisted' });
    const sent = await responder.send(attempt(question), onServer(server));
    expect(posted(server)).toMatchObject({ content: '<p>@paper@birch.example At the old pier.</p>', in_reply_to_id: question.id, visibility: 'unlisted', language: 'en', id: sent.local?.id, uri: sent.id });
  });

  it('names nobody twice, and not ourselves', async () => {
    const { server, question } = asking();
    await responder.send(attempt(question, { text: 'See the pier, @paper@birch.example.' }), onServer(server));
    expect(server.published()).toEqual(['See the pier, @paper@birch.example.']);
    await responder.send(attempt(posted(server), { key: 'key-2', text: 'And the times.' }), onServer(server));
    expect(server.published().at(-1)).toBe('And the times.');
  });

  it('finds a post that another server told by its global id', async () => {
    const { server, question } = asking();
    await responder.send(attempt(question, { to: { network: 'activitypub', id: question.uri as string } }), onServer(server));
    expect(posted(server)).toMatchObject({ in_reply_to_id: question.id });
  });

  it.each(['private', 'direct'])('never answers what is %s, nor what is gone', async (visibility) => {
    const { server, question } = asking(new FakeServer(), { visibility });
    await expect(responder.send(attempt(question), onServer(server))).rejects.toMatchObject({ kind: 'rejected' });
    await expect(responder.send(attempt({ id: '404' }), onServer(server))).rejects.toMatchObject({ kind: 'rejected' });
    expect(server.published()).toEqual([]);
  });
});

describe('what it is able to', () => {
  it('is told by the server: the newer document, else the older one', async () => {
    const { server, question } = asking();
    expect(await responder.abilities(undefined, onServer(server))).toEqual({ reply: 'yes', length: { limit: 500, unit: 'grapheme', urlWeight: 23 }, media: expect.objectContaining({ mostImages: 4 }), can: ['edit', 'remove', 'like', 'boost'] });
    // The mention that goes before an answer counts "@paper ", wherever that is.
    expect((await responder.abilities(ref(question), onServer(server))).length.limit).toBe(493);
    expect((await responder.abilities(undefined, onServer(new FakeServer({ newer: false }, 'https://snac.example')))).length.limit).toBe(5_000);
  });

  it('is nothing towards what is not public or gone', async () => {
    const { server, question } = asking(new FakeServer(), { visibility: 'private' });
    expect(await responder.abilities(ref(question), onServer(server))).toMatchObject({ reply: 'no', because: expect.stringContaining('not public') });
    expect(await responder.abilities(refOf(HOST, '404'), onServer(server))).toMatchObject({ reply: 'no', because: expect.any(String) });
  });
});

describe('finding what was sent', () => {
  const later = (server: FakeServer) => { const ctx = onServer(server); ctx.clock.advance(10 * 60_000); return ctx; };

  it('knows it by what it answers and says, whatever the server made of its links', async () => {
    const { server, question } = asking();
    const text = 'Look at https://ferry.example/times  & ask @ann@alder.example';
    server.say(library, at(0), 'Not this');
    const made = server.say(library, at(1), '<span class="h-card"><a href="https://birch.example/@paper" class="u-url mention">@<span>paper</span></a></span> Look at <a href="https://ferry.example/times"><span class="invisible">https://</span>ferry.example/times</a> &amp; ask @<span>ann</span>', { in_reply_to_id: question.id });
    expect(await responder.find(attempt(question, { text }), later(server))).toEqual(ref(made));
  });

  it('takes no older post for it, nor the same words elsewhere', async () => {
    const { server, question } = asking();
    server.say(library, at(-50), 'At the old pier.', { in_reply_to_id: question.id });
    server.say(library, at(1), 'At the old pier.', { in_reply_to_id: '1' });
    expect(await responder.find(attempt(question), later(server))).toBe('absent');
  });

  it('denies nothing while the request may still be on its way', async () => {
    const { server, question } = asking();
    expect(await responder.find(attempt(question), onServer(server))).toBe('cannot-tell');
    // It waited first, as the server asked, and left a minute ago.
    server.say(library, at(-50), 'Not this');
    expect(await responder.find(attempt(question, { lastTriedAt: new Date(at(9)) }), later(server))).toBe('cannot-tell');
    expect(await responder.find(attempt(question, { lastTriedAt: new Date(at(7)) }), later(server))).toBe('absent');
  });

  it('goes by the server\'s own clock', async () => {
    const { server, question } = asking();
    const made = server.say(library, at(-40), 'At the old pier.', { in_reply_to_id: question.id });
    const ctx = later(server);
    const slow = new Date(ctx.now().getTime() - 45 * 60_000).toUTCString();
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => { const answer = await server.fetch(input, init); answer.headers.set('date', slow); return answer; };
    expect(await responder.find(attempt(question), later(server))).toBe('absent');
    expect(await responder.find(attempt(question), { ...ctx, fetch })).toEqual(ref(made));
  });

  it('denies nothing where the server shows nothing of somebody who posted, or where the words stand under nothing', async () => {
    const { server, question } = asking();
    expect(await responder.find(attempt(question), later(server))).toBe('cannot-tell');
    server.say(library, at(1), 'At the old pier.');
    expect(await responder.find(attempt(question), later(server))).toBe('cannot-tell');
  });

  it('reads on through pages of what the library said since', async () => {
    const { server, question } = asking();
    const made = server.say(library, at(0), 'At the old pier.', { in_reply_to_id: question.id });
    for (let minute = 1; minute < 100; minute += 1) server.say(library, at(minute), 'Something else');
    expect(await responder.find(attempt(question), later(server))).toEqual(ref(made));
  });
});

describe('afterwards', () => {
  it('an edit keeps whom it names', async () => {
    const { server, question } = asking();
    const sent = await responder.send(attempt(question), onServer(server));
    await responder.change?.(sent, { text: 'At the new pier.' }, onServer(server));
    expect(server.published()).toEqual(['@paper@birch.example At the new pier.']);
  });

  it('a server that cannot delete is told from a post that is gone', async () => {
    const { server, question } = asking(new FakeServer({ remove: false }));
    const sent = await responder.send(attempt(question), onServer(server));
    await expect(responder.change?.(sent, 'removed', onServer(server))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('own page') });
    server.statuses = [];
    await expect(responder.change?.(sent, 'removed', onServer(server))).resolves.toBeUndefined();
  });

  it.each([['like', 'favourited'], ['boost', 'reblogged']] as const)('a %s is a small sign', async (what, field) => {
    const { server, question } = asking(new FakeServer(), {}, ann);
    await responder.act?.(ref(question), what, onServer(server));
    expect(question[field]).toBe(true);
    await expect(responder.act?.(refOf(HOST, '404'), what, onServer(server))).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('follows who asked where staff let the account follow, once', async () => {
    const { server, question } = asking(new FakeServer(), {}, ann);
    const ctx = onServer(server, { settings: { followThere: true } });
    expect((await responder.abilities(ref(question), ctx)).can).toContain('follow');
    expect((await responder.abilities(ref(question), onServer(server))).can).not.toContain('follow');
    for (let time = 0; time < 2; time++) await responder.act?.(ref(question), 'follow', ctx);
    expect(server.following).toEqual([ann.id]);
    await expect(responder.act?.(ref(question), 'follow', onServer(server))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('followThere') });
    await expect(responder.act?.(ref(server.say(library, at(-30), 'Ours')), 'follow', ctx)).rejects.toMatchObject({ kind: 'rejected', message: 'That is our own account.' });
  });
});
