import { describeSourceContract } from '@earshot/plugin-testing';
import bluesky from './index.js';
import { postRef, profileRef } from './refs.js';
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
