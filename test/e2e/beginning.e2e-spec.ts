import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ashford } from '@earshot/plugin-practice/town';
import { demoSignIn, foundDemo } from '../../apps/cli/src/demo/found-demo.js';
import { eventually } from '../support/eventually.js';
import { Caller, type RunningEarshot, runEarshot } from './running-earshot.js';

/** A library asks its town something: drafted, checked, approved, sent to nobody in particular, answered by a neighbour, and answered in turn. */
let earshot: RunningEarshot;
let dana: Caller;
let [library, account, post, conversation]: [string, string, { id: string; version: number }, string] = [] as never;
const words = 'Which tool would you borrow if we lent tools?';

beforeAll(async () => {
  earshot = await runEarshot({ EARSHOT_UNDO_SECONDS: '0' }, foundDemo);
  dana = new Caller(earshot.server.url);
  expect(await dana.signIn('/sign-in', { ...(await demoSignIn(earshot.owner)) })).toBeLessThan(400);
  const { rows } = await earshot.owner.query<{ id: string; library_id: string }>(`select id, library_id from account where plugin = 'practice'`);
  [account, library] = [rows[0]?.id ?? '', rows[0]?.library_id ?? ''];
}, 60_000);
afterAll(() => earshot?.stop());

const standing = async () =>
  (await dana.ask<{ conversation: { state: string; waitingOn: string | null; why: string; posts: { edges: { node: { id: string; text: string | null; author: { handle: string } | null } }[] }; timeline: { edges: { node: { kind: string } }[] } } }>(
    'query($id: ID!) { conversation(id: $id) { state waitingOn why posts(first: 100) { edges { node { id text author { handle } } } } timeline(first: 100) { edges { node { kind } } } } }', { id: conversation })).conversation;

const sentPosts = async () =>
  (await dana.ask<{ ownPosts: { edges: { node: { id: string; url: string | null; text: string } }[] } }>('query($l: ID!) { ownPosts(libraryId: $l, state: sent) { edges { node { id url text } } } }', { l: library })).ownPosts.edges.map(({ node }) => node);

describe('a post of our own', () => {
  it('is drafted and approved, and stands in no inbox', async () => {
    const { draftPost } = await dana.ask<{ draftPost: { id: string; version: number; conversation: { id: string } } }>(
      'mutation($l: ID!, $a: ID!, $t: String!) { draftPost(libraryId: $l, accountId: $a, text: $t) { ... on Reply { id version conversation { id } } ... on UserError { message } } }', { l: library, a: account, t: words });
    [post, conversation] = [draftPost, draftPost.conversation.id];
    expect(await dana.ask('query($id: ID!) { replyChecks(id: $id) { ... on Check { code } } }', { id: post.id })).toEqual({ replyChecks: [] });
    const { approveReply } = await dana.ask<{ approveReply: object }>('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { ... on Reply { state } ... on UserError { message } } }', { r: post.id, v: post.version });
    expect(approveReply).toEqual({ state: 'approved' });
    const { conversations } = await dana.ask<{ conversations: { edges: { node: { id: string } }[] } }>('{ conversations(first: 100, order: newest) { edges { node { id } } } }');
    expect(conversations.edges.map(({ node }) => node.id)).not.toContain(conversation);
  }, 60_000);

  it('is sent once, and is found among the posts of the library', async () => {
    const sent = await eventually('the post being sent', async () => {
      const posts = await sentPosts();
      return posts.length > 0 ? posts : undefined;
    }, 60_000);
    expect(sent).toMatchObject([{ id: post.id, text: words }]);
    const [seen] = await eventually('a look at it bringing its words', async () => {
      await dana.ask('mutation($c: ID!) { lookAgain(id: $c) { __typename } }', { c: conversation });
      const posts = await sentPosts();
      return posts[0]?.url == null ? undefined : posts;
    }, 60_000);
    expect(seen?.url).toContain('https://ashford.example/posts/');
    expect((await standing()).posts.edges.filter(({ node }) => node.text === words)).toHaveLength(1);
  }, 90_000);

  it('brings its one conversation to the inbox once a neighbour answers, who is answered there', async () => {
    const neighbour = [...(await ashford()).people.values()].find(({ whenPosted }) => whenPosted !== undefined);
    const back = await eventually('the neighbour answering', async () => {
      const now = await standing();
      return now.state === 'open' ? now : undefined;
    }, 90_000);
    expect([back.waitingOn, back.why]).toEqual(['us', expect.stringContaining('they answered you')]);
    const answer = back.posts.edges.find(({ node }) => node.text === neighbour?.whenPosted?.text)?.node;
    expect(answer?.author?.handle).toBe(neighbour?.handle);
    const { draftReply } = await dana.ask<{ draftReply: { id: string; version: number } }>(
      'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "Walk in, the old card is still good.") { ... on Reply { id version } ... on UserError { message } } }', { c: conversation, p: answer?.id, a: account });
    await dana.ask('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { ... on Reply { state } ... on UserError { message } } }', { r: draftReply.id, v: draftReply.version });
    await eventually('the answer being out', async () => ((await standing()).state === 'answered' ? true : undefined), 60_000);
    const kinds = (await standing()).timeline.edges.map(({ node }) => node.kind).toReversed();
    expect(kinds.filter((kind) => ['drafted', 'approved', 'sent', 'answered_back'].includes(kind))).toEqual(['drafted', 'approved', 'sent', 'answered_back', 'drafted', 'approved', 'sent']);
    const { rows } = await earshot.owner.query<{ n: number }>(
      `select count(distinct c.id)::int as n from conversation c join post p using (thread_id) where p.text = $1 and c.merged_into is null`, [words]);
    expect(rows).toEqual([{ n: 1 }]);
  }, 180_000);
});
