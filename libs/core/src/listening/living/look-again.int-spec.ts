import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { AccountChanges } from '../../accounts/index.js';
import { LookAgain } from '../../conversations/index.js';
import { newId } from '../../database/index.js';
import { FollowChanges, TargetResolver } from '../../follows/index.js';
import { Jobs } from '../../jobs/index.js';
import { newSecretText } from '../../staff/index.js';
import { Classifiers } from '../../understanding/index.js';
import { ListeningApiModule } from '../listening.module.js';
import { WhyService } from '../why/why.service.js';
import { type Looked, LivingThreads } from './living-threads.js';
import { Suppression } from '../../privacy/consent/index.js';
import { LookBefore } from './look-before.js';

/** Stands in for the network: what each thread's look comes to. */
const looks = { asked: [] as string[], wishes: [] as object[], next: (_: string): Promise<Looked> | Looked => ({ seenAt: new Date() }) };

@Global()
@Module({
  providers: [
    { provide: LivingThreads, useValue: { lookNow: async (threadId: string, wish = {}) => { looks.asked.push(threadId); looks.wishes.push(wish); return looks.next(threadId); } } },
    { provide: LookAgain, inject: [LivingThreads], useFactory: (threads: LivingThreads) => new LookBefore(threads, { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }) },
    { provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useValue: {} }, { provide: FollowChanges, useValue: {} }, { provide: AccountChanges, useValue: {} }, { provide: Classifiers, useValue: { list: () => [] } }, { provide: Jobs, useValue: { handle: () => {} } }, { provide: WhyService, useValue: {} },
  ],
  exports: [LivingThreads, LookAgain, Suppression, TargetResolver, FollowChanges, AccountChanges, Classifiers, Jobs, WhyService],
})
class Host {}

let api: ApiApp;
let scene: Scene;
let [ashford, birch]: [SceneLibrary, SceneLibrary] = [] as never;
let [session, reader]: [Record<string, string>, Record<string, string>] = [{}, {}];
let account: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  [ashford, birch] = [await scene.library(), await scene.library()];
  account = await scene.account(ashford, { profile_id: await scene.profile() });
  const secret = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), await scene.person(ashford, 'observer'), secret.hash]);
  session = { cookie: `earshot=${secret.text}`, 'x-earshot': '1' };
  const [token, program] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [program]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'reads', $3, '{read}', $4, now() + interval '1 hour')`, [program, ashford.id, token.hash, await scene.person(ashford)]);
  await scene.role(program, ashford, 'administrator');
  reader = { authorization: `Bearer ${token.text}` };
  api = await startApi(test, { imports: [Host, ListeningApiModule] });
});
beforeEach(() => { looks.asked.splice(0); looks.wishes.splice(0); looks.next = () => ({ seenAt: new Date() }); });
afterAll(async () => {
  await scene.close();
  await api.close();
});

const reasons = [{ kind: 'unanswered' }];
const seen = (thread: string, at: Date): Promise<unknown> =>
  scene.query(`insert into thread_look(thread_id, account_id, since, seen_at) values ($1, $2, now(), $3) on conflict (thread_id) do update set seen_at = excluded.seen_at`, [thread, account, at]);
const shown = (by: Record<string, string>, id: string) => api.ask(by, `{ conversation(id: "${id}") { why repliesSeenAt } }`);
const lookAgain = (id: string) => api.ask(session, `mutation { lookAgain(id: "${id}") { __typename ... on Conversation { id why repliesSeenAt answersByOthers posts(first: 10) { edges { node { text } } } } ... on CouldNotLook { code message } } }`);

describe('lookAgain', () => {
  it('shows what came by it, and lets the reasons claim what was seen', async () => {
    const waits = new Date(Date.now() - 3 * 3_600_000);
    const { thread, post, conversation } = await scene.heard(ashford, { conversation: { reasons, waiting_since: waits } });
    const before = (await shown(reader, conversation)).data?.['conversation'];
    expect(before).toEqual({ why: 'no answer heard for 3 h', repliesSeenAt: null });
    const at = new Date();
    looks.next = async () => { await seen(thread, at); return { seenAt: at }; };
    expect((await lookAgain(conversation)).data?.['lookAgain']).toMatchObject({ __typename: 'Conversation', repliesSeenAt: at.toISOString(), answersByOthers: 0, why: expect.stringMatching(/^nobody answered for 3 h \(seen at \d\d:\d\d\)$/) });
    looks.next = async () => {
      await scene.post(thread, { parent_id: post, author_id: await scene.profile(), text: 'Try the hardware shop' });
      // Our own answer is no answer by others, nor is a word of the author.
      await scene.post(thread, { parent_id: post, author_id: (await scene.query<{ profile_id: string }>('select profile_id from account where id = $1', [account]))[0]?.profile_id });
      await scene.post(thread, { parent_id: post, author_id: (await scene.query<{ author_id: string }>('select author_id from post where id = $1', [post]))[0]?.author_id });
      return { seenAt: at };
    };
    const after = (await lookAgain(conversation)).data?.['lookAgain'] as { why: string; answersByOthers: number; posts: { edges: { node: { text: string } }[] } };
    expect(after).toMatchObject({ why: 'one person answered', answersByOthers: 1 });
    expect(after.posts.edges.map(({ node }) => node.text)).toContain('Try the hardware shop');
    expect(looks.asked).toEqual([thread, thread]);
  });
  it.each([
    [{ failed: 'busy' }, 'Somebody is looking'],
    [{ failed: 'nobody-can-ask' }, 'No account'],
    [{ failed: 'network', words: 'The town does not answer.' }, 'The town does not answer.'],
  ] as const)('says why nobody could look: %o', async (looked, words) => {
    const { conversation } = await scene.heard(ashford);
    looks.next = () => looked;
    expect((await lookAgain(conversation)).data?.['lookAgain']).toEqual({ __typename: 'CouldNotLook', code: 'COULD_NOT_LOOK', message: expect.stringContaining(words) });
  });
  it('is for those who hear the conversation', async () => {
    const { conversation } = await scene.heard(birch);
    expect(codeOf(await lookAgain(conversation))).toBe('NOT_FOUND');
    expect(looks.asked).toEqual([]);
  });
});

describe('a conversation that is shown', () => {
  const waits = { reasons, waiting_since: new Date(Date.now() - 3 * 3_600_000) };

  it('is looked at first where its reasons say that nobody answered, in a few seconds, and not over and over', async () => {
    const { thread, conversation } = await scene.heard(ashford, { conversation: waits });
    const at = new Date();
    looks.next = async () => { await seen(thread, at); return { seenAt: at }; };
    expect((await shown(session, conversation)).data).toEqual({ conversation: { why: expect.stringMatching(/^nobody answered for 3 h/), repliesSeenAt: at.toISOString() } });
    expect([looks.asked, looks.wishes]).toEqual([[thread], [{ seenWithinMs: 120_000, patienceMs: 4_000 }]]);
  });
  it('is looked at by the id of one that was merged into it', async () => {
    const [into, gone] = [await scene.heard(ashford, { conversation: waits }), await scene.heard(ashford)];
    await scene.query('update conversation set merged_into = $2 where id = $1', [gone.conversation, into.conversation]);
    await shown(session, gone.conversation);
    expect(looks.asked).toEqual([into.thread]);
  });
  it('is shown with what was seen before where nobody can look', async () => {
    const { conversation } = await scene.heard(ashford, { conversation: waits });
    for (const next of [() => ({ failed: 'network', words: 'away' }) as const, () => Promise.reject(new Error('the database is away'))]) {
      looks.next = next;
      expect((await shown(session, conversation)).data).toEqual({ conversation: { why: 'no answer heard for 3 h', repliesSeenAt: null } });
    }
  });
  it('is not looked at where nothing is claimed, for a token that may only read, or for those who do not hear it', async () => {
    const [quiet, closed, claims, theirs] = [
      await scene.heard(ashford), await scene.heard(ashford, { conversation: { ...waits, state: 'closed' } }), await scene.heard(ashford, { conversation: waits }), await scene.heard(birch, { conversation: waits }),
    ];
    for (const { conversation } of [quiet, closed, theirs]) await shown(session, conversation);
    expect((await shown(reader, claims.conversation)).data).toMatchObject({ conversation: { repliesSeenAt: null } });
    expect(looks.asked).toEqual([]);
  });
});
