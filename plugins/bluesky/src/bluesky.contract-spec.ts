import { describeFollowListsContract, describeResponderContract, describeSourceContract } from '@earshot/plugin-testing';
import { blueskyLists } from './follow-lists.js';
import bluesky from './index.js';
import { postRef, profileRef } from './refs.js';
import { blueskyResponder } from './responder.js';
import { ctxOn } from './testing/bluesky-ctx.js';
import { did, FakeBluesky, NOW, postUri } from './testing/fake-bluesky.js';

const list = `at://${did('paper')}/app.bsky.graph.list/town`;
const pack = `at://${did('paper')}/app.bsky.graph.starterpack/start`;
const at = (minute: number): string => new Date(NOW.getTime() - 86_400_000 + minute * 60_000).toISOString();

/** A town with a newspaper that says much, people who answer it, and a library that is asked. */
const aTown = (): FakeBluesky => {
  const world = new FakeBluesky();
  world.person('paper', { displayName: 'Mill Town Paper' });
  world.person('ana', { description: 'Bread and bicycles. #nobot' });
  for (let number = 0; number < 230; number += 1) world.post('paper', `note${number}`, `Note ${number} from #milltown`, { record: { createdAt: at(number), langs: ['en'] } });
  const strong = { uri: postUri('paper', 'note5'), cid: world.kept.get(postUri('paper', 'note5'))?.cid };
  world.post('ana', 'ask', 'How do I mend a chain, @library.example?', {
    record: {
      createdAt: at(300),
      reply: { root: strong, parent: strong },
      facets: [{ index: { byteStart: 24, byteEnd: 40 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: did('library') }] }],
    },
  });
  world.lists.set(list, { name: 'Town', members: [did('paper'), did('ana')] });
  world.packs.set(pack, { name: 'Start here', list });
  return world;
};

const targets = [
  { kind: 'profile', key: did('paper'), label: '@paper.example' },
  { kind: 'hashtag', key: 'milltown', label: '#milltown' },
  { kind: 'list', key: list, label: 'Town' },
  { kind: 'search', key: 'mend a chain', label: 'mend a chain' },
  { kind: 'mentions', key: did('library'), label: 'library.example' },
  { kind: 'feed', key: 'https://paper.example/feed', label: 'A feed' },
  { kind: 'profile', key: 'paper.example', label: 'A handle that is no key' },
] as const;

describeSourceContract('bluesky', {
  plugin: bluesky,
  ctx: (fetch) => ctxOn(aTown(), undefined, fetch),
  targets,
  unplannable: targets.slice(5),
  wants: [
    { thread: postRef(postUri('ana', 'ask')) },
    { posts: [postRef(postUri('paper', 'note1')), postRef(postUri('paper', 'never-said'))] },
    { profiles: [profileRef(did('ana')), profileRef(did('nobody'))] },
    { counts: [postRef(postUri('paper', 'note5'))] },
    { target: targets[0], since: new Date(at(10)), until: new Date(at(20)) },
  ],
  resolvable: ['@paper.example', 'paper.example', did('paper'), `https://bsky.app/profile/${did('paper')}`, 'https://bsky.app/profile/paper.example/lists/town', 'https://bsky.app/starter-pack/paper.example/start', '#MillTown', 'https://bsky.app/hashtag/milltown', 'mentions', list],
});

const question = postUri('ana', 'ask');

/** A town in which something happens to calls of `nsid`; `after` it was done, or in its place. */
const world = (change: (town: FakeBluesky) => void = () => undefined, answers?: { readonly nsid: string; readonly after?: true; readonly answer: () => Response | Promise<Response> }) => () => {
  const town = aTown();
  change(town);
  const ctx = ctxOn(town, undefined, async (input, init) => {
    const isIt = answers !== undefined && new URL(String(input)).pathname.endsWith(answers.nsid);
    if (!isIt || answers.after === true) {
      const answer = await town.fetch(input, init);
      if (!isIt) return answer;
    }
    return answers.answer();
  });
  return { ctx, published: () => town.published(), stop: () => ctx.stop() };
};

describeResponderContract('bluesky', {
  responder: blueskyResponder,
  networks: bluesky.networks,
  world: world(),
  attempt: { key: '0197-abc', part: 0, text: 'We have the tools, and a bench.', to: postRef(question), lang: 'en', media: [], firstTriedAt: NOW, lastTriedAt: NOW },
  failing: [
    { name: 'a network that knows no such post', world: world((town) => void town.kept.delete(question)) },
    { name: 'a network that refuses', world: world(undefined, { nsid: 'putRecord', answer: () => Response.json({ error: 'InvalidRequest', message: 'Invalid record' }, { status: 400 }) }) },
    { name: 'a network that limits', world: world(undefined, { nsid: 'putRecord', answer: () => Response.json({ error: 'RateLimitExceeded' }, { status: 429 }) }) },
    { name: 'a network that signed us out', world: world(undefined, { nsid: 'Session', answer: () => Response.json({ error: 'AuthenticationRequired' }, { status: 401 }) }) },
    { name: 'a network that is down', world: world(undefined, { nsid: 'Session', answer: () => new Response('down', { status: 503 }) }) },
  ],
  forgetful: [
    { name: 'a network that fails after it published', world: world(undefined, { nsid: 'putRecord', after: true, answer: () => new Response('bad gateway', { status: 502 }) }) },
    { name: 'a network that answers with a page', world: world(undefined, { nsid: 'putRecord', after: true, answer: () => new Response('<html>') }) },
    { name: 'a network that hangs up', world: world(undefined, { nsid: 'putRecord', after: true, answer: () => Promise.reject(new TypeError('terminated')) }) },
  ],
  silent: world(undefined, { nsid: '', answer: () => new Promise(() => undefined) }),
});

const down = (): Response => new Response('in trouble', { status: 503 });
describeFollowListsContract('bluesky', {
  followLists: blueskyLists,
  world: world(),
  writes: { list: 'follows', who: [targets[0], { kind: 'profile', key: did('ana'), label: '@ana.example' }] },
  failing: [
    { name: 'a network that is down', world: world((town) => void town.instead.set('com.atproto.server.createSession', down)) },
    { name: 'a network that does not know us', world: world((town) => void town.instead.set('com.atproto.server.createSession', () => Response.json({ error: 'AuthenticationRequired', message: 'no' }, { status: 401 }))) },
  ],
});
