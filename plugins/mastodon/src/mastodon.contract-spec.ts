import { setImmediate } from 'node:timers/promises';
import type { Attempt, Target, Want } from '@earshot/plugin-sdk';
import { describeFollowListsContract, describeResponderContract, describeSourceContract, type ResponderWorld } from '@earshot/plugin-testing';
import { expect, it } from '@jest/globals';
import { mastodonLists } from './follow-lists.js';
import mastodon from './index.js';
import { refOf } from './map-account.js';
import { mastodonResponder } from './responder.js';
import type { MastodonCtx } from './settings.js';
import { mastodonSource } from './source.js';
import { ann, anAccount, HOST, paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const inTown = (server = new FakeServer()): FakeServer => {
  for (let hour = 10; hour < 70; hour += 1) server.say(paper, `2026-03-${String(9 + Math.floor(hour / 24)).padStart(2, '0')}T${String(hour % 24).padStart(2, '0')}:00:00.000Z`, `News of hour ${hour}`, { tags: [{ name: 'News' }] });
  const asked = server.say(ann, '2026-03-12T08:00:00.000Z', 'Does anybody know a book about ferries?', { tags: [{ name: 'Ferry' }] });
  server.say(paper, '2026-03-12T08:30:00.000Z', 'We do not.', { in_reply_to_id: asked.id });
  server.mention(anAccount('cyd@cedar.example', '13'), '2026-03-12T09:00:00.000Z', '@library do you?', { in_reply_to_id: asked.id });
  server.following = server.accounts.map(({ id }) => String(id)).concat('13');
  server.lists = [{ id: '5', title: 'Papers', replies_policy: 'list' }];
  return server;
};

const profile: Target = { kind: 'profile', key: 'https://birch.example/users/paper', label: '@paper@birch.example' };
const tag: Target = { kind: 'hashtag', key: 'news', label: '#News' };
const us = 'https://alder.example/users/library';
const [home, list, mentions, local, search]: readonly Target[] = [
  { kind: 'list', key: `${HOST}/home`, label: 'Home' }, { kind: 'list', key: `${HOST}/5`, label: 'Papers' }, { kind: 'mentions', key: us, label: 'Mentions' },
  { kind: 'timeline', key: `${HOST}/local`, label: 'Local' }, { kind: 'search', key: 'ferries', label: 'Ferries' },
];
const feed: Target = { kind: 'feed', key: 'https://alder.example/feed', label: 'A feed' };
const asked = inTown().statuses.find(({ content }) => String(content).includes('ferries'));
const ref = refOf(HOST, asked?.id as string, asked?.uri as string);

const wants: readonly Want[] = [
  { thread: ref }, { posts: [ref, { network: 'activitypub', id: asked?.uri as string }] }, { counts: [ref] }, { profiles: [refOf(HOST, '12', profile.key), { network: 'activitypub', id: profile.key }] },
  { target: profile, since: new Date('2026-03-10T00:00:00Z'), until: new Date('2026-03-12T00:00:00Z') },
];

it.each(wants)('has an answer for the suite to look at: %j', async (want) => {
  const batches = await Array.fromAsync(mastodonSource().fetch(want, onServer(inTown())));
  expect(batches.flatMap(({ events }) => events)).not.toEqual([]);
});

describeSourceContract('mastodon', {
  plugin: { ...mastodon, source: mastodonSource((_ms, abort) => (abort.aborted ? Promise.resolve() : setImmediate())) },
  ctx: (fetch) => onServer(inTown(), { fetch }),
  targets: [profile, tag, home, list, mentions, local, search, feed].filter((target) => target !== undefined),
  unplannable: [feed],
  wants,
  resolvable: ['@paper@birch.example', 'paper@birch.example', '@ann', 'https://birch.example/@paper', '#Ferry', 'home', 'mentions', 'lists', 'local', 'search: ferries', asked?.url as string],
});

type Break = (request: Request, answer: () => Promise<Response>) => Response | Promise<Response>;

/** A town that does this to what is posted, and all else as ever. */
const world = (onPost?: Break) => (): ResponderWorld<MastodonCtx> => {
  const server = inTown();
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const answer = (): Promise<Response> => server.answer(request);
    return onPost !== undefined && request.method === 'POST' ? onPost(request, answer) : answer();
  };
  const ctx = onServer(server, { fetch });
  return { ctx, published: () => server.published(), stop: () => ctx.stop() };
};
const says = (status: number): Break => () => Response.json({ error: 'no' }, { status });

describeResponderContract('mastodon', {
  responder: mastodonResponder,
  networks: mastodon.networks,
  world: world(),
  attempt: { key: '0197-abc', part: 0, text: 'We have one.', to: ref, lang: 'en', media: [], firstTriedAt: NOW, lastTriedAt: NOW } satisfies Attempt,
  failing: [401, 403, 404, 422, 429].map((status) => ({ name: `a server that says ${status}`, world: world(says(status)) })),
  forgetful: [
    { name: 'a server whose answer is lost', world: world(async (_request, answer) => { await answer(); throw new TypeError('fetch failed'); }) },
    { name: 'a server that stumbles after posting', world: world(async (_request, answer) => { await answer(); return new Response('<html>', { status: 502 }); }) },
    { name: 'a server that answers with a page', world: world(async (_request, answer) => { await answer(); return new Response('<html>'); }) },
  ],
  silent: world(() => new Promise(() => undefined)),
});

const listWorld = (answer?: () => Response) => () => {
  const server = inTown();
  server.listed.set('5', []);
  const ctx = onServer(server, { settings: { followThere: true }, fetch: answer === undefined ? undefined : async () => answer() });
  return { ctx, stop: () => ctx.stop() };
};

describeFollowListsContract('mastodon', {
  followLists: mastodonLists,
  world: listWorld(),
  writes: { list: 'list 5', who: [profile, { kind: 'profile', key: 'https://alder.example/users/ann', label: '@ann@alder.example' }] },
  failing: [{ name: 'a server in trouble', world: listWorld(() => new Response('<html>', { status: 502 })) }, { name: 'a server that does not know us', world: listWorld(() => Response.json({ error: 'no' }, { status: 401 })) }],
});
