import { describe, expect, it } from '@jest/globals';
import { postRef, profileRef } from './refs.js';
import { ask, ctxOn, postsIn, profilesIn } from './testing/bluesky-ctx.js';
import { did, FakeBluesky, NOW, postUri, SERVICE } from './testing/fake-bluesky.js';

const label = (val: string, more: object = {}) => ({ src: 'did:plc:labeler', uri: 'x', val, cts: NOW.toISOString(), ...more });

const refusalsOfAna = async (world: FakeBluesky) => {
  const { events } = await ask({ profiles: [profileRef(did('ana'))] }, ctxOn(world));
  return profilesIn(events)[0]?.refusals;
};

const refusalsOfPost = async (change: Parameters<FakeBluesky['post']>[3]) => {
  const world = new FakeBluesky();
  world.person('ana');
  world.post('ana', 'one', 'Hello', change);
  const { events } = await ask({ posts: [postRef(postUri('ana', 'one'))] }, ctxOn(world));
  return postsIn(events)[0]?.refusals;
};

const purposes = (refusals: readonly { readonly purpose: string }[] | undefined) => refusals?.map(({ purpose }) => purpose);

describe('what an author asks', () => {
  it.each([
    ['!hide', ['keep', 'show-publicly', 'answer']],
    ['!warn', ['show-publicly']],
    ['!takedown', ['keep', 'show-publicly', 'answer']],
    ['!no-unauthenticated', ['show-publicly']],
  ])('by the label %s on the account', async (val, wanted) => {
    const world = new FakeBluesky();
    world.person('ana', { labels: [label(val)] });
    const refusals = await refusalsOfAna(world);
    expect(purposes(refusals)).toEqual(wanted);
    expect(refusals?.[0]?.sign).toBe(`label ${val} on the account`);
  });

  it.each(['!hide', '!warn'])('by the label %s on a post', async (val) => {
    expect((await refusalsOfPost({ labels: [label(val)] }))?.[0]?.sign).toBe(`label ${val} on the post`);
  });

  it('by a label that the author put on the post', async () => {
    expect(purposes(await refusalsOfPost({ record: { labels: { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: '!no-unauthenticated' }] } } }))).toEqual(['show-publicly']);
  });

  it('not by labels that were taken back, have run out, or say what is in a post', async () => {
    expect(await refusalsOfPost({ labels: [label('!hide', { neg: true }), label('!warn', { exp: '2026-01-01T00:00:00Z' }), label('graphic-media'), label('constructor')] })).toEqual([]);
  });

  it('by a threadgate that leaves us out', async () => {
    expect(await refusalsOfPost({ viewer: { replyDisabled: true } })).toEqual([{ purpose: 'answer', sign: 'threadgate: who may answer is restricted' }]);
  });

  it('by a postgate against quoting', async () => {
    expect(await refusalsOfPost({ viewer: { embeddingDisabled: true } })).toEqual([{ purpose: 'show-publicly', sign: 'postgate: not to be quoted' }]);
  });

  it('in words in the bio', async () => {
    const world = new FakeBluesky();
    world.person('ana', { description: 'Baker. #NoBot please' });
    expect(purposes(await refusalsOfAna(world))).toEqual(['classify', 'draft-by-machine']);
  });

  it.each(['org.user-intents.declaration', 'org.user-intents.demo.declaration'])('by user intents against generated words, in %s', async (collection) => {
    const world = new FakeBluesky();
    world.person('ana');
    world.record('ana', collection, 'self', { syntheticContentGeneration: { allow: false, updatedAt: NOW.toISOString() } });
    expect(await refusalsOfAna(world)).toEqual([{ purpose: 'draft-by-machine', sign: 'user intents: syntheticContentGeneration is not allowed' }]);
  });

  it('not by user intents that allow it, or leave it open', async () => {
    const world = new FakeBluesky();
    world.person('ana');
    world.record('ana', 'org.user-intents.declaration', 'self', { syntheticContentGeneration: { updatedAt: NOW.toISOString() }, bulkDataset: { allow: false } });
    expect(await refusalsOfAna(world)).toEqual([]);
  });

  it('is taken for refused where their server does not answer: no drafts by machine until it does', async () => {
    const world = new FakeBluesky();
    world.person('ana');
    const down: typeof fetch = async (input, init) => (String(input).startsWith(`${SERVICE}/xrpc/com.atproto.repo.getRecord`) ? new Response('down', { status: 502 }) : world.fetch(input, init));
    const { events } = await ask({ profiles: [profileRef(did('ana'))] }, ctxOn(world, undefined, down));
    expect(profilesIn(events)[0]?.refusals).toEqual([{ purpose: 'draft-by-machine', sign: expect.stringContaining('not known') }]);
  });

  it.each([
    ['AccountTakedown', 'suspended'],
    ['AccountDeactivated', 'deactivated'],
  ])('by an account that is %s', async (status, why) => {
    const world = new FakeBluesky();
    world.person('ana', { status });
    const { events } = await ask({ profiles: [profileRef(did('ana'))] }, ctxOn(world));
    expect(events).toEqual([{ kind: 'profile-gone', ref: profileRef(did('ana')), why }]);
  });

  it('by an account that is deleted, or blocks us', async () => {
    const world = new FakeBluesky();
    world.person('ana', { blocksUs: true });
    const { events } = await ask({ profiles: [profileRef(did('ana')), profileRef(did('gone'))] }, ctxOn(world));
    expect(events.slice(1)).toEqual([
      { kind: 'profile-gone', ref: profileRef(did('ana')), why: 'blocked-us' },
      { kind: 'profile-gone', ref: profileRef(did('gone')), why: 'deleted' },
    ]);
  });
});
