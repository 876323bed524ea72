import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson } from './atproto-person.js';

/** Follow lists shown on Bluesky's own servers, and kept in step with a list there. */
let yard: Yard;
let network: AtprotoNetwork;
let office: Office;
let account: string;
let [library, baker, miller, paper, cleo]: AtprotoPerson[] = [] as never;

beforeAll(async () => {
  yard = await Yard.open();
  network = await AtprotoNetwork.start(yard);
  [library, baker, miller, paper, cleo] = await Promise.all(['ashford-library', 'baker', 'miller', 'paper', 'cleo'].map((name) => network.addPerson(name))) as [AtprotoPerson, AtprotoPerson, AtprotoPerson, AtprotoPerson, AtprotoPerson];
  const { pds, plc } = network.addresses;
  office = await Office.open({ yard, reaches: [pds, plc].map((address) => new URL(address).host) });
  const connected = await office.connect('bluesky', library?.handle, { settings: { service: pds, directory: plc }, secrets: { appPassword: await library?.appPassword() ?? '' } });
  account = connected.account.id;
}, 180_000);
afterAll(async () => {
  await office?.close();
  await yard.close();
});

const listOf = async (name: string): Promise<string> => {
  const { myLibraries } = await office.ask<{ myLibraries: { edges: { node: { id: string } }[] } }>('{ myLibraries { edges { node { id } } } }');
  return (await office.ask<{ createFollowList: { id: string } }>('mutation($l: ID!, $n: String!) { createFollowList(libraryId: $l, name: $n) { ... on FollowList { id } } }', { l: myLibraries.edges[0]?.node.id, n: name })).createFollowList.id;
};
const follow = async (list: string, who: string, category: string): Promise<void> => {
  const { addFollows } = await office.ask<{ addFollows: { lines: { outcome: string; why: string | null }[] } }>(
    `mutation($l: ID!, $a: [ID!], $t: String!) { addFollows(listId: $l, accountIds: $a, text: $t, reason: "of the town", category: ${category}) { lines { outcome why } } }`, { l: list, a: [account], t: who });
  expect(addFollows.lines).toEqual([{ outcome: 'added', why: null }]);
};
const followedOn = async (list: string): Promise<readonly string[]> =>
  (await office.ask<{ follows: { edges: { node: { key: string } }[] } }>('query($l: ID!) { follows(listId: $l) { edges { node { key } } } }', { l: list })).follows.edges.map(({ node }) => node.key);

/** The queue gives a job away once its worker was silent for a minute, and lists are looked through every minute. */
const afterDeathMs = 150_000;

describe('a follow list that is published on Bluesky', () => {
  let [list, published]: [string, string] = ['', ''];
  const state = async (): Promise<{ readonly state: string; readonly stateWords: string | null; readonly networkListId: string | null; readonly counts: readonly { state: string; count: number }[] }> =>
    (await office.ask<{ publishedList: never }>('query($p: ID!) { publishedList(publishedListId: $p) { state stateWords networkListId counts { state count } } }', { p: published })).publishedList;
  const again = () => office.ask('mutation($p: ID!) { publishAgain(publishedListId: $p) { state } }', { p: published });
  /** Once so many are on it, and nobody waits. */
  const shown = (count: number): Promise<string> =>
    eventually(`${count} being shown`, async () => {
      const now = await state();
      if (now.stateWords !== null) throw new Error(`${now.stateWords}; ${office.said}`);
      return now.counts.length === 1 && now.counts[0]?.state === 'on' && now.counts[0].count === count ? (now.networkListId ?? undefined) : undefined;
    }, afterDeathMs);

  it('shows everybody the businesses that the library follows, and no person', async () => {
    list = await listOf('Clubs of the town');
    await follow(list, '@baker.test', 'business');
    await follow(list, '@cleo.test', 'person');
    const { publishPreview } = await office.ask<{ publishPreview: object }>('query($l: ID!, $a: ID!) { publishPreview(listId: $l, accountId: $a) { ... on PublishPreview { public shown leftOut { why count } } ... on UserError { message } } }', { l: list, a: account });
    expect(publishPreview).toEqual({ public: true, shown: 1, leftOut: [{ why: 'It is a person.', count: 1 }] });
    expect(await library?.records('app.bsky.graph.list')).toEqual([]);
    const { publishList } = await office.ask<{ publishList: { id: string } }>('mutation($l: ID!, $a: ID!) { publishList(listId: $l, accountId: $a, public: true) { ... on PublishedList { id } ... on UserError { message } } }', { l: list, a: account });
    published = publishList.id;
    const uri = await shown(1);
    await network.indexed();
    expect(await cleo?.membersOf(uri)).toEqual(['baker.test']);
    expect(await library?.records('app.bsky.graph.list')).toMatchObject([{ purpose: 'app.bsky.graph.defs#curatelist', name: 'Clubs of the town' }]);
  });
  it('is kept in step, and nobody is on it twice though Earshot is killed as it writes', async () => {
    await follow(list, '@miller.test', 'business');
    await follow(list, '@paper.test', 'media');
    await again();
    await office.kill();
    await office.start();
    await again();
    const uri = await shown(3);
    await network.indexed();
    expect([...(await cleo?.membersOf(uri) ?? [])].sort()).toEqual(['baker.test', 'miller.test', 'paper.test']);
    expect(await library?.records('app.bsky.graph.listitem')).toHaveLength(3);
    expect(await library?.records('app.bsky.graph.list')).toHaveLength(1);
  }, 200_000);
  it('is gone once it is unpublished', async () => {
    const uri = (await state()).networkListId ?? '';
    await office.ask('mutation($p: ID!) { unpublishList(publishedListId: $p) { state } }', { p: published });
    await eventually('the list being gone', async () => ((await state()).state === 'ended' ? true : undefined));
    expect([await library?.records('app.bsky.graph.list'), await library?.records('app.bsky.graph.listitem')]).toEqual([[], []]);
    await network.indexed();
    await expect(cleo?.membersOf(uri)).rejects.toThrow();
  });
});

describe('a follow list that is kept in step with a list on Bluesky', () => {
  interface Bound { readonly state: string; readonly stateWords: string | null; readonly waiting: { readonly id: string; readonly came: number; readonly went: number } | null }
  const bound = async (list: string): Promise<Bound & { readonly id: string }> =>
    (await office.ask<{ boundLists: { edges: { node: never }[] } }>('query($l: ID!) { boundLists(listId: $l) { edges { node { id state stateWords waiting { id came went } } } } }', { l: list })).boundLists.edges[0]?.node as never;
  const look = async (list: string) => office.ask('mutation($b: ID!) { lookAtBoundList(boundListId: $b) { state } }', { b: (await bound(list)).id });
  const waiting = (list: string, came: number, went: number): Promise<string> =>
    eventually(`${came} coming and ${went} going`, async () => {
      const now = (await bound(list)).waiting;
      return now?.came === came && now.went === went ? now.id : undefined;
    });

  it('brings who comes and ends who goes, each once somebody said so', async () => {
    const remote = await library?.list('Bakers', [baker as AtprotoPerson, paper as AtprotoPerson]);
    await network.indexed();
    const list = await listOf('Bakers');
    const { bindList } = await office.ask<{ bindList: { id?: string; message?: string } }>('mutation($l: ID!, $a: ID!, $n: String!) { bindList(listId: $l, accountId: $a, networkListId: $n, reason: "they bake", category: business) { ... on BoundList { id } ... on UserError { message } } }', { l: list, a: account, n: remote?.uri });
    expect(bindList.message).toBeUndefined();
    const apply = (change: string) => office.ask('mutation($c: ID!) { applyBoundListChange(changeId: $c) { state } }', { c: change });
    const first = await waiting(list, 2, 0);
    expect(await followedOn(list)).toEqual([]);
    await apply(first);
    expect([...(await followedOn(list))].sort()).toEqual([baker?.did, paper?.did].sort());
    await library?.add(remote as never, miller as AtprotoPerson);
    await network.indexed();
    await look(list);
    await apply(await waiting(list, 1, 0));
    expect(await followedOn(list)).toHaveLength(3);
    await library?.delete(remote as never);
    await network.indexed();
    await look(list);
    // Bluesky says of a list that is gone that there is none.
    await eventually('the list being said to be gone', async () => ((await bound(list)).state === 'stopped' ? true : undefined));
    expect(await followedOn(list)).toHaveLength(3);
  });
});
