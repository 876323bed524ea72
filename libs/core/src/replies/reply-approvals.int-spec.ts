import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type Ref, RemoteError, type SmallAnswer } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { type RepliesAtHand, replyDesk } from '../../../../test/support/reply-desk.js';
import { checksWith } from '../../../../test/support/reply-checks.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { TriageDesk } from '../conversations/index.js';
import { Database, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { ReplyPolicies } from './policy/reply-policies.js';
import { type ReplyPolicy, usualPolicy } from './policy/reply-policy.row.js';
import type { ReplyError } from './reply-error.js';
import type { ReplyRow, ReplyState } from './reply.row.js';
import { type Sender, Senders } from './senders.js';
import { SmallAnswers } from './small-answers.js';

const undoMs = 10_000;
const yes: Abilities = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: ['edit', 'remove', 'like', 'boost', 'follow'] };

class Town extends Senders {
  abilities: Abilities | Error = yes;
  refuses: Error | undefined;
  readonly changed: unknown[] = [];
  readonly given: unknown[] = [];

  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('staff do not send'));
    const note = (into: unknown[]) => async (...told: unknown[]) => {
      if (this.refuses !== undefined) throw this.refuses;
      into.push(told);
    };
    return { abilities: async () => (this.abilities instanceof Error ? Promise.reject(this.abilities) : this.abilities), send: refuse, find: refuse, change: note(this.changed), act: note(this.given) };
  }
}

let database: Database;
let scene: Scene;
let ashford: SceneLibrary;
let [ada, bea, chief, observer, program]: [Actor, Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let us: string;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [town, clock, replies]: [Town, FakeClock, RepliesAtHand] = [] as never;
const addressing = ({ post }: { readonly post: string }): Promise<unknown> => scene.query(`update post set mentions = array(select network || ' ' || remote_id from profile where id = $2) where id = $1`, [post, us]);
const person = (id: string): Actor => ({ id, kind: 'person' });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  ashford = await scene.library({ name: 'Ashford' });
  await scene.query(`update library set time_zone = 'Europe/Berlin' where id = $1`, [ashford.id]);
  [ada, bea, chief, observer] = [
    person(await scene.person(ashford, 'librarian', { name: 'Ada Marsh' })), person(await scene.person(ashford)), person(await scene.person(ashford, 'administrator')), person(await scene.person(ashford, 'observer')),
  ];
  program = { id: newId(), kind: 'token', scopes: ['read', 'draft', 'triage'] };
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [program.id]);
  await scene.role(program.id, ashford, 'administrator');
  us = await scene.profile();
  account = await scene.account(ashford, { profile_id: us });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  [town, clock] = [new Town(), new FakeClock(new Date('2026-03-28T12:00:00Z'))];
  replies = replyDesk(database, town, { now: async () => new Date(clock.now()), undoMs });
  heard = await scene.heard(ashford);
});
afterEach(async () => void (await scene.query('delete from reply_policy')));

const row = (result: ReplyRow | ReplyError): ReplyRow => {
  if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
let written = 0;
const drafted = async (who = ada, toPostId = heard.post): Promise<ReplyRow> =>
  row(await replies.draft(who, { conversationId: heard.conversation, toPostId, accountId: account, text: `It stands on shelf ${++written} by the window.`, lang: 'en' }));
const stored = async (id: string): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [id]))[0] ?? {};
const timeline = async (): Promise<string[]> => (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [heard.conversation])).map(({ kind }) => kind);
const set = (id: string, state: ReplyState): Promise<unknown> => scene.query(
  `update reply set state = $2, sent_at = case when $2 = 'sent' then now() end, sent_ref = case when $2 = 'sent' then jsonb_build_object('network', 'practice', 'id', 'ours-' || id) end,
     approved_by = $3, approved_kind = 'person', approved_text = text where id = $1`, [id, state, ada.id]);
const policy = (told: Partial<ReplyPolicy>): Promise<unknown> => new ReplyPolicies(database, new Permissions(), new Audit()).set(chief, { libraryId: ashford.id, policy: { ...usualPolicy, ...told } });

describe('two replies in one conversation', () => {
  // Who speaks to us is answered as often as they do: nothing is unasked here.
  beforeEach(() => addressing(heard));

  it('of which one was approved meanwhile: the other waits for a word on it', async () => {
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    row(await replies.approve(bea, theirs.id, theirs.version));
    const blocked = await replies.approve(ada, mine.id, mine.version);
    expect(blocked).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'COLLEAGUE_SENDS', replyId: theirs.id, state: 'approved', byId: bea.id }] });
    expect(await stored(mine.id)).toMatchObject({ state: 'draft', version: 1 });
  });
  it('both go, where whoever approves says so', async () => {
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    row(await replies.approve(bea, theirs.id, theirs.version));
    expect(await replies.approve(ada, mine.id, mine.version, { besides: [theirs.id] })).toMatchObject({ state: 'approved' });
    expect(await stored(theirs.id)).toMatchObject({ state: 'approved' });
  });
  it('or one makes way for the other, and the timeline says who did that', async () => {
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    row(await replies.approve(bea, theirs.id, theirs.version));
    expect(await replies.approve(ada, mine.id, mine.version, { insteadOf: [theirs.id] })).toMatchObject({ state: 'approved' });
    expect(await stored(theirs.id)).toMatchObject({ state: 'withdrawn', version: 3 });
    expect((await timeline()).slice(-2)).toEqual(['withdrawn', 'approved']);
    expect(await replies.edit(bea, theirs.id, { text: 'Mine after all.' })).toMatchObject({ code: 'WRONG_REPLY_STATE' });
  });
  it.each<ReplyState>(['sending', 'sent', 'unknown'])('nothing makes way that is %s', async (state) => {
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    await set(theirs.id, state);
    expect(await replies.approve(ada, mine.id, mine.version, { insteadOf: [theirs.id] })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'COLLEAGUE_SENDS', state }] });
    expect(await stored(theirs.id)).toMatchObject({ state });
    expect(await replies.approve(ada, mine.id, mine.version, { besides: [theirs.id] })).toMatchObject({ state: 'approved' });
  });
  it('what was sent before the words were written only warns', async () => {
    const first = await drafted(bea);
    await set(first.id, 'sent');
    const next = await drafted(ada);
    expect(await replies.approve(ada, next.id, next.version)).toMatchObject({ state: 'approved' });
  });
  it('a refused approval withdraws nothing', async () => {
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    row(await replies.approve(bea, theirs.id, theirs.version));
    await policy({ secondPerson: ['always'] });
    expect(await replies.approve(ada, mine.id, mine.version, { insteadOf: [theirs.id] })).toMatchObject({ code: 'REPLY_BLOCKED' });
    expect(await stored(theirs.id)).toMatchObject({ state: 'approved' });
  });
  it('nothing of another conversation makes way, nor of another library', async () => {
    const elsewhere = heard;
    const other = await drafted(bea);
    await expect(replies.approve(ada, other.id, 1, { insteadOf: ['nonsense'] })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'insteadOf' });
    await expect(replies.approve(ada, other.id, 1, { besides: Array.from({ length: 21 }, newId) })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'besides' });
    heard = await scene.heard(ashford);
    const mine = await drafted(ada);
    expect(await replies.approve(ada, mine.id, mine.version, { insteadOf: [other.id, newId()] })).toMatchObject({ state: 'approved' });
    expect(await stored(other.id)).toMatchObject({ state: 'draft', conversation_id: elsewhere.conversation });
  });
  it('that are approved in the same moment, to whichever posts: one is told of the other', async () => {
    for (let round = 0; round < 5; round++) {
      heard = await scene.heard(ashford);
      const further = await scene.post(heard.thread, { author_id: await scene.profile() });
      const [one, other] = [await drafted(ada), await drafted(bea, further)];
      const results = await Promise.all([replies.approve(ada, one.id, 1), replies.approve(bea, other.id, 1)]);
      expect(results.map((result) => ('code' in result ? result.code : result.state)).toSorted()).toEqual(['REPLY_BLOCKED', 'approved']);
    }
  });
  it('to somebody who did not speak to us: one makes way for the other, and both is one too many', async () => {
    heard = await scene.heard(ashford);
    const [mine, theirs] = [await drafted(ada), await drafted(bea)];
    row(await replies.approve(bea, theirs.id, theirs.version));
    expect(await replies.approve(ada, mine.id, mine.version, { besides: [theirs.id] })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'UNASKED_LATELY' }] });
    expect(await replies.approve(ada, mine.id, mine.version, { insteadOf: [theirs.id] })).toMatchObject({ state: 'approved' });
  });
  it('each instead of the other, in the same moment: one goes', async () => {
    for (let round = 0; round < 5; round++) {
      heard = await scene.heard(ashford);
      const [one, other] = [await drafted(ada), await drafted(bea)];
      const results = await Promise.all([replies.approve(ada, one.id, 1, { insteadOf: [other.id] }), replies.approve(bea, other.id, 1, { insteadOf: [one.id] })]);
      expect(results.map((result) => ('code' in result ? result.code : result.state)).toSorted()).toEqual(['WRONG_REPLY_STATE', 'approved']);
      expect([(await stored(one.id))['state'], (await stored(other.id))['state']].toSorted()).toEqual(['approved', 'withdrawn']);
    }
  });
});

describe('when a reply leaves', () => {
  it('is when whoever approves it says', async () => {
    const reply = await drafted();
    const at = new Date(clock.now() + 86_400_000);
    expect(await replies.approve(ada, reply.id, 1, { at })).toMatchObject({ state: 'approved', dueAt: at });
  });
  it('is never before it can be taken back', async () => {
    const reply = await drafted();
    expect(await replies.approve(ada, reply.id, 1, { at: new Date(clock.now() + 1) })).toMatchObject({ dueAt: new Date(clock.now() + undoMs) });
  });
  it.each([['gone by', -1], ['now', 0], ['too far ahead', 61 * 86_400_000], ['no time', Number.NaN]])('is no moment that is %s', async (_, aheadMs) => {
    const reply = await drafted();
    await expect(replies.approve(ada, reply.id, 1, { at: new Date(clock.now() + aheadMs) })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'at' });
    expect(await stored(reply.id)).toMatchObject({ state: 'draft' });
  });
  it('holds nothing up before it, whatever failed before its approval was voided', async () => {
    const reply = await drafted();
    // As a merge of conversations leaves it, or the leaving of its approver.
    await scene.query(`update reply set tries = 2, failure_kind = 'unreachable', failure_words = 'It was away.' where id = $1`, [reply.id]);
    row(await replies.approve(ada, reply.id, 1, { at: new Date(clock.now() + 86_400_000) }));
    expect(await stored(reply.id)).toMatchObject({ state: 'approved', tries: 0, failure_kind: null, failure_words: null });
  });
  it('can be undone until then: it is a draft again, with its words', async () => {
    const reply = row(await replies.approve(ada, (await drafted()).id, 1, { at: new Date(clock.now() + 3_600_000) }));
    expect(await replies.takeBack(bea, reply.id)).toMatchObject({ state: 'draft', text: reply.text, dueAt: null, approvedBy: null, version: reply.version + 1 });
    expect((await timeline()).at(-1)).toBe('approval-voided');
    await expect((async () => replies.takeBack(observer, reply.id))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
  it('is given back to its writer, where it waits for its approval', async () => {
    const reply = row(await replies.submit(ada, (await drafted()).id));
    expect(await replies.takeBack(bea, reply.id)).toMatchObject({ state: 'draft', draftedBy: ada.id });
  });
});

describe('quiet hours', () => {
  const codesAt = async (at: string): Promise<unknown[]> => {
    const checks = await checksWith(database, town).of(ada, (await drafted()).id, new Date(at));
    return checks.filter(({ code }) => code === 'QUIET_HOURS').map((check) => ({ ...check }));
  };
  it.each([
    ['before them', '2026-03-27T19:59:00Z', undefined],
    ['in the evening', '2026-03-27T20:00:00Z', '2026-03-28T06:30:00Z'],
    ['after midnight', '2026-03-28T02:00:00Z', '2026-03-28T06:30:00Z'],
    ['after them', '2026-03-28T06:30:00Z', undefined],
    // Clocks go forward in the night to 29 March 2026, at 01:00 UTC.
    ['in the night in which clocks go forward', '2026-03-28T21:00:00Z', '2026-03-29T05:30:00Z'],
  ])('over midnight, by the clock of the library: %s', async (_, at, until) => {
    await policy({ quietHours: { from: '21:00', until: '07:30' } });
    expect(await codesAt(at)).toMatchObject(until === undefined ? [] : [{ blocks: false, until: new Date(until) }]);
  });
  it.each([['in them', '2026-03-27T11:30:00Z', '2026-03-27T12:00:00Z'], ['in the evening', '2026-03-27T20:00:00Z', undefined]])('at noon: %s', async (_, at, until) => {
    await policy({ quietHours: { from: '12:00', until: '13:00' } });
    expect(await codesAt(at)).toMatchObject(until === undefined ? [] : [{ until: new Date(until) }]);
  });
  it.each([['25:00', '07:00'], ['7:00', '08:00'], ['21:00', '21:00'], ['', '']])('from %s until %s are none', async (from, until) => {
    await expect(policy({ quietHours: { from, until } })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'quietHours' });
  });
});

describe('a signature', () => {
  const signature = (who: Actor) => database.as(who.id, (tx) => new ReplyPolicies(database, new Permissions(), new Audit()).signature(tx, { libraryId: ashford.id, actorId: who.id }));
  const unsigned = async (text: string): Promise<boolean> => {
    const reply = row(await replies.edit(ada, (await drafted()).id, { text }));
    return (await checksWith(database, town).of(ada, reply.id)).some(({ code }) => code === 'UNSIGNED');
  };
  it('is filled in for whoever writes', async () => {
    expect(await signature(ada)).toBe('');
    await policy({ signature: '– {{first name}}, {{ library }}' });
    expect(await signature(ada)).toBe('– Ada, Ashford');
  });
  it('is missed where it is not there', async () => {
    expect(await unsigned('By the window.')).toBe(false);
    await policy({ signature: '(a.m.) {{first name}}' });
    expect(await unsigned('By the window.')).toBe(true);
    expect(await unsigned('By the window. (a.m.)\n Bea  ')).toBe(false);
    expect(await unsigned('By the window. xa.m.x Bea')).toBe(true);
    expect(await unsigned('(a.m.) Bea would know. By the window, I think, and otherwise somewhere that I do not know of; ask at the desk, for they have it, and will be glad to show you where all of that is kept, as they did in March')).toBe(true);
  });
  it.each(['{{desk}}', '{{first name}} {{first name}} {{library}}', 'x'.repeat(101)])('cannot be %s', async (text) => {
    await expect(policy({ signature: text })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'signature' });
  });
});

describe('a reply that is written by hand', () => {
  beforeEach(() => void (town.abilities = { ...yes, reply: 'by-hand', can: [] }));

  it('is drafted and edited here, and cannot be approved', async () => {
    const reply = row(await replies.edit(ada, (await drafted()).id, { text: 'On the second floor.' }));
    expect(await replies.approve(ada, reply.id, reply.version)).toMatchObject({ code: 'REPLY_BY_HAND', blocks: true });
    expect(await checksWith(database, town).of(ada, reply.id)).toMatchObject([{ code: 'REPLY_BY_HAND' }]);
  });
  it('is sent once a person says so, who answers for it', async () => {
    const reply = await drafted();
    expect(await replies.writtenByHand(bea, reply.id, { version: 1, url: ' https://town.example/@lib/7 ' })).toMatchObject({ state: 'sent', approvedBy: bea.id, sentAt: new Date(clock.now()) });
    expect(await stored(reply.id)).toMatchObject({ sent_ref: { byHand: true, url: 'https://town.example/@lib/7' }, approved_text: reply.text, place_due: null });
    expect((await scene.query('select state, waiting_on from conversation where id = $1', [heard.conversation]))[0]).toEqual({ state: 'answered', waiting_on: 'author' });
    expect(await scene.query('select library_id, answered_at from thread_claim where thread_id = $1', [heard.thread])).toEqual([{ library_id: ashford.id, answered_at: new Date(clock.now()) }]);
    expect((await timeline()).slice(-2)).toEqual(['claimed', 'sent']);
    expect((await timeline()).at(-1)).toBe('sent');
  });
  it('is not, by a program, an observer, in another version, or where something blocks it', async () => {
    const reply = await drafted();
    for (const who of [program, observer]) await expect((async () => replies.writtenByHand(who, reply.id, { version: 1 }))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await replies.writtenByHand(ada, reply.id, { version: 2 })).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    await expect(replies.writtenByHand(ada, reply.id, { version: 1, url: 'javascript:alert(1)' })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'url' });
    await policy({ secondPerson: ['always'] });
    expect(await replies.writtenByHand(ada, reply.id, { version: 1 })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_SECOND_PERSON' }] });
    const placeholder = row(await replies.edit(bea, reply.id, { text: 'Open until {{closing time}}.' }));
    expect(await replies.writtenByHand(ada, reply.id, { version: placeholder.version })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'PLACEHOLDERS_LEFT' }] });
    town.abilities = { ...yes, reply: 'no', because: 'Its author refuses to be answered.' };
    expect(await replies.writtenByHand(ada, reply.id, { version: placeholder.version })).toMatchObject({ code: 'REPLY_NOT_ALLOWED', message: 'Its author refuses to be answered.' });
    expect(await stored(reply.id)).toMatchObject({ state: 'draft' });
  });
});

describe('a reply that is out', () => {
  const sent = async (): Promise<{ reply: ReplyRow; ref: Ref }> => {
    const reply = await drafted();
    await set(reply.id, 'sent');
    await scene.query(`update conversation set state = 'answered', waiting_on = 'author' where id = $1`, [heard.conversation]);
    return { reply, ref: { network: 'practice', id: `ours-${reply.id}` } };
  };
  it('gets other words, for which whoever wrote them answers', async () => {
    const { reply, ref } = await sent();
    expect(await replies.amend(bea, reply.id, { version: 1, text: 'On the third floor.' })).toMatchObject({ state: 'sent', text: 'On the third floor.', approvedBy: bea.id, version: 2 });
    expect(town.changed).toEqual([[ref, { text: 'On the third floor.' }]]);
    expect(await stored(reply.id)).toMatchObject({ approved_text: 'On the third floor.', written_by: bea.id });
    expect((await timeline()).at(-1)).toBe('amended');
  });
  it('is taken back, and the conversation waits for us again', async () => {
    const { reply, ref } = await sent();
    expect(await replies.remove(ada, reply.id, 1)).toMatchObject({ state: 'withdrawn', version: 2 });
    expect(town.changed).toEqual([[ref, 'removed']]);
    expect((await scene.query('select state, waiting_on from conversation where id = $1', [heard.conversation]))[0]).toEqual({ state: 'open', waiting_on: 'us' });
    expect((await timeline()).at(-1)).toBe('removed');
  });
  it('and the conversation does not, where another answer stands', async () => {
    const { reply } = await sent();
    await set((await drafted(bea)).id, 'sent');
    row(await replies.remove(ada, reply.id, 1));
    expect((await scene.query('select state from conversation where id = $1', [heard.conversation]))[0]).toEqual({ state: 'answered' });
  });
  const refusals: [string, () => void | Promise<unknown>, object][] = [
    ['the network cannot', () => void (town.abilities = { ...yes, can: [] }), { code: 'REPLY_NOT_ALLOWED' }],
    ['the network does not answer', () => void (town.refuses = new RemoteError('unreachable', 'It is away.')), { code: 'REPLY_NOT_ALLOWED', message: 'It is away.' }],
    ['nobody knows its name there', () => scene.query(`update reply set sent_ref = '{"decided":true}' where state = 'sent'`), { code: 'REPLY_NOT_ALLOWED', message: expect.stringContaining('by hand') }],
  ];
  it.each(refusals)('stays as it is where %s', async (_, happens, error) => {
    const { reply } = await sent();
    await happens();
    expect(await replies.amend(ada, reply.id, { version: 1, text: 'On the third floor.' })).toMatchObject(error);
    expect(await replies.remove(ada, reply.id, 1)).toMatchObject(error);
    expect(await stored(reply.id)).toMatchObject({ state: 'sent', text: reply.text, version: 1 });
    expect(town.changed).toEqual([]);
  });
  it('stays as it is for a program, an observer, in another version, and where the policy or the words speak against it', async () => {
    const { reply } = await sent();
    for (const who of [program, observer]) {
      await expect((async () => replies.amend(who, reply.id, { version: 1, text: 'x' }))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect((async () => replies.remove(who, reply.id, 1))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await replies.amend(ada, reply.id, { version: 7, text: 'x' })).toMatchObject({ code: 'WRONG_REPLY_STATE' });
    expect(await replies.amend(ada, reply.id, { version: 1, text: 'x'.repeat(301) })).toMatchObject({ code: 'REPLY_TOO_LONG', limit: 300 });
    expect(await replies.amend(ada, reply.id, { version: 1, text: 'Until {{when}}.' })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'PLACEHOLDERS_LEFT' }] });
    await policy({ secondPerson: ['always'] });
    expect(await replies.amend(bea, reply.id, { version: 1, text: 'On the third floor.' })).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_SECOND_PERSON' }] });
    expect(town.changed).toEqual([]);
  });
  it.each<ReplyState>(['draft', 'approved', 'sending', 'unknown', 'withdrawn'])('%s is not out', async (state) => {
    const reply = await drafted();
    await set(reply.id, state);
    expect(await replies.amend(ada, reply.id, { version: 1, text: 'x' })).toMatchObject({ code: 'WRONG_REPLY_STATE', state });
    expect(await replies.remove(ada, reply.id, 1)).toMatchObject({ code: 'WRONG_REPLY_STATE', state });
  });
});

describe('a small answer', () => {
  const give = (who: Actor, what: SmallAnswer = 'like') =>
    new SmallAnswers(replies.desk, new TriageDesk(database, new Permissions(), new Audit()), town, checksWith(database, town)).give(who, { conversationId: heard.conversation, postId: heard.post, accountId: account, what });

  it('is given at once, and told once', async () => {
    const [post] = await scene.query<{ remote_id: string }>('select remote_id from post where id = $1', [heard.post]);
    expect(await give(ada)).toMatchObject({ id: heard.conversation });
    await give(ada);
    await give(ada, 'boost');
    await give(ada, 'follow');
    expect(town.given.splice(3)).toEqual([[{ network: 'practice', id: post?.remote_id }, 'follow']]);
    expect(town.given).toEqual([[{ network: 'practice', id: post?.remote_id }, 'like'], [{ network: 'practice', id: post?.remote_id }, 'like'], [{ network: 'practice', id: post?.remote_id }, 'boost']]);
    expect(await timeline()).toEqual(['liked', 'boosted', 'followed-back']);
  });
  it('is given by people alone', async () => {
    for (const who of [program, observer]) await expect((async () => give(who))()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
  it('is not given to whoever refuses, nor where the network fails, sending is stopped or the post is gone', async () => {
    town.abilities = { ...yes, reply: 'no', because: 'Its author refuses to be answered.', can: [] };
    expect(await give(ada)).toMatchObject({ code: 'REPLY_NOT_ALLOWED', message: 'Its author refuses to be answered.' });
    town.abilities = yes;
    town.refuses = new RemoteError('rejected', 'They have blocked us.');
    expect(await give(ada)).toMatchObject({ code: 'REPLY_NOT_ALLOWED', message: 'They have blocked us.' });
    town.refuses = undefined;
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values ($1, $2, 'sending', 'We think.', 'Ada')`, [newId(), ashford.id]);
    expect(await give(ada)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'SENDING_STOPPED' }] });
    await scene.query('delete from stop');
    await scene.query(`update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, [heard.post]);
    expect(await give(ada)).toMatchObject({ code: 'POST_GONE' });
    expect([town.given, await timeline()]).toEqual([[], []]);
  });
});
