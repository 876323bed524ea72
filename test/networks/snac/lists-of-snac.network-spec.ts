import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mastodon from '@earshot/plugin-mastodon';
import type { Target } from '@earshot/plugin-sdk';
import { fakeClock, fakeCtx, type FakeCtx } from '@earshot/plugin-testing';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** Following and lists, by the plugin alone, on the strangest server of the Mastodon API. */
let yard: Yard;
let [harbour, hill]: [SnacServer, SnacServer] = [] as never;
let [library, baker, cleo]: [SnacPerson, SnacPerson, SnacPerson] = [] as never;
type Plugin = Required<typeof mastodon>;
type Settings = ReturnType<Plugin['account']['settings']['parse']>;
type Secrets = ReturnType<Plugin['account']['secrets']['parse']>;
const { account, followLists, responder, source } = mastodon as Plugin;
let ctx: FakeCtx<Settings, Secrets>;

beforeAll(async () => {
  yard = await Yard.open();
  const program = await fetchSnac(yard);
  [harbour, hill] = [await SnacServer.start(yard, program, 'harbour'), await SnacServer.start(yard, program, 'hill')];
  [library, baker, cleo] = [await harbour.addPerson('library'), await harbour.addPerson('baker'), await hill.addPerson('cleo')];
  const signIn = account.signIn as NonNullable<typeof account.signIn>;
  const settings = account.settings.parse({ server: harbour.url, followThere: true });
  const before = fakeCtx({ settings, secrets: {} as Secrets, fetch, clock: fakeClock(new Date()) });
  const { url, state } = await signIn.begin(settings, new URL('http://127.0.0.1:9/callback'), before, 'a-ticket');
  const back = await library.sayYes(url);
  ctx = fakeCtx({ settings, secrets: await signIn.finish(back.searchParams, state, before), fetch, clock: fakeClock(new Date()) });
}, 180_000);
afterAll(() => yard.close());

const found = async (person: SnacPerson): Promise<Target> => {
  const [target] = await (source.resolve(person.handle, ctx));
  if (target === undefined) throw new Error(`${person.handle} is not found`);
  return target;
};
const on = async (list: string): Promise<readonly string[]> => (await Array.fromAsync(followLists.members(list, ctx))).map(({ label }) => label).sort();
const idOf = async (key: string): Promise<string | undefined> => {
  const answer = await fetch(`${harbour.url}/api/v2/search?${String(new URLSearchParams({ q: key, type: 'accounts', resolve: 'true' }))}`, { headers: { authorization: `Bearer ${ctx.secrets.read().accessToken}` } });
  return ((await answer.json()) as { accounts: { id: string }[] }).accounts[0]?.id;
};
/** Of these, whom our account follows: as a list snac tells it of nobody, and of one at a time. */
const followed = async (who: readonly Target[]): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const { key } of who) {
    const answer = await fetch(`${harbour.url}/api/v1/accounts/relationships?${String(new URLSearchParams({ 'id[]': String(await idOf(key)) }))}`, { headers: { authorization: `Bearer ${ctx.secrets.read().accessToken}` } });
    ids.push(...((await answer.json()) as { id: string; following: boolean }[]).flatMap(({ id, following }) => (following ? [id] : [])));
  }
  return ids;
};

describe('snac, where the account may follow', () => {
  it('says who would see it, and follows, here and elsewhere, once', async () => {
    expect((await followLists.lists(ctx))[0]).toEqual({ id: 'following', name: 'Whom our account follows', public: true, writing: { public: true, told: true } });
    const who = [await found(baker), await found(cleo)];
    for (const _ of [1, 2]) {
      const became = await followLists.change?.('following', who, [], ctx) ?? [];
      expect(became.map(({ key }) => key)).toEqual(who.map(({ key }) => key));
      for (const { state } of became) expect(['on', 'asked']).toContain(state);
    }
    expect(await followed(who)).toHaveLength(2);
    expect(await followLists.change?.('following', [], who, ctx)).toEqual(who.map(({ key }) => ({ key, state: 'off' })));
    expect(await followed(who)).toEqual([]);
  });
  it('follows back who wrote to us, once, where staff say so', async () => {
    const { id, uri } = await baker.reply(await library.post('We lend out ladders.'), `${library.handle} Also on Sundays?`);
    const ref = { network: 'activitypub', id: uri, local: { host: harbour.host, id } };
    expect((await responder.abilities(ref, ctx)).can).toContain('follow');
    for (const _ of [1, 2]) await responder.act?.(ref, 'follow', ctx);
    const bakerThere = await found(baker);
    expect(await followed([bakerThere])).toHaveLength(1);
    await followLists.change?.('following', [], [bakerThere], ctx);
  });
  it('keeps a list, which takes whom it follows, and ends it', async () => {
    const { making } = followLists;
    const made = await making?.make({ key: 'clubs', name: 'Clubs' }, ctx);
    expect((await making?.make({ key: 'clubs', name: 'Clubs' }, ctx))?.id).toBe(made?.id);
    const list = made?.id ?? '';
    const who = [await found(baker)];
    for (const _ of [1, 2]) expect(await followLists.change?.(list, who, [], ctx)).toMatchObject([{ state: 'on' }]);
    expect(await on(list)).toEqual([baker.handle]);
    expect(await followLists.change?.(list, [], who, ctx)).toMatchObject([{ state: 'off' }]);
    expect([await on(list), await followed(who)]).toEqual([[], []]);
    await making?.end(list, ctx);
    expect((await followLists.lists(ctx)).map(({ id }) => id)).toEqual(['following']);
  });
});
