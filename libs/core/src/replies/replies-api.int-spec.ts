import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Abilities } from '@earshot/plugin-sdk';
import { Global, Module } from '@nestjs/common';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { LinksAtHand } from '../../../../test/support/reply-checks.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { ConversationsModule, LookAgain } from '../conversations/index.js';
import { newId, type ReadScope } from '../database/index.js';
import { FollowChanges, type FollowableProfile, type FollowableTarget, TargetResolver } from '../follows/index.js';
import { Jobs } from '../jobs/index.js';
import { newSecretText } from '../staff/index.js';
import { Classifiers } from '../understanding/index.js';
import { Links } from './links.js';
import { RepliesModule } from './replies.module.js';
import { type Sender, Senders, SentPosts } from './senders.js';
import { Suppression } from '../privacy/consent/index.js';

const abilities: Abilities = { reply: 'yes', length: { limit: 30, unit: 'grapheme', urlWeight: 23 }, can: [] };

class Town extends Senders {
  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('no outbox runs here'));
    return { abilities: async () => abilities, send: refuse, find: refuse };
  }
}
class Nowhere extends SentPosts {
  async noteSent(): Promise<void> {}
}
/** Sees every thread, as of now. */
class Looks extends LookAgain {
  async atThread(threadId: string): Promise<void> {
    await scene.query('insert into thread_look(thread_id, account_id, since, seen_at) values ($1, $2, now(), $3) on conflict (thread_id) do update set seen_at = excluded.seen_at', [threadId, account, seenAt]);
  }
}
class NoTargets extends TargetResolver {
  async resolve(): Promise<readonly FollowableTarget[]> {
    return [];
  }
  async profiles(): Promise<readonly FollowableProfile[]> {
    return [];
  }
  async networks(): Promise<readonly string[]> {
    return [];
  }
}
class NoChanges extends FollowChanges {
  changed(): void {}
}

const links = new LinksAtHand();

@Global()
@Module({
  providers: [{ provide: Senders, useClass: Town }, { provide: SentPosts, useClass: Nowhere }, { provide: Links, useValue: links }, { provide: LookAgain, useClass: Looks }, { provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: NoTargets }, { provide: Jobs, useClass: JobsAtHand }, { provide: FollowChanges, useClass: NoChanges }, { provide: Classifiers, useValue: { list: () => [] } }],
  exports: [Senders, SentPosts, Links, LookAgain, Suppression, TargetResolver, FollowChanges, Jobs, Classifiers],
})
class Host {}

let api: ApiApp;
let scene: Scene;
const seenAt = new Date('2026-03-01T14:05:00Z');
let [ashford, account, ada]: [SceneLibrary, string, string] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [person, program]: [Record<string, string>, Record<string, string>] = [{}, {}];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  ashford = await scene.library({ name: 'Ashford' });
  [ada, account, heard] = [await scene.person(ashford), await scene.account(ashford), await scene.heard(ashford)];
  const [session, token, tokenActor] = [newSecretText(), newSecretText('ear_'), newId()];
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), ada, session.hash]);
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [tokenActor]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, '{read,draft}', $4, now() + interval '1 hour')`, [tokenActor, ashford.id, token.hash, ada]);
  await scene.role(tokenActor, ashford, 'administrator');
  [person, program] = [{ cookie: `earshot=${session.text}`, 'x-earshot': '1' }, { authorization: `Bearer ${token.text}` }];
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  api = await startApi(test, { imports: [Host, ConversationsModule, RepliesModule.forRoot({ undoMs: 10_000, sentMarkPath: '/dev/null/none', log })] });
});
afterAll(async () => {
  await api.close();
  await scene.close();
});

const fields = '__typename ... on Reply { id state text lang version approvedById dueAt } ... on UserError { code message } ... on ReplyTooLong { length limit unit } ... on WrongReplyState { state }';
const draft = `mutation($c: ID!, $p: ID!, $a: ID!, $text: String!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: $text) { ${fields} } }`;
const place = (): object => ({ c: heard.conversation, p: heard.post, a: account });

it('a program drafts, a person approves and takes it back', async () => {
  const made = await api.ask(program, draft, { ...place(), text: 'On the shelf by the window.' });
  expect(made.errors).toBeUndefined();
  const { id } = made.data?.['draftReply'] as { id: string };
  expect(made.data).toMatchObject({ draftReply: { __typename: 'Reply', state: 'draft', version: 1, lang: 'en' } });
  const submitted = await api.ask(program, `mutation($id: ID!) { submitReply(id: $id) { ... on Reply { state version } } }`, { id });
  expect(submitted.data).toEqual({ submitReply: { state: 'in_review', version: 2 } });
  const approve = `mutation($id: ID!, $v: Int!) { approveReply(id: $id, version: $v) { ... on Reply { state version approvedById dueAt } ... on UserError { code } } }`;
  expect(codeOf(await api.ask(program, approve, { id, v: 2 }))).toBe('FORBIDDEN');
  expect((await api.ask(person, approve, { id, v: 2 })).data).toMatchObject({ approveReply: { state: 'approved', version: 3, approvedById: ada, dueAt: expect.any(String) } });
  expect((await api.ask(person, approve, { id, v: 3 })).data).toEqual({ approveReply: { code: 'WRONG_REPLY_STATE' } });
  const edited = await api.ask(program, `mutation($id: ID!) { editReply(id: $id, text: "It is out until May.", lang: "en-GB") { ... on Reply { state version approvedById lang } } }`, { id });
  expect(edited.data).toEqual({ editReply: { state: 'draft', version: 4, approvedById: null, lang: 'en-GB' } });
  const withdrawn = await api.ask(person, `mutation($id: ID!) { withdrawReply(id: $id) { ... on Reply { state } } }`, { id });
  expect(withdrawn.data).toEqual({ withdrawReply: { state: 'withdrawn' } });
  expect(codeOf(await api.ask(program, `mutation($id: ID!) { decideUnknownReply(id: $id, sent: true) { __typename } }`, { id }))).toBe('FORBIDDEN');
  expect((await api.ask(person, `mutation($id: ID!) { decideUnknownReply(id: $id, sent: true) { ... on WrongReplyState { state message } } }`, { id })).data).toEqual({
    decideUnknownReply: { state: 'withdrawn', message: 'This reply was withdrawn: write another.' },
  });
});

it('cuts what is too long into parts, which are shown behind the first and in the conversation', async () => {
  const { conversation: c, post: p } = await scene.heard(ashford);
  const long = await api.ask(program, draft.replace('length limit unit', 'parts'), { c, p, a: account, text: 'On the shelf by the window. Ask at the desk.' });
  expect(long.data).toMatchObject({ draftReply: { code: 'REPLY_TOO_LONG', parts: ['On the shelf by the window.', 'Ask at the desk.'] } });
  const { id } = (await api.ask(program, draft, { c, p, a: account, text: 'On the shelf by the window.' })).data?.['draftReply'] as { id: string };
  const set = `mutation($id: ID!, $further: [String!]!) { setReplyParts(id: $id, further: $further) { ... on Reply { version firstPartId furtherParts { id text state firstPartId furtherParts { id } } } ... on UserError { code } } }`;
  const { setReplyParts } = (await api.ask(program, set, { id, further: ['Ask at the desk.'] })).data as { setReplyParts: { version: number; furtherParts: { id: string }[] } };
  expect(setReplyParts).toMatchObject({ firstPartId: null, furtherParts: [{ text: 'Ask at the desk.', state: 'draft', firstPartId: id, furtherParts: [] }] });
  const [part] = setReplyParts.furtherParts;
  const approved = await api.ask(person, `mutation($id: ID!, $v: Int!) { approveReply(id: $id, version: $v) { ... on Reply { state furtherParts { state dueAt } } } }`, { id, v: setReplyParts.version });
  expect(approved.data).toEqual({ approveReply: { state: 'approved', furtherParts: [{ state: 'approved', dueAt: null }] } });
  const { conversation } = (await api.ask(person, `query($c: ID!) { conversation(id: $c) { replies { id } } }`, { c })).data as { conversation: { replies: { id: string }[] } };
  expect(conversation.replies.map((reply) => reply.id)).toEqual([id, part?.id]);
});

it('shows with a draft until when answers were seen, by the look before it', async () => {
  const { conversation: c, post: p, thread } = await scene.heard(ashford);
  const of = `mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "By the window.") { ... on Reply { repliesSeenAt answersByOthers } } }`;
  await scene.post(thread, { parent_id: p, author_id: await scene.profile(), text: 'Try the hardware shop' });
  await scene.query('update conversation set top_post_id = $2 where id = $1', [c, p]);
  expect((await api.ask(person, of, { c, p, a: account })).data).toEqual({ draftReply: { repliesSeenAt: seenAt.toISOString(), answersByOthers: 1 } });
});

it('shows where a reply stands and what it got, once a source has brought it: not that of our own accounts, nor of what is gone', async () => {
  const { conversation: c, post: p, thread } = await scene.heard(ashford);
  const us = await scene.profile();
  const from = await scene.account(ashford, { profile_id: us });
  const { draftReply } = (await api.ask(person, draft, { c, p, a: from, text: 'By the window.' })).data as { draftReply: { id: string } };
  const seen = async () => ((await api.ask(program, `query($c: ID!) { conversation(id: $c) { replies { url reactions { answers likes boosts countedAt } } } }`, { c })).data?.['conversation'] as { replies: object[] }).replies;
  expect(await seen()).toEqual([{ url: null, reactions: null }]);
  await scene.query(`update reply set state = 'sent', sent_at = now(), sent_ref = '{"network": "practice", "id": "ours"}', approved_by = $2, approved_kind = 'person', approved_text = text where id = $1`, [draftReply.id, ada]);
  expect(await seen()).toEqual([{ url: null, reactions: null }]);
  const ours = await scene.post(thread, { remote_id: 'ours', url: 'https://practice.example/ours', parent_id: p, author_id: us });
  await scene.post(thread, { parent_id: ours, author_id: await scene.profile() });
  await scene.post(thread, { parent_id: ours, author_id: us });
  await scene.post(thread, { parent_id: ours, author_id: await scene.profile(), text: null, gone_at: new Date(), gone_why: 'deleted' });
  expect(await seen()).toEqual([{ url: 'https://practice.example/ours', reactions: { answers: 1, likes: null, boosts: null, countedAt: null } }]);
  await scene.query('update post set likes = 2, boosts = 0, counted_at = $2 where id = $1', [ours, seenAt]);
  expect(await seen()).toEqual([{ url: 'https://practice.example/ours', reactions: { answers: 1, likes: 2, boosts: 0, countedAt: seenAt.toISOString() } }]);
});

it('says how long a reply may be, and that one is longer', async () => {
  const ask = `query($p: ID!, $a: ID!) { replyAbilities(postId: $p, accountId: $a) { ... on ReplyAbilities { reply because length { limit unit urlWeight } } } }`;
  expect((await api.ask(program, ask, { p: heard.post, a: account })).data).toEqual({ replyAbilities: { reply: 'yes', because: null, length: { limit: 30, unit: 'grapheme', urlWeight: 23 } } });
  const long = await api.ask(program, draft, { ...place(), text: '👨‍👩‍👧'.repeat(31) });
  expect(long.data).toEqual({
    draftReply: { __typename: 'ReplyTooLong', code: 'REPLY_TOO_LONG', message: 'The text is 1 too long: it counts 31, and 30 are allowed.', length: 31, limit: 30, unit: 'grapheme' },
  });
});

it('shows the replies of many conversations in as many statements as those of one', async () => {
  const more = [heard, await scene.heard(ashford), await scene.heard(ashford)];
  for (const { conversation: c, post: p } of more) for (const text of ['First.', 'Second.']) await api.ask(program, draft, { c, p, a: account, text });
  const read = jest.spyOn(api.database, 'reads');
  const list = 'query($first: Int!) { conversations(first: $first) { edges { node { id replies { text toPostId accountId } } } } }';
  await api.ask(person, list, { first: 1 });
  const page = await api.ask(person, list, { first: 10 });
  const { edges } = page.data?.['conversations'] as { edges: { node: { id: string; replies: { text: string; toPostId: string }[] } }[] };
  for (const { conversation, post } of more) {
    const { replies = [] } = edges.find(({ node }) => node.id === conversation)?.node ?? {};
    expect(replies.slice(-2)).toMatchObject([{ text: 'First.', toPostId: post }, { text: 'Second.', toPostId: post }]);
  }
  const [ofOne, ofAll] = read.mock.results.map(({ value }) => (value as ReadScope).statements);
  expect([ofOne, ofAll]).toEqual([ofOne, ofOne]);
  expect(ofOne).toBeGreaterThan(0);
});

it('shows what speaks against a reply with its facts, and does not let it be approved while any of that blocks', async () => {
  const { conversation: c, post: p } = await scene.heard(ashford);
  links.leads.set('http://192.168.1.9/hours', { kind: 'private' });
  const made = await api.ask(person, draft, { c, p, a: account, text: 'Open {{hours}}: http://192.168.1.9/hours' });
  expect(made.data).toMatchObject({ draftReply: { __typename: 'ReplyTooLong' } });
  const { id, version } = (await api.ask(person, draft, { c, p, a: account, text: '{{it}} http://192.168.1.9/hours' })).data?.['draftReply'] as { id: string; version: number };
  const checks = `__typename ... on Check { code blocks message } ... on PlaceholdersLeft { placeholders } ... on LinkLeadsNowhere { url }`;
  const both = [
    { __typename: 'PlaceholdersLeft', code: 'PLACEHOLDERS_LEFT', blocks: true, message: 'Fill in {{it}}, or take it out.', placeholders: ['{{it}}'] },
    { __typename: 'LinkLeadsNowhere', code: 'LINK_LEADS_NOWHERE', blocks: true, message: 'Nobody outside the library reaches this: http://192.168.1.9/hours', url: 'http://192.168.1.9/hours' },
  ];
  expect((await api.ask(program, `query($id: ID!) { replyChecks(id: $id) { ${checks} } }`, { id })).data).toEqual({ replyChecks: both });
  const approve = `mutation($id: ID!, $v: Int!) { approveReply(id: $id, version: $v) { __typename ... on Reply { state } ... on ReplyBlocked { code message checks { ${checks} } } } }`;
  expect((await api.ask(person, approve, { id, v: version })).data).toEqual({
    approveReply: { __typename: 'ReplyBlocked', code: 'REPLY_BLOCKED', message: both.map(({ message }) => message).join(' '), checks: both },
  });
  await api.ask(person, 'mutation($id: ID!) { editReply(id: $id, text: "It is open until 6.") { __typename } }', { id });
  expect((await api.ask(program, `query($id: ID!) { replyChecks(id: $id) { ${checks} } }`, { id })).data).toEqual({ replyChecks: [] });
  expect((await api.ask(person, approve, { id, v: version + 1 })).data).toEqual({ approveReply: { __typename: 'Reply', state: 'approved' } });
  expect(codeOf(await api.ask(person, `query($id: ID!) { replyChecks(id: $id) { ${checks} } }`, { id: newId() }))).toBe('NOT_FOUND');
});

it('says before anybody begins who works on an answer already: whoever has it first, then whoever types, each once', async () => {
  const { conversation: c, post: p } = await scene.heard(ashford);
  const [bea, cleo] = [await scene.person(ashford, 'librarian', { name: 'Bea' }), await scene.person(ashford, 'librarian', { name: 'Cleo' })];
  const reply = (by: string, state: string) => scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, created_at) values (gen_random_uuid(), $1, $2, $3, $4, gen_random_uuid(), 'x', $5, $6, '2026-03-01T12:00:00Z')`, [ashford.id, c, account, p, state, by]);
  for (const [by, state] of [[bea, 'draft'], [bea, 'in_review'], [cleo, 'withdrawn'], [ada, 'draft']] as const) await reply(by, state);
  await api.database.as(cleo, (tx) => tx.query('select * from say_presence($1, $2)', [c, 'typing']));
  await api.database.as(ada, (tx) => tx.query('select * from say_presence($1, $2)', [c, 'typing']));
  const ask = async (): Promise<unknown> => (await api.ask(person, 'query($c: ID!) { conversation(id: $c) { workedOnBy { actor { name } how since hasIt } } }', { c })).data?.['conversation'];
  const [bySince, byTyping] = [{ actor: { name: 'Bea' }, how: 'drafted', since: '2026-03-01T12:00:00.000Z' }, { actor: { name: 'Cleo' }, how: 'typing', since: expect.any(String) }];
  expect(await ask()).toEqual({ workedOnBy: [{ ...byTyping, hasIt: false }, { ...bySince, hasIt: false }] });
  await scene.query('update conversation set assignee_id = $2 where id = $1', [c, bea]);
  expect(await ask()).toEqual({ workedOnBy: [{ ...bySince, hasIt: true }, { ...byTyping, hasIt: false }] });
  // Whoever goes on is not held up.
  expect((await api.ask(person, draft, { c, p, a: account, text: 'Mine, all the same.' })).data).toMatchObject({ draftReply: { __typename: 'Reply' } });
});

it('says of a draft that whoever began it works here no more', async () => {
  const { conversation: c, post: p } = await scene.heard(ashford);
  const dora = await scene.person(ashford);
  await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) values (gen_random_uuid(), $1, $2, $3, $4, gen_random_uuid(), 'x', $5)`, [ashford.id, c, account, p, dora]);
  const left = async (): Promise<unknown> => (await api.ask(person, 'query($c: ID!) { conversation(id: $c) { replies { draftedById drafterLeftAt } } }', { c })).data?.['conversation'];
  expect(await left()).toEqual({ replies: [{ draftedById: dora, drafterLeftAt: null }] });
  await scene.query(`update actor set deactivated_at = '2026-03-01T12:00:00Z' where id = $1`, [dora]);
  expect(await left()).toEqual({ replies: [{ draftedById: dora, drafterLeftAt: '2026-03-01T12:00:00.000Z' }] });
});
