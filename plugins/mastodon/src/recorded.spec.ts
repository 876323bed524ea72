import { readFile } from 'node:fs/promises';
import type { Post } from '@earshot/plugin-sdk';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { fetchWant } from './fetch.js';
import { frameReader } from './frames.js';
import { refOf } from './map-account.js';
import { mastodonResponder } from './responder.js';
import { resolve } from './resolve.js';
import { collect } from './testing/collect.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';
import { identify, ourRef } from './us.js';

/**
 * What a GoToSocial (57cb4fe of 2025-10-03) answered when invented people talked on it (recorded 2026-11-26 on two that federate; their addresses were changed):
 * it knows no `uri` of accounts, no many statuses at once, no document of its OAuth, and all accounts are locked.
 */
interface Recorded {
  readonly opening: string;
  readonly edited: string;
  readonly gone: string;
  readonly answers: Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;
}
const host = 'gotosocial.example';
const folder = new URL(`../fixtures/${host}/`, import.meta.url);
let recorded: Recorded;
let frames: readonly unknown[];

beforeAll(async () => {
  recorded = JSON.parse(await readFile(new URL('answers.json', folder), 'utf8')) as Recorded;
  frames = JSON.parse(await readFile(new URL('frames.json', folder), 'utf8')) as readonly unknown[];
});

const ctx = () => {
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(new Request(input, init).url);
    const answer = recorded.answers[pathname + search] ?? recorded.answers[pathname];
    if (answer === undefined) return Response.json({ error: 'Not Found' }, { status: 404 });
    return typeof answer.body === 'string' ? new Response(answer.body, { status: answer.status }) : Response.json(answer.body, { status: answer.status });
  };
  return onServer(new FakeServer({}, `https://${host}`), { fetch });
};
const uri = (id: string): string => `https://${host}/users/paper/statuses/${id}`;
const gist = ({ text, inReplyTo, lang, audience, author }: Post) => ({ text, lang, audience, by: author?.local, ...(inReplyTo === undefined ? {} : { answers: inReplyTo.id }) });

describe('a GoToSocial', () => {
  it('says who we are, by its own name: it tells no other', async () => {
    const us = await identify(ctx());
    expect(us).toMatchObject({ handle: `library@${host}`, ref: { network: 'activitypub', local: { host } } });
    expect(us.ref.id).toBeUndefined();
  });

  it('finds people here and elsewhere, and nobody where there is nobody', async () => {
    expect((await resolve(`@paper@${host}`, ctx())).map(({ label }) => label)).toEqual([`@paper@${host}`]);
    expect((await resolve('@harbour@harbour.example', ctx())).map(({ label }) => label)).toEqual(['@harbour@harbour.example']);
    expect(await resolve('@nobody', ctx())).toEqual([]);
  });

  it('tells a thread, with who elsewhere answered', async () => {
    const { posts, events } = await collect(fetchWant({ thread: refOf(host, recorded.opening, uri(recorded.opening)) }, ctx()));
    expect(posts.map(gist)).toMatchObject([
      { text: 'The ferry will not sail on Friday. #Ferry https://paper.example/ferry', lang: 'en', audience: 'public' },
      { text: '@paper is there a book on how ferries are steered?', lang: 'en', audience: 'public', answers: uri(recorded.opening) },
    ]);
    expect(posts[0]).toMatchObject({ replies: 1, tags: ['ferry'] });
    const authors = events.flatMap((event) => (event.kind === 'post' ? [event.author?.handle] : []));
    expect(authors).toEqual([`paper@${host}`, 'harbour@harbour.example']);
  });

  it('tells an edit and a deletion, asked for one by one', async () => {
    const { events } = await collect(fetchWant({ posts: [refOf(host, recorded.edited, uri(recorded.edited)), refOf(host, recorded.gone, uri(recorded.gone))] }, ctx()));
    expect(events).toMatchObject([
      { kind: 'post', post: { text: 'Bread price today', version: expect.not.stringMatching(/^$/) } },
      { kind: 'post-gone', ref: { local: { host, id: recorded.gone } }, why: 'deleted' },
    ]);
  });

  it('has locked people, who are found by nobody who searches', async () => {
    const { events } = await collect(fetchWant({ posts: [refOf(host, recorded.opening, uri(recorded.opening))] }, ctx()));
    const [event] = events;
    expect(event?.kind === 'post' ? event.author?.refusals : undefined).toEqual(expect.arrayContaining([{ purpose: 'search', sign: 'locked' }]));
  });

  it('says how long an answer may be', async () => {
    expect(await mastodonResponder.abilities(refOf(host, recorded.opening, uri(recorded.opening)), ctx())).toMatchObject({ reply: 'yes', length: { limit: 5_000 - '@paper '.length, unit: 'grapheme', urlWeight: 25 } });
  });

  it('streams news, edits and deletions; what is for followers alone is not told', async () => {
    const context = ctx();
    const read = frameReader([{ tap: { path: '/api/v1/timelines/home', query: {}, statusIn: (item) => item } }], host, await ourRef(context));
    const events = frames.flatMap((frame) => read(JSON.stringify(frame)).events);
    expect(events.map((event) => (event.kind === 'post' ? event.post.text : event.kind))).toEqual([
      'The ferry will not sail on Friday. #Ferry https://paper.example/ferry',
      'bread\n\n@library do you have anything on sourdough?',
      '@paper is there a book on how ferries are steered?',
      'Bread prise today',
      'Bread price today',
      'Mistaken',
      'post-gone',
    ]);
  });
});
