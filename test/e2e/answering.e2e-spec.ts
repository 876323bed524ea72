import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StaffAdministration } from '@earshot/core/staff';
import { anImage } from '@earshot/plugin-testing';
import { ashford } from '@earshot/plugin-practice/town';
import { demoSignIn, foundDemo } from '../../apps/cli/src/demo/found-demo.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { MailBox } from '../support/mail-box.js';
import { Caller, type RunningEarshot, runEarshot } from './running-earshot.js';

/** What two people at one library do with one need: suggested, drafted, checked, approved by the second from another client, sent, answered back, told by mail, closed. */
let earshot: RunningEarshot;
let mails: MailBox;
let [dana, sam]: [Caller, Caller] = [] as never;
const password = 'a good long password of words';
const samsAddress = 'sam@larch.example';

interface Asked { id: string; remote_id: string; text: string; handle: string; conversation_id: string; account_id: string; library_id: string; answer: string }
let asked: Asked;
let reply: { id: string; version: number };

beforeAll(async () => {
  mails = await MailBox.open();
  const port = String(await freePort());
  earshot = await runEarshot({ EARSHOT_UNDO_SECONDS: '0', EARSHOT_PORT: port, EARSHOT_PUBLIC_URL: `http://127.0.0.1:${port}`, EARSHOT_SMTP_URL: mails.url, EARSHOT_MAIL_FROM: 'earshot@larch.example' }, foundDemo);
  dana = new Caller(earshot.server.url);
  expect(await dana.signIn('/sign-in', { ...(await demoSignIn(earshot.owner)) })).toBeLessThan(400);
}, 60_000);
afterAll(async () => {
  await earshot?.stop();
  await mails?.down();
});

describe('two people answer', () => {
  it('a need that was heard', async () => {
    const town = await ashford();
    const patient = [...town.posts.values()].filter((post) => post.whenAnswered !== undefined && post.to !== undefined && post.kind?.endsWith('-need') === true && post.deletedAt === undefined && (town.people.get(post.by)?.refusals.length ?? 0) === 0);
    asked = await eventually('a need that answers back', async () => {
      const { rows } = await earshot.owner.query<Omit<Asked, 'answer'>>(
        `select p.id, p.remote_id, p.text, r.handle, c.id as conversation_id, c.library_id, a.id as account_id from post p join profile r on r.id = p.author_id join conversation c using (thread_id) join account a on a.plugin = 'practice'
         where p.text is not null and p.remote_id = any($1) and exists (select 1 from finding f where f.post_id = p.id and f.label like 'need.%') order by p.posted_at desc limit 1`, [patient.map((post) => post.id)]);
      return rows[0] === undefined ? undefined : { ...rows[0], answer: patient.find((post) => post.id === rows[0]?.remote_id)?.whenAnswered?.text ?? '' };
    }, 60_000);
  }, 90_000);

  it('with what the library answers again and again, which the advisors of the house suggest', async () => {
    const { createSavedAnswer } = await dana.ask<{ createSavedAnswer: { __typename: string } }>(
      `mutation($l: ID!, $w: String!) { createSavedAnswer(libraryId: $l, answer: { kind: answer, title: $w, text: "We have that: ask for it at {{desk}}.", lang: "en" }) { __typename ... on UserError { message } } }`,
      { l: asked.library_id, w: asked.text.slice(0, 100) });
    expect(createSavedAnswer.__typename).toBe('SavedAnswer');
    await dana.ask('mutation($c: ID!, $n: String!) { askAdvisors(conversationId: $c, need: $n) { __typename } }', { c: asked.conversation_id, n: asked.text.slice(0, 100) });
    const suggested = await eventually('the saved answer being suggested', async () => {
      const { conversation } = await dana.ask<{ conversation: { suggestions: { edges: { node: { draftText: string | null; answer: { title: string } | null } }[] } } }>(
        'query($id: ID!) { conversation(id: $id) { suggestions { edges { node { draftText answer { title } } } } } }', { id: asked.conversation_id });
      return conversation.suggestions.edges.find(({ node }) => node.draftText?.includes('{{desk}}'));
    }, 60_000);
    const { draftReply } = await dana.ask<{ draftReply: { id: string; version: number } }>(
      'mutation($c: ID!, $p: ID!, $a: ID!, $t: String!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: $t) { ... on Reply { id version } ... on UserError { message } } }',
      { c: asked.conversation_id, p: asked.id, a: asked.account_id, t: suggested.node.draftText });
    reply = draftReply;
    const { replyChecks } = await dana.ask<{ replyChecks: { code: string; blocks: boolean }[] }>('query($id: ID!) { replyChecks(id: $id) { ... on Check { code blocks } } }', { id: reply.id });
    expect(replyChecks).toContainEqual({ code: 'PLACEHOLDERS_LEFT', blocks: true });
  }, 90_000);

  it('with a picture, which nobody approves before it says what it shows', async () => {
    const { id } = await dana.upload(asked.library_id, new Uint8Array(anImage().bytes));
    const attach = 'mutation($r: ID!, $i: ID!) { attachToReply(id: $r, attachmentId: $i) { ... on Reply { id version } ... on UserError { message } } }';
    reply = (await dana.ask<{ attachToReply: typeof reply }>(attach, { r: reply.id, i: id })).attachToReply;
    const { replyChecks } = await dana.ask<{ replyChecks: { code: string }[] }>('query($id: ID!) { replyChecks(id: $id) { ... on Check { code } } }', { id: reply.id });
    expect(replyChecks).toContainEqual({ code: 'ALTERNATIVE_TEXT_MISSING' });
    const describe = 'mutation($r: ID!, $i: ID!) { setAlternativeText(id: $r, attachmentId: $i, alternativeText: "The shelf by the door.") { ... on Reply { id version } ... on UserError { message } } }';
    reply = (await dana.ask<{ setAlternativeText: typeof reply }>(describe, { r: reply.id, i: id })).setAlternativeText;
  }, 90_000);

  it('of which the second, who signed in from another client, is told by mail, without what was said', async () => {
    await new StaffAdministration(earshot.owner).add({ email: samsAddress, name: 'Sam Moor', role: 'librarian', library: 'larch-county', password });
    await dana.ask('mutation($l: ID!) { setReplyPolicy(libraryId: $l, policy: { approvers: librarian, secondPerson: [always], unaskedDays: 7 }) { secondPerson } }', { l: asked.library_id });
    const { editReply } = await dana.ask<{ editReply: { version: number } }>('mutation($r: ID!) { editReply(id: $r, text: "We have that: ask for it at the desk by the door.") { ... on Reply { version } ... on UserError { message } } }', { r: reply.id });
    const own = await dana.ask<{ approveReply: object }>('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { __typename ... on ReplyBlocked { checks { ... on Check { code } } } } }', { r: reply.id, v: editReply.version });
    expect(own.approveReply).toEqual({ __typename: 'ReplyBlocked', checks: [{ code: 'NEEDS_SECOND_PERSON' }] });
    await dana.ask('mutation($r: ID!) { submitReply(id: $r) { ... on Reply { version } ... on UserError { message } } }', { r: reply.id });
    const mail = await mails.told('has to approve', samsAddress);
    expect(mail.raw).not.toContain(asked.text.slice(0, 40));
    expect(mail.raw).not.toContain(asked.handle);
  }, 90_000);

  it('and approves, and it is sent once', async () => {
    const signedIn = await fetch(`${earshot.server.url}/sign-in/client`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: samsAddress, password, client: 'the reading room' }) });
    sam = new Caller(earshot.server.url, ((await signedIn.json()) as { secret: string }).secret);
    const { notices } = await sam.ask<{ notices: { edges: { node: { kind: string; subjectId: string } }[] } }>('{ notices(unseen: true) { edges { node { kind subjectId } } } }');
    expect(notices.edges.map(({ node }) => node)).toContainEqual({ kind: 'approval', subjectId: reply.id });
    const { approveReply } = await sam.ask<{ approveReply: { state: string } }>('mutation($r: ID!, $v: Int!) { approveReply(id: $r, version: $v) { ... on Reply { state } ... on UserError { message } } }', { r: reply.id, v: reply.version + 2 });
    expect(approveReply).toEqual({ state: 'approved' });
    await eventually('the reply being sent', async () => {
      const { conversation } = await dana.ask<{ conversation: { replies: { state: string }[] } }>('query($id: ID!) { conversation(id: $id) { replies { state } } }', { id: asked.conversation_id });
      return conversation.replies[0]?.state === 'sent' || undefined;
    });
  }, 90_000);

  it('until its author answers, who is told of by mail, and what came of it is written down', async () => {
    const back = await eventually('the answer coming back', async () => {
      const { conversation } = await dana.ask<{ conversation: { state: string; posts: { edges: { node: { text: string | null } }[] } } }>('query($id: ID!) { conversation(id: $id) { state posts(first: 100) { edges { node { text } } } } }', { id: asked.conversation_id });
      return conversation.posts.edges.some(({ node }) => node.text === asked.answer) ? conversation : undefined;
    }, 60_000);
    expect(back.state).toBe('open');
    expect(back.posts.edges.filter(({ node }) => node.text?.includes('the desk by the door'))).toHaveLength(1);
    const { rows } = await earshot.owner.query<{ pictures: number }>(`select jsonb_array_length(p.media)::int as pictures from post p join conversation c using (thread_id) where c.id = $1 and p.text like '%the desk by the door%'`, [asked.conversation_id]);
    expect(rows).toEqual([{ pictures: 1 }]);
    const mail = await mails.told('has written again', samsAddress);
    expect(mail.raw).not.toContain(asked.answer.slice(0, 30));
    const { conversation: answered } = await dana.ask<{ conversation: { replies: { reactions: object | null }[] } }>('query($id: ID!) { conversation(id: $id) { replies { reactions { answers } } } }', { id: asked.conversation_id });
    expect(answered.replies.map(({ reactions }) => reactions)).toEqual([{ answers: 1 }]);
    const { close } = await dana.ask<{ close: object }>('mutation($c: ID!) { close(conversationId: $c, outcome: helped) { ... on Conversation { state outcome { kind } } ... on UserError { message } } }', { c: asked.conversation_id });
    expect(close).toEqual({ state: 'closed', outcome: { kind: 'helped' } });
    const { conversation } = await dana.ask<{ conversation: { timeline: { edges: { node: { kind: string } }[] } } }>('query($id: ID!) { conversation(id: $id) { timeline(first: 100) { edges { node { kind } } } } }', { id: asked.conversation_id });
    const kinds = conversation.timeline.edges.map(({ node }) => node.kind).toReversed();
    // Of before there may be more, for the town has a past; and it goes on, so that others may answer us in the thread as well.
    const told = kinds.slice(kinds.indexOf('drafted')).filter((kind) => ['drafted', 'approved', 'sent', 'answered_back', 'closed'].includes(kind));
    expect(told.filter((kind, at) => kind !== told[at - 1])).toEqual(['drafted', 'approved', 'sent', 'answered_back', 'closed']);
  }, 120_000);
});
