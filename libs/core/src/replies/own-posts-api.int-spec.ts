import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Abilities } from '@earshot/plugin-sdk';
import { Global, Module } from '@nestjs/common';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { LinksAtHand } from '../../../../test/support/reply-checks.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { sessionOf } from '../../../../test/support/whole-app.js';
import { ConversationsModule, LookAgain } from '../conversations/index.js';
import type { ReadScope } from '../database/index.js';
import { FollowChanges, TargetResolver } from '../follows/index.js';
import { Jobs } from '../jobs/index.js';
import { Suppression } from '../privacy/consent/index.js';
import { Classifiers } from '../understanding/index.js';
import { Links } from './links.js';
import { RepliesModule } from './replies.module.js';
import { type Sender, Senders, SentPosts } from './senders.js';

const abilities: Abilities = { reply: 'yes', length: { limit: 60, unit: 'grapheme', urlWeight: 23 }, can: [] };

class Town extends Senders {
  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('no outbox runs here'));
    return { abilities: async () => abilities, send: refuse, find: refuse };
  }
}
class Nowhere extends SentPosts {
  async noteSent(): Promise<void> {}
}
class NoLooks extends LookAgain {
  async atThread(): Promise<void> {}
}

const given = [
  { provide: Senders, useClass: Town }, { provide: SentPosts, useClass: Nowhere }, { provide: Links, useValue: new LinksAtHand() }, { provide: LookAgain, useClass: NoLooks }, { provide: Suppression, useValue: new Suppression('test key') },
  { provide: TargetResolver, useValue: {} }, { provide: Jobs, useClass: JobsAtHand }, { provide: FollowChanges, useValue: { changed: () => {} } }, { provide: Classifiers, useValue: { list: () => [] } },
];
@Global()
@Module({ providers: given, exports: given.map(({ provide }) => provide) })
class Host {}

let api: ApiApp;
let scene: Scene;
let [ashford, millbrook, account, ada]: [SceneLibrary, SceneLibrary, string, string] = [] as never;
let [adas, observers, bens]: [Record<string, string>, Record<string, string>, Record<string, string>] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  [ashford, millbrook] = [await scene.library({ name: 'Ashford' }), await scene.library({ name: 'Millbrook' })];
  [account, ada] = [await scene.account(ashford), await scene.person(ashford)];
  const caller = async (id: string) => ({ ...(await sessionOf(scene, id)), 'x-earshot': '1' });
  [adas, observers, bens] = [await caller(ada), await caller(await scene.person(ashford, 'observer')), await caller(await scene.person(millbrook))];
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  api = await startApi(test, { imports: [Host, ConversationsModule, RepliesModule.forRoot({ undoMs: 10_000, sentMarkPath: '/dev/null/none', log })] });
});
afterAll(async () => {
  await api.close();
  await scene.close();
});

const draft = `mutation($l: ID!, $a: ID!, $text: String!) { draftPost(libraryId: $l, accountId: $a, text: $text) { __typename
  ... on Reply { id state text lang version toPostId accountId conversation { id state waitingOn waitingSince topPost { id } why timeline(first: 5) { edges { node { kind } } } } } ... on UserError { code message } ... on ReplyTooLong { length limit } } }`;
const here = (text: string): object => ({ l: ashford.id, a: account, text });
const list = `query($l: ID!, $state: ReplyState, $first: Int, $after: Cursor) { ownPosts(libraryId: $l, state: $state, first: $first, after: $after) {
  edges { node { id text state url conversation { id state } } } pageInfo { hasNextPage endCursor } } }`;
interface Page { readonly edges: readonly { readonly node: { readonly id: string; readonly text: string; readonly state: string } }[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string } }
const page = async (variables: object, by = adas): Promise<Page> => (await api.ask(by, list, { l: ashford.id, ...variables })).data?.['ownPosts'] as Page;
const textsOf = ({ edges }: Page): readonly string[] => edges.map(({ node }) => node.text);

it('a librarian begins, approves and takes back a post of their own, whose conversation stands in no list of what others said', async () => {
  const made = await api.ask(adas, draft, here('Which book do you give away?'));
  expect(made.errors).toBeUndefined();
  const post = made.data?.['draftPost'] as { id: string; conversation: { id: string } };
  expect(post).toMatchObject({ __typename: 'Reply', state: 'draft', lang: 'en', version: 1, toPostId: null, accountId: account, conversation: { state: 'begun', waitingOn: null, waitingSince: null, topPost: null, why: '', timeline: { edges: [{ node: { kind: 'drafted' } }] } } });
  const lists = '{ ranked: conversations { edges { node { id } } } newest: conversations(order: newest) { edges { node { id } } } begun: conversations(state: begun) { edges { node { id replies { text } } } } }';
  expect((await api.ask(adas, lists)).data).toEqual({ ranked: { edges: [] }, newest: { edges: [] }, begun: { edges: [{ node: { id: post.conversation.id, replies: [{ text: 'Which book do you give away?' }] } }] } });
  const approved = await api.ask(adas, `mutation($id: ID!) { approveReply(id: $id, version: 1) { ... on Reply { state approvedById } } }`, { id: post.id });
  expect(approved.data).toEqual({ approveReply: { state: 'approved', approvedById: ada } });
  expect((await api.ask(adas, `mutation($id: ID!) { takeBackReply(id: $id) { ... on Reply { state } } }`, { id: post.id })).data).toEqual({ takeBackReply: { state: 'draft' } });
  expect((await api.ask(adas, 'query($id: ID!) { replyChecks(id: $id) { ... on Check { code } } }', { id: post.id })).data).toEqual({ replyChecks: [] });
});

it('says how long it may be, and that one is longer', async () => {
  const ask = 'query($l: ID!, $a: ID!) { postAbilities(libraryId: $l, accountId: $a) { ... on ReplyAbilities { reply because length { limit unit urlWeight } } } }';
  expect((await api.ask(adas, ask, { l: ashford.id, a: account })).data).toEqual({ postAbilities: { reply: 'yes', because: null, length: { limit: 60, unit: 'grapheme', urlWeight: 23 } } });
  expect((await api.ask(adas, draft, here('x'.repeat(61)))).data).toMatchObject({ draftPost: { __typename: 'ReplyTooLong', length: 61, limit: 60 } });
});

it('is closed to observers, and to whoever is of another library', async () => {
  expect(codeOf(await api.ask(observers, draft, here('Not mine to say.')))).toBe('FORBIDDEN');
  expect(codeOf(await api.ask(bens, draft, here('Not ours to say.')))).toBe('NOT_FOUND');
  expect(codeOf(await api.ask(bens, draft, { l: millbrook.id, a: account, text: 'From your account.' }))).toBe('NOT_FOUND');
  for (const l of [ashford.id, millbrook.id]) expect(await page({ l }, bens)).toMatchObject({ edges: [], pageInfo: { hasNextPage: false } });
});

it('is listed a page at a time, the newest first, by its state, without the answers of the library, also for observers', async () => {
  const heard = await scene.heard(ashford);
  await api.ask(adas, 'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "An answer.") { __typename } }', { c: heard.conversation, p: heard.post, a: account });
  for (const text of ['First.', 'Second.', 'Third.']) await api.ask(adas, draft, here(text));
  const first = await page({ first: 2 });
  expect([textsOf(first), first.pageInfo.hasNextPage]).toEqual([['Third.', 'Second.'], true]);
  const rest = await page({ first: 100, after: first.pageInfo.endCursor }, observers);
  expect([textsOf(rest).slice(0, 1), textsOf(rest).includes('An answer.')]).toEqual([['First.'], false]);
  await api.ask(adas, 'mutation($id: ID!) { submitReply(id: $id) { __typename } }', { id: first.edges[1]?.node.id });
  expect(textsOf(await page({ state: 'in_review' }))).toEqual(['Second.']);
  expect(textsOf(await page({ state: 'sent' }))).toEqual([]);
  expect(codeOf(await api.ask(adas, list, { l: ashford.id, first: 101 }))).toBe('BAD_INPUT');
});

it('is listed with its conversations in as many statements as one is', async () => {
  const read = jest.spyOn(api.database, 'reads');
  await page({ first: 1 });
  await page({ first: 4 });
  const [ofOne, ofAll] = read.mock.results.map(({ value }) => (value as ReadScope).statements);
  expect([ofOne, ofAll]).toEqual([ofOne, ofOne]);
  expect(ofOne).toBeGreaterThan(0);
});

it('is no thread to be claimed, closed or handed over while nobody has spoken in it, and somebody can be given it', async () => {
  const made = (await api.ask(adas, draft, here('Who can say what this is?'))).data?.['draftPost'] as { conversation: { id: string } };
  const act = (name: string, more = '') => api.ask(adas, `mutation($c: ID!) { ${name}(conversationId: $c${more}) { __typename ... on WrongState { state message } } }`, { c: made.conversation.id });
  const wrong = { __typename: 'WrongState', state: 'begun', message: 'This conversation is begun: nobody but you has spoken in it. Withdraw your post, or wait until somebody answers.' };
  expect((await act('claim')).data).toEqual({ claim: wrong });
  expect((await act('close', ', outcome: no_reaction')).data).toEqual({ close: wrong });
  expect((await act('assign', `, assigneeId: "${ada}"`)).data).toEqual({ assign: { __typename: 'Conversation' } });
});
