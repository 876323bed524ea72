import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bluesky from '@earshot/plugin-bluesky';
import type { Ref, SourceEvent, Want } from '@earshot/plugin-sdk';
import { anImage, fakeClock, fakeCtx } from '@earshot/plugin-testing';
import { eventually } from '../../support/eventually.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson } from './atproto-person.js';

/** What the plugin promises and its doubles only play, on Bluesky's own servers. */
let yard: Yard;
let network: AtprotoNetwork;
let library: AtprotoPerson;
let baker: AtprotoPerson;
let appPassword: string;
const { source, responder, followLists } = bluesky;

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  [library, baker] = [await network.addPerson('ashford-library'), await network.addPerson('baker')];
  appPassword = await library.appPassword();
}, 180_000);
afterAll(() => yard.close());

const settingsOf = (told: object) => (bluesky.account as NonNullable<typeof bluesky.account>).settings.parse(told);
const ctx = () => {
  const { pds, plc } = network.addresses;
  return fakeCtx({ settings: settingsOf({ handle: library.handle, service: pds, directory: plc }), secrets: { appPassword }, fetch, clock: fakeClock(new Date()) });
};
const ref = (id: string): Ref => ({ network: 'bluesky', id });
const ask = async (want: Want): Promise<readonly SourceEvent[]> => (await Array.fromAsync(source?.fetch(want, ctx()) ?? [])).flatMap(({ events }) => events);
const attempt = { key: '0197-abc', part: 0, text: 'Bonjour @baker.test, https://library.example/é and #bread.', lang: 'fr', media: [], firstTriedAt: new Date(), lastTriedAt: new Date() };

describe('Bluesky, asked by the plugin', () => {
  it('takes an answer once, proves it, shows its facets, and lets it be removed', async () => {
    const opening = await baker.post('The bakery opens at seven.');
    await network.indexed();
    const there = { ...attempt, to: ref(opening.uri) };
    expect(await responder?.abilities(there.to, ctx())).toMatchObject({ reply: 'yes' });
    expect(await responder?.find(there, ctx())).toBe('absent');
    const sent = await responder?.send(there, ctx());
    expect(await responder?.send(there, ctx())).toEqual(sent);
    expect(await responder?.find(there, ctx())).toEqual(sent);
    await network.indexed();
    const events = await ask({ thread: ref(opening.uri) });
    expect(events).toMatchObject([
      { kind: 'post', post: { text: 'The bakery opens at seven.', replies: 1 } },
      { kind: 'post', post: { ref: sent, lang: 'fr', tags: ['bread'], mentions: [ref(baker.did)], link: { url: 'https://library.example/é' }, inReplyTo: ref(opening.uri), root: ref(opening.uri) } },
    ]);
    await responder?.change?.(sent ?? ref(''), 'removed', ctx());
    await responder?.change?.(sent ?? ref(''), 'removed', ctx());
    expect(await responder?.find(there, ctx())).toBe('absent');
    await network.indexed();
    expect(await ask({ posts: [sent ?? ref('')] })).toEqual([{ kind: 'post-gone', ref: sent, why: 'deleted' }]);
  });

  it('shows images, which were put into the repository before', async () => {
    const image = anImage({ alt: 'Nothing but grey.' });
    const { media } = (await responder?.abilities(undefined, ctx())) ?? {};
    expect(media).toMatchObject({ mostImages: 4 });
    const uploaded = (await responder?.upload?.(image, ctx())) ?? '';
    const shown = { ...attempt, key: '0197-img', text: 'This is how it looks.', media: [{ ...image, uploaded }] };
    const sent = await responder?.send(shown, ctx());
    expect(await responder?.find({ ...shown, media: [image] }, ctx())).toEqual(sent);
    await network.indexed();
    expect(await ask({ posts: [sent ?? ref('')] })).toMatchObject([{ kind: 'post', post: { text: 'This is how it looks.', media: [{ kind: 'image', alt: 'Nothing but grey.' }] } }]);
    await responder?.change?.(sent ?? ref(''), 'removed', ctx());
  });

  it('takes a like once', async () => {
    const post = await baker.post('Rye bread is back.');
    await network.indexed();
    await responder?.act?.(ref(post.uri), 'like', ctx());
    await responder?.act?.(ref(post.uri), 'like', ctx());
    await network.indexed();
    expect((await baker.thread(post.uri)).post.likeCount).toBe(1);
  });

  it('obeys a threadgate', async () => {
    const post = await baker.post('Nobody answers this.');
    await baker.put('app.bsky.feed.threadgate', post.uri.split('/').at(-1) ?? '', { post: post.uri, allow: [] });
    await network.indexed();
    expect(await responder?.abilities(ref(post.uri), ctx())).toMatchObject({ reply: 'no', because: expect.stringContaining('threadgate') });
    expect(await ask({ posts: [ref(post.uri)] })).toMatchObject([{ kind: 'post', post: { refusals: [{ purpose: 'answer' }] } }]);
  });

  it('tells what somebody declared at their own data server, in the label on their account, and that somebody is not there', async () => {
    await baker.put('org.user-intents.declaration', 'self', { syntheticContentGeneration: { allow: false, updatedAt: new Date().toISOString() } });
    await baker.put('app.bsky.actor.profile', 'self', { displayName: 'Baker', description: 'Bread. #nobot', labels: { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: '!no-unauthenticated' }] } });
    await network.indexed();
    const nobody = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
    const [profile, gone] = await ask({ profiles: [ref(baker.did), ref(nobody)] });
    expect(profile).toMatchObject({ kind: 'profile', profile: { handle: 'baker.test', name: 'Baker' } });
    expect(profile?.kind === 'profile' ? profile.profile.refusals.map(({ purpose, sign }) => `${purpose}: ${sign.split(':')[0]}`) : []).toEqual([
      'show-publicly: label !no-unauthenticated on the account',
      'classify: #nobot in bio',
      'draft-by-machine: #nobot in bio',
      'draft-by-machine: user intents',
    ]);
    expect(gone).toEqual({ kind: 'profile-gone', ref: ref(nobody), why: 'deleted' });
  });

  it('tells a list and who is on it, and reads each kind of channel that is polled', async () => {
    const opening = await library.post('Ask us.');
    // It reads each repository on its own, and tells nobody of an answer to what it has not read yet.
    await network.indexed();
    const question = await baker.put('app.bsky.feed.post', '3k4duaz5vfs2b', { text: 'Where is the bread book? #bread', tags: ['bread'], reply: { root: opening, parent: opening } });
    const list = await library.list('Shops', [baker]);
    await network.indexed();
    expect(await followLists?.lists(ctx())).toContainEqual(expect.objectContaining({ id: list.uri, name: 'Shops', public: true }));
    expect(await Array.fromAsync(followLists?.members(list.uri, ctx()) ?? [])).toMatchObject([{ kind: 'profile', key: baker.did }]);
    for (const [text, kind] of [[list.uri, 'list'], ['#bread', 'hashtag'], ['mentions', 'mentions']] as const) {
      const [target] = (await source?.resolve(text, ctx())) ?? [];
      expect(target?.kind).toBe(kind);
      const [channel] = source?.plan(target === undefined ? [] : [target]) ?? [];
      if (channel === undefined) throw new Error(`no channel for ${text}`);
      // The AppView writes notifications after what they are about is indexed.
      await eventually(`hearing it by ${text}`, async () => {
        const batches = await Array.fromAsync(source?.read({ ...channel, changes: (async function* () {})() }, ctx()) ?? []);
        return batches.some(({ events }) => events.some((event) => event.kind === 'post' && event.post.ref.id === question.uri)) ? true : undefined;
      });
    }
  });
});
