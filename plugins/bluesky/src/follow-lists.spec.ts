import { describe, expect, it } from '@jest/globals';
import { blueskyLists } from './follow-lists.js';
import { ctxOn } from './testing/bluesky-ctx.js';
import { did, FakeBluesky } from './testing/fake-bluesky.js';

const list = `at://${did('library')}/app.bsky.graph.list/town`;
const pack = `at://${did('library')}/app.bsky.graph.starterpack/start`;

const aTown = (people: number): FakeBluesky => {
  const world = new FakeBluesky();
  const members = Array.from({ length: people }, (_, number) => world.person(`p${number}`).did);
  world.lists.set(list, { name: 'Town', members });
  world.packs.set(pack, { name: 'Start here', list });
  return world;
};

const keysOf = async (id: string, world: FakeBluesky) => (await Array.fromAsync(blueskyLists.members(id, ctxOn(world)))).map(({ key }) => key);

describe('lists kept on Bluesky', () => {
  it('are told with starter packs and whom the account follows; what mutes and blocks is not', async () => {
    const world = aTown(1);
    const moderation = { uri: `at://${did('library')}/app.bsky.graph.list/mute`, name: 'Muted', purpose: 'app.bsky.graph.defs#modlist' };
    world.instead.set('app.bsky.graph.getLists', () => Response.json({ lists: [moderation, { uri: list, name: 'Town', purpose: 'app.bsky.graph.defs#curatelist' }, 7] }));
    expect(await blueskyLists.lists(ctxOn(world))).toEqual([
      { id: 'follows', name: 'Whom the library follows on Bluesky', public: true, writing: { public: true, told: true } },
      { id: list, name: 'Town', public: true, writing: { public: true, told: false } },
      { id: pack, name: 'Start here', public: true },
    ]);
  });

  it('bring everybody on them, through all pages, each once', async () => {
    const world = aTown(230);
    const wanted = Array.from({ length: 230 }, (_, number) => did(`p${number}`));
    expect(await keysOf(list, world)).toEqual(wanted);
    expect(await keysOf(pack, world)).toEqual(wanted);
  });

  it('bring whom the account follows, by name and handle', async () => {
    const world = new FakeBluesky();
    world.person('paper', { displayName: 'Mill Town Paper' });
    world.follows.push(did('paper'), did('paper'));
    expect(await Array.fromAsync(blueskyLists.members('follows', ctxOn(world)))).toEqual([{ kind: 'profile', key: did('paper'), label: 'Mill Town Paper (@paper.example)' }]);
  });

  it('of our own are told by our own data server: the network may not know them yet', async () => {
    const world = aTown(2);
    world.instead.set('app.bsky.graph.getList', () => Response.json({ error: 'InvalidRequest', message: 'List not found' }, { status: 400 }));
    world.people.delete(did('p1'));
    expect(await Array.fromAsync(blueskyLists.members(list, ctxOn(world)))).toEqual([{ kind: 'profile', key: did('p0'), label: '@p0.example' }, { kind: 'profile', key: did('p1'), label: did('p1') }]);
    await expect(keysOf(`at://${did('library')}/app.bsky.graph.list/gone`, world)).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('end where a cursor leads back to itself', async () => {
    const world = aTown(1);
    world.instead.set('app.bsky.graph.getList', () => Response.json({ cursor: 'again', items: [{ subject: { did: did('p0'), handle: 'p0.example' } }] }));
    expect(await keysOf(pack, world)).toEqual([did('p0')]);
    expect(world.calls.filter((call) => call.endsWith('getList'))).toHaveLength(2);
  });

  it.each(['', 'town', `at://${did('library')}/app.bsky.feed.post/x`])('are not %j', async (id) => {
    await expect(keysOf(id, new FakeBluesky())).rejects.toMatchObject({ kind: 'rejected' });
  });
});
