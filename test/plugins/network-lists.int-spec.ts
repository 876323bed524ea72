import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PluginCalls, PluginLists } from '@earshot/core/plugins';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withAccount } from './with-account.js';
import { withLists } from './with-lists.js';

let scene: Scene;
let [town, elsewhere]: [SceneLibrary, SceneLibrary] = [] as never;
let app: WholeApp;
let [librarian, stranger, observer]: { readonly cookie: string }[] = [] as never;
let [account, list]: [string, string] = [] as never;

const accountOf = (manner: string): Promise<string> => scene.account(town, { plugin: 'with-lists', settings: JSON.stringify({ manner }) });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  elsewhere = await scene.library();
  app = await startWholeApp(test, [withLists, withAccount]);
  [librarian, stranger, observer] = await Promise.all([sessionOf(scene, await scene.person(town)), sessionOf(scene, await scene.person(elsewhere)), sessionOf(scene, await scene.person(town, 'observer'))]);
  account = await accountOf('well');
  list = await scene.list(town);
});
afterAll(async () => {
  await app.close();
  await scene.close();
});

type Told = Record<string, unknown>;
const ask = async (as: { readonly cookie: string } | undefined, query: string, variables: object): Promise<{ told: Told; code: unknown }> => {
  const answer = await app.ask(as ?? { cookie: '' }, query, variables);
  return { told: Object.values(answer.data ?? {})[0] as Told, code: answer.errors?.[0]?.extensions['code'] };
};
const lists = (as: { readonly cookie: string } | undefined, accountId: string) =>
  ask(as, 'query($a: ID!) { networkLists(accountId: $a) { __typename ... on NetworkLists { lists { id name public } } ... on UserError { code message } } }', { a: accountId });
const bringIn = (networkListId: string, accountId = account) =>
  ask(librarian, `mutation($a: ID!, $n: String!, $l: ID!) { importNetworkList(accountId: $a, networkListId: $n, listId: $l, reason: "speaks for the town", category: organisation) {
    __typename ... on FollowImport { id state name } ... on UserError { code message } } }`, { a: accountId, n: networkListId, l: list });
const left = () => scene.query(`select state from follow_import where state <> 'discarded'`);

describe('lists kept on the network', () => {
  it('are told to librarians of the library', async () => {
    const { told } = await lists(librarian, account);
    expect(told).toMatchObject({ __typename: 'NetworkLists' });
    expect((told['lists'] as { id: string }[]).filter(({ id }) => ['town', 'empty'].includes(id))).toEqual([{ id: 'town', name: 'Our town', public: true }, { id: 'empty', name: 'Our empty', public: false }]);
    expect((await lists(stranger, account)).code).toBe('NOT_FOUND');
    expect((await lists(observer, account)).code).toBe('FORBIDDEN');
    expect((await lists(librarian, await scene.account(town, { plugin: 'with-account' }))).code).toBe('NOT_FOUND');
  });
  it.each(['auth', 'rate-limited', 'unreachable', 'rejected', 'invalid-data', 'cursor-lost', 'outcome-unknown'])('say why they cannot be told: %s', async (kind) => {
    expect((await lists(librarian, await accountOf(`fails ${kind}`))).told).toEqual({ __typename: 'NetworkListUnreadable', code: 'NETWORK_LIST_UNREADABLE', message: `The network says: fails ${kind}.` });
  });
  it.each(['throws', 'garbage'])('are not made up by a plugin that %s', async (manner) => {
    expect((await lists(librarian, await accountOf(manner))).code).toBe('INTERNAL');
  });

  it('come into a follow list by an import, which shows who is on them before anybody is followed', async () => {
    const { told } = await bringIn('town');
    expect(told).toMatchObject({ __typename: 'FollowImport', state: 'looking_up', name: 'Our town' });
    expect(await scene.query('select text, given from follow_import_line where import_id = $1 order by line', [told['id']])).toMatchObject([
      { text: 'paper', given: { kind: 'profile', network: 'fixture', key: 'paper', label: '@paper' } }, { text: 'council', given: { kind: 'profile', network: 'fixture', key: 'council', label: '@council' } },
    ]);
    expect(await scene.query('select account_ids, reason, category from follow_import where id = $1', [told['id']])).toEqual([{ account_ids: [account], reason: 'speaks for the town', category: 'organisation' }]);
    expect(await scene.query('select 1 from follow')).toEqual([]);
    await scene.query(`update follow_import set state = 'discarded' where id = $1`, [told['id']]);
  });
  it('may be empty, and must be there', async () => {
    const { told } = await bringIn('empty');
    expect(told).toMatchObject({ state: 'looking_up' });
    await scene.query(`update follow_import set state = 'discarded' where id = $1`, [told['id']]);
    expect((await bringIn('of others')).code).toBe('NOT_FOUND');
  });
  it.each(['fails unreachable', 'fails auth'])('leave nothing where the network stops in the midst of them: %s', async (networkList) => {
    expect((await bringIn(networkList)).told).toMatchObject({ code: 'NETWORK_LIST_UNREADABLE', message: `The network says: ${networkList}.` });
    expect(await left()).toEqual([]);
  });
  it.each(['throws', 'garbage', 'endless'])('leave nothing where the plugin does: %s', async (networkList) => {
    expect((await bringIn(networkList)).code).toBe('INTERNAL');
    expect(await left()).toEqual([]);
  });
  it('are waited for 20 s at each step, and no longer', async () => {
    const bed = await TestBed.open();
    const under = await HostUnderTest.start(bed, [withLists]);
    const plugins = new PluginLists(new PluginCalls(under.contexts, under.options));
    const turning = setInterval(() => under.clock.advance(1_000), 1);
    await expect(plugins.lists(await bed.account('with-lists', [], { manner: 'hangs' }))).rejects.toThrow('did not answer within 20 s');
    await expect(Array.fromAsync(plugins.members(await bed.account('with-lists', []), 'hangs'))).rejects.toThrow('did not answer within 20 s');
    clearInterval(turning);
    await bed.close();
  });
});
