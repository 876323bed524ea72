import { describe, expect, it } from '@jest/globals';
import type { Target } from '@earshot/plugin-sdk';
import { blueskyLists } from './follow-lists.js';
import { ctxOn } from './testing/bluesky-ctx.js';
import { did, FakeBluesky } from './testing/fake-bluesky.js';

const someone = (name: string): Target => ({ kind: 'profile', key: did(name), label: `@${name}.example` });
const of = (world: FakeBluesky, collection: string) => [...world.kept].filter(([uri]) => uri.includes(`/app.bsky.graph.${collection}/`)).map(([, { record }]) => record);
const making = blueskyLists.making as NonNullable<typeof blueskyLists.making>;
const change = blueskyLists.change as NonNullable<typeof blueskyLists.change>;

const aTown = () => {
  const world = new FakeBluesky();
  for (const name of ['paper', 'shop', 'council']) world.person(name);
  return { world, ctx: ctxOn(world) };
};

describe('a list written on Bluesky', () => {
  it('is a record of a list of people, and one for each who is on it', async () => {
    const { world, ctx } = aTown();
    const { id } = await making.make({ key: 'one', name: 'Clubs', description: 'of the town' }, ctx);
    await change(id, [someone('paper')], [], ctx);
    expect(of(world, 'list')).toEqual([{ $type: 'app.bsky.graph.list', purpose: 'app.bsky.graph.defs#curatelist', name: 'Clubs', description: 'of the town', createdAt: '2026-03-12T12:00:00.000Z' }]);
    expect(of(world, 'listitem')).toEqual([{ $type: 'app.bsky.graph.listitem', subject: did('paper'), list: id, createdAt: '2026-03-12T12:00:00.000Z' }]);
  });

  it('has a name of 64 bytes at most, of whole characters', async () => {
    const { world, ctx } = aTown();
    await making.make({ key: 'one', name: 'ä'.repeat(40) }, ctx);
    expect(of(world, 'list')[0]?.['name']).toBe('ä'.repeat(32));
  });

  it('is left by whoever was put there in an app as well', async () => {
    const { world, ctx } = aTown();
    const { id } = await making.make({ key: 'one', name: 'Clubs' }, ctx);
    world.record('library', 'app.bsky.graph.listitem', '3kbyhand', { subject: did('shop'), list: id });
    world.record('library', 'app.bsky.graph.listitem', '3kother', { subject: did('shop'), list: 'at://another' });
    expect(await change(id, [], [someone('shop')], ctx)).toEqual([{ key: did('shop'), state: 'off' }]);
    expect(of(world, 'listitem')).toEqual([{ subject: did('shop'), list: 'at://another' }]);
  });

  it('says what was done where the points are used up in the midst of it', async () => {
    const { world, ctx } = aTown();
    const { id } = await making.make({ key: 'one', name: 'Clubs' }, ctx);
    let left = 1;
    world.instead.set('com.atproto.repo.putRecord', () => (left-- > 0 ? undefined : Response.json({ error: 'RateLimitExceeded', message: 'later' }, { status: 429 })));
    const who = [someone('paper'), someone('shop')];
    expect(await change(id, who, [], ctx)).toEqual([{ key: did('paper'), state: 'on' }]);
    await expect(change(id, who, [], ctx)).rejects.toMatchObject({ kind: 'rate-limited' });
    world.instead.clear();
    await change(id, who, [], ctx);
    expect(of(world, 'listitem')).toHaveLength(2);
  });

  it('ends with everything on it', async () => {
    const { world, ctx } = aTown();
    const { id } = await making.make({ key: 'one', name: 'Clubs' }, ctx);
    await change(id, [someone('paper')], [], ctx);
    world.record('library', 'app.bsky.graph.listitem', '3kbyhand', { subject: did('shop'), list: id });
    await making.end(id, ctx);
    expect([...of(world, 'list'), ...of(world, 'listitem')]).toEqual([]);
  });

  it.each(['town', `at://${did('stranger')}/app.bsky.graph.list/town`, `at://${did('library')}/app.bsky.graph.starterpack/start`])('is no other: %s', async (list) => {
    const { world, ctx } = aTown();
    await expect(change(list, [someone('paper')], [], ctx)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(making.end(list, ctx)).rejects.toMatchObject({ kind: 'rejected' });
    expect(world.kept.size).toBe(0);
  });
});

describe('really following on Bluesky', () => {
  it('is a record for each, once, and ends with it', async () => {
    const { world, ctx } = aTown();
    for (const _ of [1, 2]) expect(await change('follows', [someone('paper')], [], ctx)).toEqual([{ key: did('paper'), state: 'on' }]);
    expect(of(world, 'follow')).toEqual([{ $type: 'app.bsky.graph.follow', subject: did('paper'), createdAt: '2026-03-12T12:00:00.000Z' }]);
    await change('follows', [], [someone('paper')], ctx);
    expect(of(world, 'follow')).toEqual([]);
    expect(await change('follows', [{ ...someone('paper'), key: 'nobody' }], [], ctx)).toEqual([{ key: 'nobody', state: 'refused', because: 'This is no account on Bluesky.' }]);
  });
});
