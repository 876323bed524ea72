import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoSignIn, foundDemo } from '../../apps/cli/src/demo/found-demo.js';
import { ashford } from '@earshot/plugin-practice/town';
import { eventually } from '../support/eventually.js';
import { Caller, type RunningEarshot, runEarshot } from './running-earshot.js';

/** The main job, end to end, over HTTP: a practice post is heard, a person approves a reply, it leaves once, and its author answers back. */
let earshot: RunningEarshot;
let dana: Caller;

beforeAll(async () => {
  earshot = await runEarshot({ EARSHOT_UNDO_SECONDS: '0' }, foundDemo);
  dana = new Caller(earshot.server.url);
  const { email, password } = await demoSignIn(earshot.owner);
  expect(await dana.signIn('/sign-in', { email, password })).toBeLessThan(400);
}, 60_000);
afterAll(() => earshot.stop());

interface Page<Node> { edges: { node: Node }[] }
interface Asked { id: string; remote_id: string; conversation_id: string; account_id: string; answer: string }

describe('from a post to an answer that is answered', () => {
  let asked: Asked;
  let reply: { id: string; version: number };

  it('hears the town, threads it, finds needs', async () => {
    const town = await ashford();
    // Somebody whom nobody follows, who answers back when answered, under a post of somebody followed.
    const patient = [...town.posts.values()].filter((post) => post.whenAnswered !== undefined && post.to !== undefined && post.kind?.endsWith('-need') === true && post.deletedAt === undefined && town.people.get(post.by)?.followed === false && (town.people.get(post.by)?.refusals.length ?? 0) === 0);
    asked = await eventually('a need that answers back', async () => {
      const { rows } = await earshot.owner.query<Omit<Asked, 'answer'>>(
        `select p.id, p.remote_id, c.id as conversation_id, a.id as account_id from post p join conversation c using (thread_id), account a
         where p.text is not null and p.remote_id = any($1) and exists (select 1 from finding f where f.post_id = p.id and f.label like 'need.%') order by p.posted_at desc limit 1`, [patient.map((post) => post.id)]);
      return rows[0] === undefined ? undefined : { ...rows[0], answer: patient.find((post) => post.id === rows[0]?.remote_id)?.whenAnswered?.text ?? '' };
    });
    const { conversation } = await dana.ask<{ conversation: { why: string; posts: Page<{ id: string }> } }>('query($id: ID!) { conversation(id: $id) { why posts(first: 100) { edges { node { id } } } } }', { id: asked.conversation_id });
    expect(conversation.posts.edges.map(({ node }) => node.id)).toContain(asked.id);
    expect(conversation.why).not.toBe('');
  }, 60_000);

  it('drafts, and lets only a person approve', async () => {
    const drafted = await dana.ask<{ draftReply: { __typename: string; id: string; version: number; state: string } }>(
      `mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "We have just the book for that, on the shelf by the window.") { __typename ... on Reply { id version state } ... on UserError { message } } }`,
      { c: asked.conversation_id, p: asked.id, a: asked.account_id });
    expect(drafted.draftReply).toMatchObject({ __typename: 'Reply', state: 'draft' });
    reply = drafted.draftReply;
    const { rows } = await earshot.owner.query<{ id: string }>(`select id from library where handle = 'larch-county'`);
    const made = await dana.ask<{ makeToken: { secret: string } }>(
      `mutation($l: ID!) { makeToken(input: { libraryId: $l, name: "a program", role: administrator, scopes: [draft, read], days: 1 }) { secret } }`, { l: rows[0]?.id });
    const program = new Caller(earshot.server.url, made.makeToken.secret);
    const refused = await program.raw('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { __typename } }', { r: reply.id, v: reply.version });
    expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('sends what was approved, once, and hears its author answer', async () => {
    const approved = await dana.ask<{ approveReply: { state: string } }>('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { ... on Reply { state } ... on UserError { message } } }', { r: reply.id, v: reply.version });
    expect(approved.approveReply.state).toBe('approved');
    await eventually('the reply being sent', async () => {
      const { conversation } = await dana.ask<{ conversation: { replies: { state: string }[] } }>('query($id: ID!) { conversation(id: $id) { replies { state } } }', { id: asked.conversation_id });
      return conversation.replies[0]?.state === 'sent' || undefined;
    });
    const back = await eventually('the answer coming back', async () => {
      const { conversation } = await dana.ask<{ conversation: { state: string; why: string; posts: Page<{ text: string | null }> } }>('query($id: ID!) { conversation(id: $id) { state why posts(first: 100) { edges { node { text } } } } }', { id: asked.conversation_id });
      return conversation.posts.edges.some(({ node }) => node.text === asked.answer) ? conversation : undefined;
    }, 60_000);
    expect(back.state).toBe('open');
    expect(back.posts.edges.filter(({ node }) => node.text?.startsWith('We have just the book'))).toHaveLength(1);
  }, 90_000);
});
