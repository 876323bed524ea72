import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PublishingJobs, PublishingRun } from '@earshot/core/follows';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { clearNetwork, network, withWritableLists } from './with-writable-lists.js';

let scene: Scene;
let [town, elsewhere]: [SceneLibrary, SceneLibrary] = [] as never;
let app: WholeApp;
let [librarian, observer, stranger]: { readonly cookie: string }[] = [] as never;
let person: string;
let account: string;
let list: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  [town, elsewhere] = [await scene.library(), await scene.library()];
  person = await scene.person(town);
  app = await startWholeApp(test, [withWritableLists]);
  [librarian, observer, stranger] = await Promise.all([sessionOf(scene, person), sessionOf(scene, await scene.person(town, 'observer')), sessionOf(scene, await scene.person(elsewhere))]);
  account = await scene.account(town, { plugin: 'with-writable-lists', settings: '{}' });
});
afterAll(async () => {
  await app.close();
  await scene.close();
});
beforeEach(async () => {
  clearNetwork();
  list = await scene.list(town, { name: `Clubs ${Math.random()}` });
  for (const [key, category] of [['council', 'organisation'], ['shop', 'business'], ['paper', 'media'], ['ann', 'person'], ['leader', 'community-leader'], ['thing', 'other']]) await follow(key as string, category as string);
  await follow('club', 'organisation', { kind: 'hashtag' });
  await follow('far', 'organisation', { network: 'elsewhere' });
});

const follow = (key: string, category: string, told: object = {}): Promise<string> => scene.follow(town, list, account, { network: 'fixture', key, label: `@${key}`, category, ...told });
const unfollow = (key: string) => scene.query('update follow set removed_at = now() where list_id = $1 and key = $2', [list, key]);

type Told = Record<string, unknown>;
const ask = async (query: string, variables: object, as = librarian as { readonly cookie: string }): Promise<{ told: Told; code: unknown }> => {
  const answer = await app.ask(as, query, variables);
  return { told: Object.values(answer.data ?? {})[0] as Told, code: answer.errors?.[0]?.extensions['code'] };
};
const publish = (told: { readonly public?: boolean; readonly networkListId?: string; readonly includes?: string } = {}, as = librarian) =>
  ask(`mutation($l: ID!, $a: ID!, $n: String, $p: Boolean!, $i: PublishedListIncludes!) { publishList(listId: $l, accountId: $a, networkListId: $n, public: $p, includes: $i) {
    __typename ... on PublishedList { id state own public includes } ... on UserError { code message } } }`, { l: list, a: account, n: told.networkListId, p: told.public ?? true, i: told.includes ?? 'organisations' }, as);
const run = (publishedId: string) => app.app.get(PublishingRun).run({ publishedId, actorId: town.system });
const published = async (told: Parameters<typeof publish>[0] = {}): Promise<string> => {
  const id = (await publish(told)).told['id'] as string;
  expect(await run(id)).toEqual({ how: 'done' });
  return id;
};
const state = async (id: string): Promise<Told> => (await ask('query($p: ID!) { publishedList(publishedListId: $p) { state stateWords networkListId counts { state count } members { edges { node { key state words } } } } }', { p: id })).told;
const onOf = (id: string): readonly string[] => [...(network.lists.get(id)?.on ?? [])].sort();
const made = (): readonly string[] => [...network.lists.keys()].filter((id) => id !== 'ours');
const unpublish = (id: string) => ask('mutation($p: ID!) { unpublishList(publishedListId: $p) { state } }', { p: id });

describe('a follow list that is published', () => {
  it('is seen before: who would be on it, who not and why, and who would see it', async () => {
    const asked = `query($l: ID!, $a: ID!) { publishPreview(listId: $l, accountId: $a) { ... on PublishPreview { name public told shown leftOut { why count } entries { edges { node { leftOut follow { key } } } } } } }`;
    const { told } = await ask(asked, { l: list, a: account });
    expect(told).toMatchObject({ public: true, told: false, shown: 3 });
    expect(told['leftOut']).toEqual(expect.arrayContaining([
      { why: 'It is a person.', count: 2 }, { why: 'It is not clearly an organisation: say what it is for the town, if it is one.', count: 1 }, { why: 'It is no profile.', count: 1 }, { why: 'It is on another network.', count: 1 },
    ]));
    expect((told['entries'] as { edges: object[] }).edges).toHaveLength(8);
    expect([network.asked, made()]).toEqual([[], []]);
  });
  it('shows organisations and nobody else, on a list of its own', async () => {
    const id = await published();
    expect(made()).toHaveLength(1);
    expect(onOf(made()[0] as string)).toEqual(['council', 'paper', 'shop']);
    expect(await state(id)).toMatchObject({ state: 'on', stateWords: null, counts: [{ state: 'on', count: 3 }] });
    expect(await scene.query(`select action, actor_id, detail->>'by' as by from audit where subject_id = $1 order by at, id`, [list])).toEqual([
      { action: 'follow-list.published', actor_id: person, by: null }, { action: 'follow-list.shown', actor_id: town.system, by: person },
    ]);
  });
  it('does not show whoever asks not to be shown publicly', async () => {
    const profile = await scene.profile({ network: 'fixture', remote_id: 'cinema', refusals: [{ purpose: 'show-publicly', sign: 'not for strangers' }] });
    const { conversation, thread } = await scene.heard(town);
    await scene.hearing(town, conversation, await scene.post(thread, { author_id: profile }), { cause: 'addressed' });
    await follow('cinema', 'business');
    await published();
    expect(onOf(made()[0] as string)).toEqual(['council', 'paper', 'shop']);
  });
  it('shows people to nobody else, where staff choose it, and never to everybody', async () => {
    expect((await publish({ includes: 'everybody' })).code).toBe('CONFLICT');
    network.public = false;
    const id = await published({ public: false, includes: 'everybody' });
    expect(onOf(made()[0] as string)).toEqual(['ann', 'council', 'leader', 'paper', 'shop', 'thing']);
    // What nobody else could see is open by now.
    network.public = true;
    await follow('choir', 'person');
    expect(await run(id)).toEqual({ how: 'stopped' });
    expect(onOf(made()[0] as string)).not.toContain('choir');
    expect((await state(id))['stateWords']).toMatch(/^Anybody can see by now/u);
    expect(await scene.query(`insert into published_list(id, library_id, list_id, account_id, own, name, public, told, includes) values (gen_random_uuid(), $1, $2, $3, true, 'x', true, false, 'everybody')`, [town.id, list, account]).catch((error: { constraint?: string }) => error.constraint)).toBe('public_without_people');
  });
  it('is not published by whoever takes its list for a private one', async () => {
    expect((await publish({ public: false })).told).toMatchObject({ code: 'LIST_SEEN_OTHERWISE' });
    expect(network.asked).toEqual([]);
  });
  it('is kept in step with the follow list', async () => {
    const id = await published();
    const [remote] = made() as [string];
    await follow('theatre', 'organisation');
    await unfollow('shop');
    await scene.query(`update follow set category = 'person' where list_id = $1 and key = 'paper'`, [list]);
    expect(await scene.query('select 1 from published_list where id = $1 and try_at <= now()', [id])).toHaveLength(1);
    await run(id);
    expect(onOf(remote)).toEqual(['council', 'theatre']);
    // Somebody put it there by hand: it is our list.
    network.lists.get(remote)?.on.add('intruder');
    await run(id);
    expect(onOf(remote)).toEqual(['council', 'theatre']);
  });
  it('puts nobody on again whom somebody took off there, until they are asked to', async () => {
    const id = await published();
    const [remote] = made() as [string];
    network.lists.get(remote)?.on.delete('shop');
    await scene.query(`update published_member set changed_at = now() - interval '2 hours' where published_id = $1`, [id]);
    await run(id);
    expect(onOf(remote)).toEqual(['council', 'paper']);
    expect((await state(id))['counts']).toEqual(expect.arrayContaining([{ state: 'taken_off', count: 1 }]));
    await ask('mutation($p: ID!) { publishAgain(publishedListId: $p) { state } }', { p: id });
    await run(id);
    expect(onOf(remote)).toEqual(['council', 'paper', 'shop']);
  });
  it('says of nobody that they were taken off a list of which nothing is told', async () => {
    const id = await published();
    network.lists.get(made()[0] as string)?.on.clear();
    await scene.query(`update published_member set changed_at = now() - interval '2 hours' where published_id = $1`, [id]);
    await run(id);
    expect((await state(id))['counts']).toEqual([{ state: 'on', count: 3 }]);
  });
  it('waits for those who are asked, and says who does not want to', async () => {
    network.locked.add('shop');
    network.unwilling.add('paper');
    const id = await published();
    expect((await state(id))['members']).toEqual({ edges: [
      { node: { key: 'council', state: 'on', words: null } }, { node: { key: 'paper', state: 'refused', words: 'They do not want to.' } }, { node: { key: 'shop', state: 'asked', words: null } },
    ] });
    network.locked.clear();
    network.asked.splice(0);
    await run(id);
    expect(onOf(made()[0] as string)).toEqual(['council', 'shop']);
    expect(network.asked).toEqual(['+shop -']);
  });

  it('on a list that was there, takes off whom it put there and nobody else', async () => {
    await follow('harbour', 'organisation');
    const id = await published({ networkListId: 'ours' });
    expect(onOf('ours')).toEqual(['council', 'harbour', 'paper', 'shop']);
    await unfollow('harbour');
    await run(id);
    expect(onOf('ours')).toContain('harbour');
    expect((await unpublish(id)).told).toEqual({ state: 'ending' });
    expect(await run(id)).toEqual({ how: 'done' });
    expect([onOf('ours'), await scene.query('select state from published_list where id = $1', [id])]).toEqual([['harbour'], [{ state: 'ended' }]]);
  });
  it('ends with its list, which it made', async () => {
    const id = await published();
    await unpublish(id);
    expect((await unpublish(id)).told).toEqual({ state: 'ending' });
    await run(id);
    expect(made()).toEqual([]);
    expect((await unpublish(id)).told).toEqual({ state: 'ended' });
    expect(await run(id)).toEqual({ how: 'over' });
    const next = await published();
    await scene.query('update follow_list set removed_at = now() where id = $1', [list]);
    await run(next).then(() => run(next));
    expect(made()).toEqual([]);
  });
  it('makes no list where it ends before it began', async () => {
    const { told } = await publish();
    await unpublish(told['id'] as string);
    expect(await run(told['id'] as string)).toEqual({ how: 'done' });
    expect(network.asked).toEqual([]);
  });

  it('makes one list, and does nothing twice, whatever is lost on the way', async () => {
    network.most = 1;
    network.troubles.push(['unreachable', 'before'], ['outcome-unknown', 'after'], ['unreachable', 'after']);
    const id = (await publish()).told['id'] as string;
    for (const how of ['later', 'later', 'later', 'done']) expect(await run(id)).toEqual({ how });
    expect(made()).toHaveLength(1);
    expect(onOf(made()[0] as string)).toEqual(['council', 'paper', 'shop']);
    expect(await state(id)).toMatchObject({ state: 'on', stateWords: null });
  });
  it('is taken off as well where the making of its list was not heard of', async () => {
    network.troubles.push(['unreachable', 'after']);
    const id = (await publish()).told['id'] as string;
    await run(id);
    expect(made()).toHaveLength(1);
    await unpublish(id);
    expect(await run(id)).toEqual({ how: 'done' });
    expect(made()).toEqual([]);
  });
  it('waits for as long as the network asks, and stops where it says no', async () => {
    network.troubles.push(['rate-limited', 'before'], ['rejected', 'before']);
    const id = (await publish()).told['id'] as string;
    expect(await run(id)).toEqual({ how: 'later' });
    expect(await scene.query(`select 1 from published_list where id = $1 and try_at > now() + interval '9 minutes'`, [id])).toHaveLength(1);
    expect(await run(id)).toEqual({ how: 'stopped' });
    expect(await state(id)).toMatchObject({ state: 'stopped', stateWords: 'The network says: rejected.' });
    await ask('mutation($p: ID!) { publishAgain(publishedListId: $p) { state } }', { p: id });
    expect(await run(id)).toEqual({ how: 'done' });
  });
  it('goes on ending where the list is gone already', async () => {
    const id = await published();
    network.lists.delete(made()[0] as string);
    await unpublish(id);
    network.lists.set('made-1', { name: 'somebody’s', on: new Set() });
    await run(id);
    expect(await scene.query('select state from published_list where id = $1', [id])).toEqual([{ state: 'ended' }]);
  });

  it('is published once, by a librarian of its library, who is a person', async () => {
    const first = (await publish()).told['id'];
    expect((await publish()).told).toMatchObject({ code: 'LIST_PUBLISHED_ALREADY' });
    expect((await publish({}, observer)).code).toBe('FORBIDDEN');
    expect((await publish({}, stranger)).code).toBe('NOT_FOUND');
    expect((await ask('mutation($p: ID!) { unpublishList(publishedListId: $p) { state } }', { p: first }, stranger)).code).toBe('NOT_FOUND');
  });
  it('is not fed by what nobody let in', async () => {
    const bind = (applies: string) => ask(`mutation($a: ID!, $l: ID!, $applies: BoundListApplies!) { bindList(accountId: $a, networkListId: "ours", listId: $l, reason: "x", category: organisation, applies: $applies) { __typename ... on BoundList { id } } }`, { a: account, l: list, applies });
    await bind('by_itself');
    expect((await publish()).code).toBe('CONFLICT');
    await scene.query(`update bound_list set state = 'ended' where list_id = $1`, [list]);
    await publish();
    expect((await bind('by_itself')).code).toBe('CONFLICT');
    const { told } = await bind('waits');
    expect((await ask('mutation($b: ID!) { changeBoundList(boundListId: $b, applies: by_itself) { id } }', { b: told['id'] })).code).toBe('CONFLICT');
  });
  it('is compared when it is due', async () => {
    const id = await published();
    const queued = async (): Promise<number> => (await scene.query(`select 1 from pgboss.job where name = 'follows.publish-list' and data->>'publishedId' = $1`, [id])).length;
    await scene.query('delete from pgboss.job');
    await app.app.get(PublishingJobs).enqueueDue();
    expect(await queued()).toBe(0);
    await follow('theatre', 'organisation');
    await app.app.get(PublishingJobs).enqueueDue();
    await app.app.get(PublishingJobs).enqueueDue();
    expect(await queued()).toBe(1);
  });
});
