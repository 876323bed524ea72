import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type Attempt, type Ref, RemoteError } from '@earshot/plugin-sdk';
import pg from 'pg';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { type RepliesAtHand, replyDesk } from '../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { LookAgain } from '../conversations/index.js';
import { Database, type Hint, newId } from '../database/index.js';
import type { Actor } from '../staff/index.js';
import type { DraftWish } from './replies.service.js';
import type { ReplyError } from './reply-error.js';
import type { ReplyRow, ReplyState } from './reply.row.js';
import { type Sender, Senders } from './senders.js';

const undoMs = 10_000;
const yes: Abilities = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: [] };

class Town extends Senders {
  abilities: Abilities | Error = yes;
  canAnswer = true;
  readonly asked: (Ref | undefined)[] = [];
  finds: Ref | 'absent' | 'cannot-tell' | Error = new RemoteError('unreachable', 'The network is away.');
  readonly sought: Attempt[] = [];

  async forAccount(): Promise<Sender | undefined> {
    const refuse = (): Promise<never> => Promise.reject(new Error('staff do not send'));
    const abilities = async (to: Ref | undefined): Promise<Abilities> => {
      this.asked.push(to);
      if (this.abilities instanceof Error) throw this.abilities;
      return this.abilities;
    };
    const find = async (attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'> => {
      this.sought.push(attempt);
      if (this.finds instanceof Error) throw this.finds;
      return this.finds;
    };
    return this.canAnswer ? { abilities, send: refuse, find } : undefined;
  }
}

/** Stands in for the pipeline: what a look comes to. */
class Looks extends LookAgain {
  readonly at: string[] = [];
  next: () => Promise<unknown> = async () => {};

  async atThread(threadId: string): Promise<void> {
    this.at.push(threadId);
    await this.next();
  }
}

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, ben, chief, observer, program]: [Actor, Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [town, looks, clock, replies, woken]: [Town, Looks, FakeClock, RepliesAtHand, number] = [] as never;

const person = (id: string): Actor => ({ id, kind: 'person' });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  [ada, ben, chief, observer] = [person(await scene.person(ashford)), person(await scene.person(millbrook)), person(await scene.person(county)), person(await scene.person(ashford, 'observer'))];
  program = { id: newId(), kind: 'token', scopes: ['read', 'draft'] };
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [program.id]);
  await scene.role(program.id, ashford, 'administrator');
  account = await scene.account(ashford);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  [town, looks, clock, woken] = [new Town(), new Looks(), new FakeClock(new Date('2026-03-01T12:00:00Z')), 0];
  replies = replyDesk(database, town, { now: async () => new Date(clock.now()), undoMs, lookAgain: looks, approved: () => void woken++ });
  heard = await scene.heard(ashford);
});

const wish = (told: Partial<DraftWish> = {}): DraftWish => ({
  conversationId: heard.conversation, toPostId: heard.post, accountId: account, text: 'On the shelf by the window.', lang: 'en', ...told,
});
const row = (result: ReplyRow | ReplyError): ReplyRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const drafted = async (): Promise<ReplyRow> => row(await replies.draft(ada, wish()));
const stored = async (id: string): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [id]))[0] ?? {};
const timeline = async (): Promise<string[]> =>
  (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [heard.conversation])).map(({ kind }) => kind);
const audited = async (id: string): Promise<string[]> => (await scene.query<{ action: string }>('select action from audit where subject_id = $1 order by at, id', [id])).map(({ action }) => action);

/** A draft, put into a state as if all that leads there had happened. */
const inState = async (state: ReplyState): Promise<ReplyRow> => {
  const reply = await drafted();
  const isApproved = !['draft', 'in_review', 'withdrawn'].includes(state);
  await scene.query(
    `update reply set state = $2, approved_by = $3, approved_kind = $4, approved_text = case when $3::uuid is null then null else text end, tries = 3,
       first_tried_at = $5, due_at = $5, lease_until = case when $2 = 'sending' then $5::timestamptz end, sent_at = case when $2 = 'sent' then $5::timestamptz end, sent_ref = case when $2 = 'sent' then '{}'::jsonb end where id = $1`,
    [reply.id, state, isApproved ? ada.id : null, isApproved ? 'person' : null, new Date(clock.now())],
  );
  return { ...reply, state };
};

describe('the states of a reply', () => {
  const states: readonly ReplyState[] = ['draft', 'in_review', 'approved', 'sending', 'sent', 'failed', 'unknown', 'withdrawn'];
  const acts: Readonly<Record<string, (reply: ReplyRow) => Promise<ReplyRow | ReplyError>>> = {
    edit: (reply) => replies.edit(ada, reply.id, { text: 'It is out until May.' }),
    submit: (reply) => replies.submit(ada, reply.id),
    approve: (reply) => replies.approve(ada, reply.id, reply.version),
    'take back': (reply) => replies.takeBack(ada, reply.id),
    withdraw: (reply) => replies.withdraw(ada, reply.id),
    'written by hand': (reply) => replies.writtenByHand(ada, reply.id, { version: reply.version }),
    'decide: sent': (reply) => replies.decide(ada, reply.id, true),
    'decide: not sent': (reply) => replies.decide(ada, reply.id, false),
  };
  // Written out, and not read from the lifecycle: what leads where.
  const to: Readonly<Record<string, Partial<Record<ReplyState, ReplyState>>>> = {
    edit: { draft: 'draft', in_review: 'draft', approved: 'draft', failed: 'draft' },
    submit: { draft: 'in_review' },
    approve: { draft: 'approved', in_review: 'approved' },
    'take back': { in_review: 'draft', approved: 'draft' },
    'written by hand': { draft: 'sent', in_review: 'sent', failed: 'sent' },
    withdraw: { draft: 'withdrawn', in_review: 'withdrawn', approved: 'withdrawn', failed: 'withdrawn' },
    'decide: sent': { unknown: 'sent' },
    'decide: not sent': { unknown: 'draft' },
  };
  const table = states.flatMap((state) => Object.keys(acts).map((act) => [state, act, to[act]?.[state]] as const));

  it.each(table)('%s, %s: %s', async (state, act, expected) => {
    const reply = await inState(state);
    const before = [await stored(reply.id), await timeline(), await audited(reply.id)];
    const result = await acts[act]?.(reply);
    if (expected === undefined) {
      expect(result).toMatchObject({ code: 'WRONG_REPLY_STATE', state });
      expect([await stored(reply.id), await timeline(), await audited(reply.id)]).toEqual(before);
    } else {
      expect(result).toMatchObject({ id: reply.id, state: expected, version: reply.version + 1 });
      expect(await stored(reply.id)).toMatchObject({ state: expected });
      expect((await audited(reply.id)).at(-1)).toBe(`reply.${expected}`);
    }
  });

  it('a text has one key for life, which no other has', async () => {
    const [one, other] = [await drafted(), await drafted()];
    expect(one.key).not.toBe(other.key);
    // Nobody has seen it yet.
    row(await replies.edit(ada, one.id, { text: 'It is out until May.' }));
    const reply = await inState('unknown');
    row(await replies.decide(ada, reply.id, false));
    expect([(await stored(one.id))['key'], (await stored(reply.id))['key']]).toEqual([one.key, reply.key]);
    // Whoever sends it anew has all tries before them, and still looks from the first on.
    expect(await stored(reply.id)).toMatchObject({ tries: 0, first_tried_at: new Date(clock.now()) });
  });

  it.each(['failed', 'approved'] as const)('other words after a try in vain are another message, with a key of its own: %s', async (state) => {
    const reply = await inState(state);
    row(await replies.edit(ada, reply.id, { text: reply.text }));
    expect(await stored(reply.id)).toMatchObject({ key: reply.key, first_tried_at: new Date(clock.now()) });
    const again = await inState(state);
    row(await replies.edit(ada, again.id, { text: 'It is out until May.' }));
    expect(await stored(again.id)).toMatchObject({ first_tried_at: null, unproven: false });
    expect((await stored(again.id))['key']).not.toBe(again.key);
  });
});

describe('every act', () => {
  it('is written to the timeline, the audit log and the version of its conversation, and told after the commit', async () => {
    const listening = new pg.Client(database.connection('app'));
    await listening.connect();
    await listening.query('listen earshot_hint');
    const hints: Hint[] = [];
    listening.on('notification', ({ payload = '[]' }) => hints.push(...(JSON.parse(payload) as Hint[])));
    const reply = await drafted();
    row(await replies.submit(ada, reply.id));
    row(await replies.approve(ada, reply.id, 2));
    row(await replies.edit(ada, reply.id, { text: 'It is out until May.', lang: 'en-GB' }));
    row(await replies.withdraw(ada, reply.id));
    await listening.query('select 1');
    await listening.end();
    expect(await timeline()).toEqual(['drafted', 'claimed', 'approved', 'approval-voided', 'withdrawn']);
    expect(await audited(reply.id)).toEqual(['reply.draft', 'reply.in_review', 'reply.approved', 'reply.draft', 'reply.withdrawn']);
    expect(JSON.stringify(await scene.query('select detail from audit where subject_id = $1', [reply.id]))).not.toContain('shelf');
    const told = hints.filter(({ library }) => library === ashford.id);
    expect(told.filter(({ kind }) => kind === 'reply').map(({ id, version }) => [id, version])).toEqual([1, 2, 3, 4, 5].map((version) => [reply.id, version]));
    // To take the thread and to approve are two entries of one act.
    expect(told.filter(({ kind }) => kind === 'conversation').map(({ id, version }) => [id, version])).toEqual([2, 3, 5, 6, 7].map((version) => [heard.conversation, version]));
  });

  it.each([
    ['an observer', () => observer, 'FORBIDDEN'],
    ['somebody of another library', () => ben, 'NOT_FOUND'],
    ['a token that may only read', (): Actor => ({ ...program, scopes: ['read'] }), 'FORBIDDEN'],
  ])('is refused to %s', async (_, actor, code) => {
    const reply = await drafted();
    const attempts = [
      () => replies.draft(actor(), wish()), () => replies.edit(actor(), reply.id, { text: 'mine' }), () => replies.submit(actor(), reply.id), () => replies.approve(actor(), reply.id, 1),
      () => replies.withdraw(actor(), reply.id), () => replies.decide(actor(), reply.id, true), () => replies.abilities(actor(), { toPostId: heard.post, accountId: account }),
    ];
    for (const attempt of attempts) await expect((async () => attempt())()).rejects.toMatchObject({ code });
    expect(await stored(reply.id)).toMatchObject({ version: 1, state: 'draft' });
  });
});

describe('a draft', () => {
  it.each([
    ['nothing', { text: ' \n ' }, 'BAD_INPUT'],
    ['what cannot be stored', { text: 'a\u0000b' }, 'BAD_INPUT'],
    ['more than anybody takes', { text: 'x'.repeat(20_001) }, 'BAD_INPUT'],
    ['no language', { lang: 'plain English' }, 'BAD_INPUT'],
    ['no conversation', { conversationId: newId() }, 'NOT_FOUND'],
    ['no id', { toPostId: "'; drop table reply" }, 'NOT_FOUND'],
    ['no account', { accountId: newId() }, 'NOT_FOUND'],
  ])('of %s is refused', async (_, told, code) => {
    await expect((async () => replies.draft(ada, wish(told)))()).rejects.toMatchObject({ code });
    expect(town.asked).toEqual([]);
  });

  it('is not written to a post of another conversation', async () => {
    const other = await scene.heard(ashford);
    await expect(replies.draft(ada, wish({ toPostId: other.post }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('speaks from an account of its library or of one above, that is there and on', async () => {
    const [above, beside, removed, off] = [await scene.account(county), await scene.account(millbrook), await scene.account(ashford, { removed_at: new Date() }), await scene.account(ashford, { state: 'off' })];
    expect(row(await replies.draft(ada, wish({ accountId: above })))).toMatchObject({ accountId: above, libraryId: ashford.id });
    // The chief sees them all, and still no library speaks in the name of another.
    for (const actor of [ada, chief])
      for (const accountId of [beside, removed, off]) await expect(replies.draft(actor, wish({ accountId }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is written by a token too, at its own library of two that hear the thread', async () => {
    const atMillbrook = await scene.conversation(millbrook, heard.thread);
    const [ours, theirs] = [row(await replies.draft(program, wish())), row(await replies.draft(chief, wish({ conversationId: atMillbrook, accountId: await scene.account(county) })))];
    expect(ours).toMatchObject({ libraryId: ashford.id, conversationId: heard.conversation, draftedBy: program.id });
    expect(theirs).toMatchObject({ libraryId: millbrook.id, conversationId: atMillbrook });
  });

  it('is begun once its thread was looked at, and on what the look brought', async () => {
    looks.next = async () => { expect(town.asked).toEqual([]); await scene.query(`update post set text = 'Never mind' where id = $1`, [heard.post]); };
    await drafted();
    expect(looks.at).toEqual([heard.thread]);
    const into = await scene.conversation(ashford, await scene.thread());
    looks.next = async () => {
      await scene.query('update conversation set merged_into = $2 where id = $1', [heard.conversation, into]);
      await scene.query('update post set thread_id = (select thread_id from conversation where id = $2) where id = $1', [heard.post, into]);
    };
    expect(row(await replies.draft(ada, wish()))).toMatchObject({ conversationId: into });
  });

  it.each([
    ['is gone', `update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, { code: 'POST_GONE' }],
    ['is not heard any more', 'update conversation c set merged_into = c.id from post p where p.id = $1 and p.thread_id = c.thread_id', { code: 'REPLY_NOT_ALLOWED', message: expect.stringContaining('not heard any more') }],
  ])('is not begun where the look brought that the post %s', async (_, sql, problem) => {
    looks.next = () => scene.query(sql, [heard.post]);
    expect(await replies.draft(ada, wish())).toMatchObject(problem);
    expect(town.asked).toEqual([]);
  });

  it('is not looked for by those who may not write one', async () => {
    await expect(replies.draft(observer, wish())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(replies.draft(ben, wish())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(looks.at).toEqual([]);
  });

  it('is written by the id of a conversation that was merged', async () => {
    const loser = await scene.conversation(ashford, await scene.thread(), { merged_into: heard.conversation });
    expect(row(await replies.draft(ada, wish({ conversationId: loser })))).toMatchObject({ conversationId: heard.conversation });
  });
});

describe('what the network allows', () => {
  it.each([
    ['no, and why', { ...yes, reply: 'no', because: 'Only followers may reply.' } satisfies Abilities, { code: 'REPLY_NOT_ALLOWED', message: 'Only followers may reply.' }],
    ['no', { ...yes, reply: 'no' } satisfies Abilities, { code: 'REPLY_NOT_ALLOWED', message: 'The network allows no reply to this post.' }],
    ['nothing, for it is away', new RemoteError('unreachable', 'It does not answer.'), { code: 'REPLY_NOT_ALLOWED', message: 'It does not answer.' }],
    ['less', { ...yes, length: { limit: 26, unit: 'grapheme' } } satisfies Abilities, { code: 'REPLY_TOO_LONG', length: 27, limit: 26, unit: 'grapheme' }],
  ])('%s: no draft, no edit, no approval', async (_, abilities, error) => {
    const reply = await drafted();
    town.abilities = abilities;
    for (const act of [() => replies.draft(ada, wish()), () => replies.edit(ada, reply.id, { text: wish().text }), () => replies.approve(ada, reply.id, 1)]) expect(await act()).toMatchObject(error);
    expect(await stored(reply.id)).toMatchObject({ version: 1, state: 'draft' });
    town.abilities = yes;
    town.canAnswer = false;
    expect(await replies.draft(ada, wish())).toMatchObject({ code: 'REPLY_NOT_ALLOWED', message: expect.stringContaining('taken away') });
  });

  it('is asked for the very post, and told', async () => {
    const [post] = await scene.query<{ remote_id: string }>('select remote_id from post where id = $1', [heard.post]);
    expect(await replies.abilities(ada, { toPostId: heard.post, accountId: account })).toEqual(yes);
    expect(town.asked).toEqual([{ network: 'practice', id: post?.remote_id }]);
    town.abilities = new RemoteError('rate-limited', 'Too many requests.');
    await expect(replies.abilities(ada, { toPostId: heard.post, accountId: account })).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'Too many requests.' });
    town.canAnswer = false;
    expect(await replies.abilities(ada, { toPostId: heard.post, accountId: account })).toMatchObject({ code: 'REPLY_NOT_ALLOWED' });
  });

  it('a fault of the plugin is our fault, and not told as the network’s word', async () => {
    town.abilities = new TypeError('undefined is not a function');
    await expect(replies.draft(ada, wish())).rejects.toThrow(TypeError);
  });

  it('nothing is replied to a post that is gone', async () => {
    const reply = await drafted();
    await scene.query(`update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, [heard.post]);
    for (const act of [() => replies.draft(ada, wish()), () => replies.approve(ada, reply.id, 1)]) expect(await act()).toMatchObject({ code: 'POST_GONE' });
    expect(row(await replies.withdraw(ada, reply.id))).toMatchObject({ state: 'withdrawn' });
  });
});

describe('an approval', () => {
  it('is a person’s, for this very text, and leaves time to take it back', async () => {
    const reply = await drafted();
    await expect((async () => replies.approve(program, reply.id, 1))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(row(await replies.approve(ada, reply.id, 1))).toMatchObject({ state: 'approved', approvedBy: ada.id, dueAt: new Date(clock.now() + undoMs) });
    expect(await stored(reply.id)).toMatchObject({ approved_kind: 'person', approved_text: reply.text });
    expect(woken).toBe(1);
  });

  it('is void once the text changes, whoever changes it', async () => {
    const reply = await drafted();
    row(await replies.approve(ada, reply.id, 1));
    expect(row(await replies.edit(program, reply.id, { text: 'It is out until May.' }))).toMatchObject({ state: 'draft', approvedBy: null, approvedAt: null, dueAt: null, text: 'It is out until May.', lang: 'en' });
    expect(await stored(reply.id)).toMatchObject({ approved_kind: null, approved_text: null });
    // Not even past this code.
    await expect(scene.query(`update reply set state = 'approved', approved_by = $2, approved_kind = 'person', approved_text = 'another' where id = $1`, [reply.id, ada.id])).rejects.toThrow('no_send_without_a_person');
  });

  it('is for the version that was read', async () => {
    const reply = await drafted();
    row(await replies.edit(program, reply.id, { text: 'Buy my book.' }));
    expect(await replies.approve(ada, reply.id, 1)).toMatchObject({ code: 'WRONG_REPLY_STATE', state: 'draft', message: 'It changed since you read it: read it again.' });
    expect(await stored(reply.id)).toMatchObject({ state: 'draft' });
    expect(woken).toBe(0);
  });

  it('of two at once, one holds', async () => {
    const reply = await drafted();
    const results = await Promise.all([replies.approve(ada, reply.id, 1), replies.approve(chief, reply.id, 1)]);
    expect(results.filter((result) => 'code' in result)).toHaveLength(1);
    expect(await timeline()).toEqual(['drafted', 'claimed', 'approved']);
  });

  it('takes the thread, and is not given where another library has it: which, and since when', async () => {
    const reply = await drafted();
    await scene.conversation(millbrook, heard.thread);
    await scene.query('insert into thread_claim(thread_id, library_id, claimed_by, claimed_at) values ($1, $2, $3, $4)', [heard.thread, millbrook.id, ben.id, new Date('2026-03-01T09:00:00Z')]);
    expect(await replies.approve(ada, reply.id, 1)).toMatchObject({ code: 'ALREADY_CLAIMED', libraryId: millbrook.id, message: 'Millbrook answers this thread since 2026-03-01T09:00:00.000Z.' });
    expect([await stored(reply.id), await timeline()]).toMatchObject([{ state: 'draft', version: 1 }, ['drafted']]);
    await scene.query('delete from thread_claim where thread_id = $1', [heard.thread]);
    row(await replies.approve(ada, reply.id, 1));
    expect(await scene.query('select library_id, claimed_by, answered_at from thread_claim where thread_id = $1', [heard.thread])).toEqual([{ library_id: ashford.id, claimed_by: ada.id, answered_at: null }]);
  });

  it('of two libraries at once, one holds', async () => {
    await scene.conversation(millbrook, heard.thread);
    const shared = await scene.account(county);
    const [conversation] = await scene.query<{ id: string }>('select id from conversation where thread_id = $1 and library_id = $2', [heard.thread, millbrook.id]);
    const ours = row(await replies.draft(ada, wish({ accountId: shared })));
    const theirs = row(await replies.draft(ben, wish({ accountId: shared, conversationId: conversation?.id ?? '' })));
    const results = await Promise.all([replies.approve(ada, ours.id, 1), replies.approve(ben, theirs.id, 1)]);
    expect(results.map((result) => ('code' in result ? result.code : result.state)).sort()).toEqual(['ALREADY_CLAIMED', 'approved']);
  });

  it('is not given where the account was turned off meanwhile', async () => {
    const own = await scene.account(ashford);
    const reply = row(await replies.draft(ada, wish({ accountId: own })));
    await scene.query(`update account set state = 'off' where id = $1`, [own]);
    expect(await replies.approve(ada, reply.id, 1)).toMatchObject({ code: 'REPLY_NOT_ALLOWED' });
  });
});

describe('a reply of which nobody knows', () => {
  it('that a person saw on the network, answered its conversation', async () => {
    const reply = await inState('unknown');
    row(await replies.decide(ada, reply.id, true));
    expect(await stored(reply.id)).toMatchObject({ state: 'sent', sent_at: new Date(clock.now()) });
    expect(await scene.query('select state, waiting_on from conversation where id = $1', [heard.conversation])).toEqual([{ state: 'answered', waiting_on: 'author' }]);
    expect(await scene.query('select library_id from thread_claim where thread_id = $1 and answered_at is not null', [heard.thread])).toEqual([{ library_id: ashford.id }]);
    expect(await timeline()).toEqual(['drafted', 'sent']);
  });

  it('is asked for once more before a person is believed that it is not there', async () => {
    const reply = await inState('unknown');
    town.finds = { network: 'practice', id: 'turned up' };
    expect(row(await replies.decide(ada, reply.id, false))).toMatchObject({ state: 'sent' });
    expect(town.sought).toMatchObject([{ key: reply.key, text: reply.text, firstTriedAt: new Date(clock.now()) }]);
    expect(await stored(reply.id)).toMatchObject({ sent_ref: { network: 'practice', id: 'turned up' }, place_due: new Date(clock.now()) });
    expect(await timeline()).toEqual(['drafted', 'sent']);
  });

  it.each([['absent', false], ['cannot-tell', true], [new RemoteError('unreachable', 'away'), true], [new TypeError('a fault'), true]] as const)('is a draft again where the network says %s, and as sure as that', async (found, unproven) => {
    const reply = await inState('unknown');
    town.finds = found;
    expect(row(await replies.decide(ada, reply.id, false))).toMatchObject({ state: 'draft' });
    expect(await stored(reply.id)).toMatchObject({ unproven, key: reply.key });
  });

  it('is not decided by a token', async () => {
    const reply = await inState('unknown');
    for (const sent of [true, false]) await expect((async () => replies.decide(program, reply.id, sent))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
