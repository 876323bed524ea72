import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type Attempt, type Ref, RemoteError } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { checksWith } from '../../../../test/support/reply-checks.js';
import { type RepliesAtHand, outboxStore, replyDesk } from '../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, SteadyClient, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { StopAdministration } from '../stops/index.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';
import { ReplyPolicies } from './policy/reply-policies.js';
import { type ReplyPolicy, usualPolicy } from './policy/reply-policy.row.js';
import type { ReplyError } from './reply-error.js';
import type { ReplyRow } from './reply.row.js';
import { type Sender, Senders, SentPosts } from './senders.js';

const yes: Abilities = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: ['edit', 'remove'] };
const sentRef: Ref = { network: 'practice', id: 'our-own' };

/** A network as a test says: it answers each call with the next of its answers, the last one for ever. */
class Town extends Senders {
  abilities: Abilities | Error = yes;
  readonly asked: (Ref | undefined)[] = [];
  readonly attempts: Attempt[] = [];
  sends: (Ref | Error)[] = [sentRef];
  finds: Ref | 'absent' | 'cannot-tell' = 'cannot-tell';
  readonly changes: unknown[] = [];

  async forAccount(): Promise<Sender> {
    return {
      abilities: async (to) => {
        this.asked.push(to);
        if (this.abilities instanceof Error) throw this.abilities;
        return this.abilities;
      },
      send: async (attempt) => {
        this.attempts.push(attempt);
        const answer = (this.sends.length > 1 ? this.sends.shift() : this.sends[0]) as Ref | Error;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      find: async () => this.finds,
      change: async (sent, to) => void this.changes.push([sent, to]),
    };
  }
}
class Noted extends SentPosts {
  readonly notes: unknown[] = [];
  async noteSent(...note: unknown[]): Promise<void> {
    this.notes.push(note);
  }
}

let database: Database;
let scene: Scene;
let owner: SteadyClient;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, bea, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let [ours, theirs, above, us]: [string, string, string, string] = [] as never;
let [town, noted, checks, replies, clock, outbox]: [Town, Noted, ReplyChecks, RepliesAtHand, FakeClock, Outbox] = [] as never;

const person = async (at: SceneLibrary, role?: 'observer'): Promise<Actor> => ({ id: await scene.person(at, role), kind: 'person' });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  owner = new SteadyClient(test.owner);
  await owner.connect();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 4, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county })];
  [ada, bea, ben, observer] = [await person(ashford), await person(ashford), await person(millbrook), await person(ashford, 'observer')];
  us = await scene.profile({ remote_id: 'ashford-library' });
  [theirs, above] = [await scene.account(millbrook), await scene.account(county)];
});
beforeEach(async () => {
  await scene.query('delete from reply');
  [town, noted, clock] = [new Town(), new Noted(), new FakeClock(new Date())];
  ours = await scene.account(ashford, { profile_id: us });
  checks = checksWith(database, town);
  replies = replyDesk(database, town, { checks, now: async () => new Date(clock.now()), undoMs: 0 });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const alarm = { start: () => {}, stop: async () => {} };
  outbox = new Outbox({ replies: outboxStore(database), courier: new Courier(town, clock, log), sentPosts: noted, alarm, sentMark: { note: async () => {} }, now: async () => new Date(clock.now()), clock, log });
});
afterEach(() => outbox.stop());
afterAll(async () => {
  await owner.end();
  await scene.close();
  await database.close();
});

let written = 0;
const draft = (told: { readonly by?: Actor; readonly at?: SceneLibrary; readonly account?: string; readonly text?: string; readonly lang?: string } = {}): Promise<ReplyRow | ReplyError> =>
  replies.draftPost(told.by ?? ada, { libraryId: (told.at ?? ashford).id, accountId: told.account ?? ours, text: told.text ?? `Which book made you laugh, number ${++written}?`, lang: told.lang ?? 'en' });
const row = (result: ReplyRow | ReplyError): ReplyRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const drafted = async (told: Parameters<typeof draft>[0] = {}): Promise<ReplyRow> => row(await draft(told));
const approved = async (post: ReplyRow, by = ada): Promise<ReplyRow> => row(await replies.approve(by, post.id, post.version));
const codesOf = async (post: ReplyRow, by = ada): Promise<readonly string[]> => (await checks.of(by, post.id)).map(({ code }) => code);
const stored = async ({ id }: ReplyRow): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [id]))[0] ?? {};
const conversationOf = async ({ conversationId }: ReplyRow): Promise<Record<string, unknown>> => (await scene.query('select * from conversation where id = $1', [conversationId]))[0] ?? {};
const timeline = async ({ conversationId }: ReplyRow): Promise<string[]> => (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [conversationId])).map(({ kind }) => kind);
/** All that is due by now is settled, and placed. */
const work = async (): Promise<void> => {
  outbox.start();
  outbox.wake();
  await outbox.idle();
};
const setPolicy = (change: Partial<ReplyPolicy> | null) => scene.person(ashford, 'administrator').then((id) =>
  new ReplyPolicies(database, new Permissions(), new Audit()).set({ id, kind: 'person' }, { libraryId: ashford.id, policy: change === null ? null : { ...usualPolicy, ...change } }));

describe('a draft that answers nobody', () => {
  it('begins a conversation of its library, over a thread in which nothing was said, and is told in its timeline', async () => {
    const post = await drafted({ text: 'What do you read on the beach?', lang: 'en-GB' });
    expect(post).toMatchObject({ toPostId: null, state: 'draft', text: 'What do you read on the beach?', lang: 'en-GB', libraryId: ashford.id, draftedBy: ada.id });
    expect(await conversationOf(post)).toMatchObject({ library_id: ashford.id, state: 'begun', waiting_on: null, waiting_since: null, top_post_id: null });
    expect(await scene.query('select posts from thread t join conversation c on c.thread_id = t.id where c.id = $1', [post.conversationId])).toEqual([{ posts: 0 }]);
    expect([await timeline(post), town.asked]).toEqual([['drafted'], [undefined]]);
  });

  it('may speak from the account of a library above, and from no account of a library beside, nor one that is off', async () => {
    expect((await drafted({ account: above })).accountId).toBe(above);
    await expect(draft({ account: theirs })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await scene.query(`update account set state = 'off' where id = $1`, [ours]);
    await expect(draft()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(draft({ account: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for librarians of that library', async () => {
    await expect(draft({ by: observer })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(draft({ by: ben })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(draft({ text: ' ' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(draft({ lang: 'english, please' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each([
    ['says no', { ...yes, reply: 'no', because: 'Your account is silenced here.' }, 'REPLY_NOT_ALLOWED'],
    ['cannot be asked', new RemoteError('unreachable', 'The town is away.'), 'REPLY_NOT_ALLOWED'],
    ['takes less', { ...yes, length: { limit: 10, unit: 'grapheme' } }, 'REPLY_TOO_LONG'],
  ] as const)('is none where the network %s, and no conversation is begun', async (_, abilities, code) => {
    const begun = async () => (await scene.query('select count(*)::int as n from conversation'))[0];
    const before = await begun();
    town.abilities = abilities;
    expect(await draft()).toMatchObject({ code });
    expect(await begun()).toEqual(before);
  });

  it('is edited, submitted, given back, and withdrawn as a reply is', async () => {
    const post = await drafted();
    expect(row(await replies.edit(bea, post.id, { text: 'Which book made you cry?' }))).toMatchObject({ text: 'Which book made you cry?', state: 'draft' });
    expect(row(await replies.submit(ada, post.id)).state).toBe('in_review');
    expect(row(await replies.takeBack(bea, post.id)).state).toBe('draft');
    expect(row(await replies.withdraw(ada, post.id)).state).toBe('withdrawn');
    expect([await timeline(post), (await conversationOf(post))['state']]).toEqual([['drafted', 'withdrawn'], 'begun']);
  });
});

describe('the checks of a post of our own', () => {
  afterEach(() => setPolicy(null));

  it('are those of its words, and not those of a person or a post that is answered', async () => {
    expect(await codesOf(await drafted())).toEqual([]);
    expect(await codesOf(await drafted({ text: 'Open {{hours}}.' }))).toEqual(['PLACEHOLDERS_LEFT']);
  });

  it('say that the same words went out lately, to everybody or to somebody', async () => {
    const text = `Come to the reading night, number ${++written}.`;
    expect(await codesOf(await drafted({ text }))).toEqual([]);
    await approved(await drafted({ text }));
    const again = await drafted({ text });
    expect(await checks.of(ada, again.id)).toMatchObject([{ code: 'SAME_WORDS', people: 1, blocks: false, message: expect.stringContaining('went out lately') }]);
    const heard = await scene.heard(ashford);
    const reply = row(await replies.draft(ada, { conversationId: heard.conversation, toPostId: heard.post, accountId: ours, text, lang: 'en' }));
    expect(await checks.of(ada, reply.id)).toMatchObject([{ code: 'SAME_WORDS', people: 1, message: expect.stringContaining('Somebody else') }]);
  });

  it('want a second person where the policy wants one for what nobody asked for', async () => {
    await setPolicy({ secondPerson: ['unasked'] });
    const post = await drafted();
    expect(await replies.approve(ada, post.id, post.version)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_SECOND_PERSON', because: ['unasked'] }] });
    expect((await approved(post, bea)).state).toBe('approved');
  });

  it('say how the library signs, when it is quiet, and who approves', async () => {
    await setPolicy({ approvers: 'administrator', signature: '– {{library}}' });
    expect(await codesOf(await drafted())).toEqual(['NEEDS_APPROVER', 'UNSIGNED']);
  });

  it('hold it up while sending is stopped, and take its approval back', async () => {
    const [post, other] = [await approved(await drafted()), await drafted()];
    const stops = new StopAdministration(owner);
    await stops.stop('everywhere', { what: 'sending', why: 'a rumour goes round', by: 'the night desk' });
    expect((await stored(post))['state']).toBe('draft');
    expect(await codesOf(other)).toEqual(['SENDING_STOPPED']);
    await work();
    expect(town.attempts).toEqual([]);
    await stops.resume('everywhere');
    expect(await codesOf(other)).toEqual([]);
  });
});

describe('sending a post of our own', () => {
  it('takes its words to nobody, once; the thread is ours, and nobody waits until somebody answers', async () => {
    const post = await approved(await drafted({ text: 'Who remembers the old mill?' }));
    await work();
    await work();
    expect(town.attempts).toEqual([{ key: post.key, part: 0, text: 'Who remembers the old mill?', lang: 'en', media: [], firstTriedAt: expect.any(Date), lastTriedAt: expect.any(Date) }]);
    expect(await stored(post)).toMatchObject({ state: 'sent', sent_ref: sentRef, place_due: null });
    const conversation = await conversationOf(post);
    expect(noted.notes).toEqual([[sentRef, { threadId: conversation['thread_id'] }, ours]]);
    expect(conversation).toMatchObject({ state: 'begun', waiting_on: null, waiting_since: null });
    expect(await timeline(post)).toEqual(['drafted', 'claimed', 'approved', 'sent']);
    expect(await scene.query('select library_id, answered_at is not null as answered from thread_claim where thread_id = $1', [conversation['thread_id']])).toEqual([{ library_id: ashford.id, answered: true }]);
  });

  it('waits for its time, and can be taken back until then', async () => {
    const post = await drafted();
    const at = new Date(clock.now() + 3_600_000);
    expect(row(await replies.approve(ada, post.id, post.version, { at })).dueAt).toEqual(at);
    await work();
    expect(row(await replies.takeBack(ada, post.id)).state).toBe('draft');
    clock.advance(7_200_000);
    await work();
    expect(town.attempts).toEqual([]);
  });

  it('of a process that was killed after the network had it is found, and not sent again', async () => {
    const post = await approved(await drafted());
    await scene.query(`update reply set state = 'sending', tries = 1, first_tried_at = now(), last_tried_at = now(), lease_until = $2 where id = $1`, [post.id, new Date(clock.now() - 1)]);
    town.finds = sentRef;
    await work();
    expect(town.attempts).toEqual([]);
    expect(await stored(post)).toMatchObject({ state: 'sent', sent_ref: sentRef });
    expect(noted.notes).toHaveLength(1);
  });

  it('fails where the network lets the account post nothing any more', async () => {
    const post = await approved(await drafted());
    town.abilities = { ...yes, reply: 'no' };
    await work();
    expect(await stored(post)).toMatchObject({ state: 'failed', failure_kind: 'not-allowed', failure_words: 'The network lets this account post nothing any more.' });
    expect(town.attempts).toEqual([]);
  });

  it('leaves it to a person where the network cannot tell; what they saw there is placed once its source brings it', async () => {
    town.sends = [new RemoteError('outcome-unknown', 'The line broke.')];
    const post = await approved(await drafted({ text: `Do you still have a fax, number ${++written}?` }));
    await work();
    expect(await stored(post)).toMatchObject({ state: 'unknown' });
    expect(row(await replies.decide(ada, post.id, true)).state).toBe('sent');
    await work();
    expect(noted.notes).toEqual([]);
    const thread = await scene.thread();
    await scene.post(thread, { author_id: us, remote_id: `seen-${post.id}`, text: `${post.text} We ask for a friend.` });
    await scene.conversation(ashford, thread);
    clock.advance(60_000);
    await work();
    expect(noted.notes).toEqual([[{ network: 'practice', id: `seen-${post.id}` }, { threadId: (await conversationOf(post))['thread_id'] }, ours]]);
  });

  it('of two processes is done by one', async () => {
    await approved(await drafted());
    const [due] = await outboxStore(database).due(new Date(clock.now()), 1);
    const take = () => outboxStore(database).take(due as never, { now: new Date(clock.now()), until: new Date(clock.now() + 1_000) });
    expect((await Promise.all([take(), take()])).filter((taken) => taken !== undefined)).toHaveLength(1);
  });
});

describe('a post of our own that is written by hand', () => {
  it('is sent when somebody says so, and placed with what was heard of it once its source brings it', async () => {
    town.abilities = { ...yes, reply: 'by-hand' };
    const post = await drafted({ text: `A list of quiet places, number ${++written}.` });
    expect(await codesOf(post)).toEqual(['REPLY_BY_HAND']);
    expect(row(await replies.writtenByHand(ada, post.id, { version: post.version, url: 'https://practice.example/by-hand' })).state).toBe('sent');
    expect((await conversationOf(post))['state']).toBe('begun');
    await work();
    expect(noted.notes).toEqual([]);
    const thread = await scene.thread();
    // What the account said with these words at another time is another post.
    await scene.post(thread, { author_id: us, remote_id: `old-${post.id}`, text: post.text, posted_at: new Date(clock.now() - 3 * 86_400_000) });
    await scene.post(thread, { author_id: us, remote_id: `by-hand-${post.id}`, text: post.text });
    await scene.conversation(ashford, thread);
    clock.advance(60_000);
    await work();
    expect(noted.notes).toMatchObject([[{ id: `by-hand-${post.id}` }, { threadId: (await conversationOf(post))['thread_id'] }, ours]]);
    expect((await stored(post))['place_due']).toBeNull();
  });

  it('is looked for for a day', async () => {
    town.abilities = { ...yes, reply: 'by-hand' };
    const post = await drafted();
    row(await replies.writtenByHand(ada, post.id, { version: post.version }));
    clock.advance(86_400_001);
    await work();
    expect([(await stored(post))['place_due'], noted.notes]).toEqual([null, []]);
  });
});

describe('a post of our own that is out', () => {
  const out = async (): Promise<ReplyRow> => {
    const post = await approved(await drafted());
    await work();
    return { ...post, version: (await stored(post))['version'] as number };
  };

  it('gets other words, and is taken back, on its network', async () => {
    const post = await out();
    const amended = row(await replies.amend(ada, post.id, { version: post.version, text: 'Which one made you smile?' }));
    expect(amended).toMatchObject({ state: 'sent', text: 'Which one made you smile?' });
    expect(row(await replies.remove(ada, post.id, amended.version)).state).toBe('withdrawn');
    expect(town.changes).toEqual([[sentRef, { text: 'Which one made you smile?' }], [sentRef, 'removed']]);
    expect([await timeline(post), (await conversationOf(post))['state']]).toEqual([['drafted', 'claimed', 'approved', 'sent', 'amended', 'removed'], 'begun']);
  });

  it('is shown twice where a process that had lost it sent it as well', async () => {
    const post = await approved(await drafted());
    const repository = outboxStore(database);
    const now = new Date(clock.now());
    const outgoing = await repository.take({ replyId: post.id, accountId: ours, actorId: ashford.system }, { now, until: new Date(clock.now() + 1_000) });
    await scene.query(`update reply set state = 'sent', sent_at = $2, sent_ref = $3, version = version + 1, lease_until = null where id = $1`, [post.id, now, JSON.stringify({ network: 'practice', id: 'first' })]);
    expect(await repository.settle(ashford.system, outgoing as never, { kind: 'sent', ref: sentRef }, now)).toBe('late');
    expect(await scene.query('select to_post_id, state, sent_ref from reply where conversation_id = $1 and id <> $2', [post.conversationId, post.id])).toEqual([{ to_post_id: null, state: 'sent', sent_ref: sentRef }]);
  });

  it('is left to its library: another sees neither it nor its conversation', async () => {
    const post = await out();
    await expect(replies.amend(ben, post.id, { version: post.version, text: 'Ours now.' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(checks.of(ben, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
