import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../../test/plugins/fake-clock.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import { Classifiers, type NamedClassifier } from '../../understanding/index.js';
import { Suppression } from '../suppression.js';
import { RetentionPolicies } from './retention-policies.js';
import { wordsOf } from './retention.model.js';
import { RetentionService } from './retention.service.js';

class Labelled extends Classifiers {
  list(): readonly NamedClassifier[] {
    const label = (id: string, effects: object) => ({ id, title: id, effects });
    const labels = [label('need.implicit', { attention: 0.8 }), label('crisis', { blur: true }), label('chatter', { retention: 'short' })];
    return [{ id: 'fixture/all', classifier: { version: '1', labels, languages: 'any', when: 'with-store', classify: async (heard) => heard.map(() => []) } }];
  }
}

const day = 86_400_000;
let [database, scene, clock, retention, policies]: [Database, Scene, FakeClock, RetentionService, RetentionPolicies] = [] as never;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [account, list, chief]: [string, string, Actor] = [] as never;
const suppression = new Suppression('test key');

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county })];
  account = await scene.account(county, { profile_id: await scene.profile() });
  list = await scene.list(county);
  chief = { id: await scene.person(county, 'administrator'), kind: 'person' };
  policies = new RetentionPolicies(database, new Permissions(), new Audit());
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  clock = new FakeClock(new Date());
  retention = new RetentionService(database, suppression, new Labelled(), clock);
  await retention.declareLabels();
});

/** A conversation that was opened now, let in by a follow. */
const heard = async (told: { readonly at?: SceneLibrary; readonly labels?: readonly string[]; readonly follow?: Readonly<Record<string, unknown>>; readonly cause?: string; readonly broughtIn?: true; readonly conversation?: Readonly<Record<string, unknown>> } = {}) => {
  const { at = ashford } = told;
  const here = await scene.heard(at, { text: 'I wonder who mends looms around here', ...(told.conversation === undefined ? {} : { conversation: told.conversation }) });
  const follow = await scene.follow(county, list, account, told.follow ?? {});
  await scene.query('update hearing set follow_id = $2, cause = $3 where conversation_id = $1', [here.conversation, follow, told.cause ?? 'followed']);
  if (told.broughtIn === true) await scene.query('update post set brought_in = true where id = $1', [here.post]);
  for (const label of told.labels ?? []) await scene.finding(here.post, { label, score: 0.9 });
  return { ...here, follow };
};
/** As what it is kept, and for how many days from now. */
const kept = async (conversation: string): Promise<readonly [string | undefined, number, number]> => {
  await retention.workOut();
  const [row] = await scene.query<{ kept_as: string; days: number; words: number }>(
    'select kept_as, round(extract(epoch from keep_until - now()) / 86400)::int as days, round(extract(epoch from words_until - now()) / 86400)::int as words from conversation where id = $1', [conversation]);
  return [row?.kept_as, row?.days ?? 0, row?.words ?? 0];
};
const reply = async (at: { readonly conversation: string; readonly post: string }, state: string): Promise<void> => {
  const approved = state !== 'draft';
  await scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by, state, approved_by, approved_kind, approved_text, sent_at, sent_ref)
     values ($1, $2, $3, $4, $5, $6, 'hello', $7, $8, $9, $10, $11, case when $8 = 'sent' then now() end, case when $8 = 'sent' then '{}'::jsonb end)`,
    [newId(), ashford.id, at.conversation, account, at.post, newId(), chief.id, state, approved ? chief.id : null, approved ? 'person' : null, approved ? 'hello' : null]);
};
const ago = (conversation: string, days: number): Promise<unknown> => scene.query(`update conversation set opened_at = now() - make_interval(days => $2), last_post_at = now() - make_interval(days => $2) where id = $1`, [conversation, days]);
const exists = async (table: string, id: string): Promise<boolean> => (await scene.query(`select 1 from ${table} where id = $1`, [id])).length > 0;
const never = new AbortController().signal;

describe('how long a conversation is kept', () => {
  it.each([
    ['nobody wants anything', {}, ['no-need', 14, 14]],
    ['a need', { labels: ['need.implicit'] }, ['need', 90, 90]],
    ['a need that is sensitive', { labels: ['need.implicit', 'crisis'] }, ['sensitive', 30, 30]],
    ['what is sensitive is not kept for longer than without', { labels: ['crisis'] }, ['sensitive', 14, 14]],
    ['a label for the shortest time', { labels: ['need.implicit', 'chatter'] }, ['need', 7, 7]],
    ['whoever spoke to us', { cause: 'addressed' }, ['need', 90, 90]],
    ['an archive', { follow: { brought_in: true }, labels: ['need.implicit'] }, ['brought-in', 30, 30]],
    ['what staff brought in by hand', { cause: 'brought-in', broughtIn: true, labels: ['need.implicit'] }, ['brought-in', 7, 7]],
    ['the same where it was handed over', { cause: 'handed-over', broughtIn: true }, ['brought-in', 7, 7]],
    ['the same where it was answered', { cause: 'brought-in', broughtIn: true, conversation: { state: 'answered' } }, ['answered', 1095, 7]],
    ['a follow that says so itself', { follow: { keep_days: 3 }, labels: ['need.implicit'] }, ['need', 3, 3]],
    ['a follow that ended', { follow: { removed_at: new Date() }, labels: ['need.implicit'] }, ['context', 7, 7]],
    ['what we answered', { conversation: { state: 'answered' } }, ['answered', 1095, 90]],
  ])('%s', async (_, told, expected) => {
    expect(await kept((await heard(told as never)).conversation)).toEqual(expected);
  });

  it('is, of what we begin, as long as of a need while it is a draft, or withdrawn; and as of what we answered once it is sent', async () => {
    const thread = await scene.thread();
    const conversation = await scene.conversation(ashford, thread, { state: 'begun' });
    const [post, own] = [newId(), `insert into reply(id, library_id, conversation_id, account_id, key, text, drafted_by) values ($1, $2, $3, $4, $1, 'Which book?', $5)`];
    await scene.query(own, [post, ashford.id, conversation, account, chief.id]);
    expect(await kept(conversation)).toEqual(['need', 90, 90]);
    for (const [state, as] of [['withdrawn', ['need', 90, 90]], ['sent', ['answered', 1095, 90]]] as const) {
      await scene.query(`update reply set state = $2, approved_by = $3, approved_kind = 'person', approved_text = text, sent_at = now(), sent_ref = '{}' where id = $1`, [post, state, chief.id]);
      await scene.query('update conversation set version = version where id = $1', [conversation]);
      expect(await kept(conversation)).toEqual(as);
    }
  });

  it('is worked out again when it changes, when its follow ends, and when its list does', async () => {
    const one = await heard({ labels: ['need.implicit'] });
    const other = await heard({ labels: ['need.implicit'] });
    expect(await kept(one.conversation)).toEqual(['need', 90, 90]);
    await scene.query('update follow set removed_at = now() where id = $1', [one.follow]);
    expect(await kept(one.conversation)).toEqual(['context', 7, 7]);
    const version = async (): Promise<unknown> => scene.query('select version from conversation where id = $1', [other.conversation]);
    const before = await version();
    expect(await kept(other.conversation)).toEqual(['need', 90, 90]);
    expect(await version()).toEqual(before);
    await reply(other, 'sent');
    await scene.query(`update conversation set state = 'answered' where id = $1`, [other.conversation]);
    expect(await kept(other.conversation)).toEqual(['answered', 1095, 90]);
  });

  it('is as the nearest library says', async () => {
    await policies.set(chief, { libraryId: county.id, kind: 'need', days: 60 });
    await policies.set(chief, { libraryId: millbrook.id, kind: 'need', days: 20 });
    const [here, there] = [await heard({ labels: ['need.implicit'] }), await heard({ at: millbrook, labels: ['need.implicit'] })];
    expect([(await kept(here.conversation))[1], (await kept(there.conversation))[1]]).toEqual([60, 20]);
    expect(await database.as(chief.id, (tx) => policies.holdingAt(tx, ashford.id))).toContainEqual({ kind: 'need', days: 60, setAt: county.id });
    await policies.set(chief, { libraryId: county.id, kind: 'need', days: null });
    await policies.set(chief, { libraryId: millbrook.id, kind: 'need', days: null });
    expect((await kept(here.conversation))[1]).toBe(90);
    await expect(policies.set(chief, { libraryId: county.id, kind: 'need', days: 0 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('what is over', () => {
  it('is told before, and goes with everything that hangs on it; a count without anybody stays', async () => {
    const at = await heard();
    const parent = await scene.post(at.thread, { known: false, text: null });
    await scene.query('update post set parent_id = $2 where id = $1', [at.post, parent]);
    await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, 'a note')`, [newId(), ashford.id, at.conversation, chief.id]);
    const merged = await scene.conversation(ashford, await scene.thread({ merged_into: at.thread }), { merged_into: at.conversation });
    await ago(at.conversation, 20);
    expect((await retention.preview(county.id)).going).toContainEqual({ libraryId: ashford.id, keptAs: 'no-need', conversations: 1, posts: 1 });
    expect(await exists('post', at.post)).toBe(true);
    expect(await retention.letGo([ashford.id], never)).toMatchObject({ conversations: 1, posts: 1 });
    for (const [table, id] of [['conversation', at.conversation], ['conversation', merged], ['post', at.post], ['post', parent], ['thread', at.thread], ['profile', at.author]] as const) expect([table, await exists(table, id)]).toEqual([table, false]);
    expect(await scene.query('select kept_as, state, conversations, posts from past_count where library_id = $1', [ashford.id])).toEqual([{ kept_as: 'no-need', state: 'open', conversations: 1, posts: 1 }]);
    expect((await retention.preview(county.id)).going).toEqual([]);
  });

  it('goes from a thread that several libraries hear when the last of them lets go', async () => {
    const at = await heard();
    const there = await scene.conversation(millbrook, at.thread, { state: 'answered' });
    await ago(at.conversation, 20);
    expect((await retention.preview(county.id)).going).toEqual([{ libraryId: ashford.id, keptAs: 'no-need', conversations: 1, posts: 0 }]);
    await retention.letGo([ashford.id, millbrook.id], never);
    expect([await exists('conversation', at.conversation), await exists('conversation', there), await exists('post', at.post)]).toEqual([false, true, true]);
    await scene.query(`update conversation set state = 'closed' where id = $1`, [there]);
    await ago(there, 20);
    await retention.letGo([ashford.id, millbrook.id], never);
    expect([await exists('conversation', there), await exists('post', at.post)]).toEqual([false, false]);
  });

  it('waits for a reply that is on its way', async () => {
    const at = await heard();
    await reply(at, 'unknown');
    await scene.query(`update conversation set keep_until = now() - interval '1 day', kept_as = 'no-need' where id = $1`, [at.conversation]);
    await retention.letGo([ashford.id], never);
    expect(await exists('conversation', at.conversation)).toBe(true);
    await scene.query(`update reply set state = 'withdrawn' where conversation_id = $1`, [at.conversation]);
    await retention.letGo([ashford.id], never);
    expect(await exists('conversation', at.conversation)).toBe(false);
  });

  it('is not brought back by an import the next day', async () => {
    const at = await heard();
    const [row] = await scene.query<{ remote_id: string }>('select remote_id from post where id = $1', [at.post]);
    await ago(at.conversation, 20);
    await retention.letGo([ashford.id], never);
    expect(await scene.query(`select kind, until > now() + interval '29 days' as long from suppression where hash = $1`, [suppression.post('practice', row?.remote_id ?? '')])).toEqual([{ kind: 'gone-post', long: true }]);
  });

  it('why something was not kept is remembered for thirty days', async () => {
    for (const [id, days] of [['old', 31], ['young', 29]] as const)
      await scene.query(`insert into not_kept(post, account_id, cause, at) values ($1, $2, 'search', now() - make_interval(days => $3))`, [suppression.post('practice', id), account, days]);
    await retention.letGo([ashford.id], never);
    expect(await scene.query('select post from not_kept')).toEqual([{ post: suppression.post('practice', 'young') }]);
  });

  it('the words of others go from what we answered after 90 days, and the conversation stays with ours', async () => {
    const at = await heard({ conversation: { state: 'answered' } });
    const [us] = await scene.query<{ profile_id: string }>('select profile_id from account where id = $1', [account]);
    const ours = await scene.post(at.thread, { author_id: us?.profile_id, text: 'On the shelf by the window' });
    await ago(at.conversation, 100);
    expect((await retention.preview(county.id)).masked).toBe(1);
    await retention.letGo([ashford.id], never);
    expect(await scene.query('select text, gone_why from post where id = any($1) order by text nulls first', [[at.post, ours]])).toEqual([{ text: null, gone_why: 'expired' }, { text: 'On the shelf by the window', gone_why: null }]);
    expect(await exists('conversation', at.conversation)).toBe(true);
    await retention.letGo([ashford.id], never);
    expect((await retention.preview(county.id)).masked).toBe(0);
  });

  it('the words of others go when the last library lets go of them, however long each keeps its conversation', async () => {
    const at = await heard({ conversation: { state: 'answered' } });
    const there = await scene.conversation(millbrook, at.thread, { state: 'answered' });
    await ago(at.conversation, 100);
    await ago(there, 80);
    await retention.letGo([ashford.id, millbrook.id], never);
    expect(await scene.query('select gone_why from post where id = $1', [at.post])).toEqual([{ gone_why: null }]);
    await ago(there, 100);
    expect((await retention.preview(county.id)).masked).toBe(1);
    await retention.letGo([ashford.id, millbrook.id], never);
    expect(await scene.query('select gone_why from post where id = $1', [at.post])).toEqual([{ gone_why: 'expired' }]);
  });

  it('goes in the last run of the night, although that begins when it is over: what was over by then, and no more', async () => {
    const [by, later] = [await heard(), await heard()];
    await retention.workOut();
    const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
    for (const [{ conversation }, time] of [[by, '04:50'], [later, '05:05']] as const)
      await scene.query('update conversation set keep_until = $2 where id = $1', [conversation, `${day}T${time}:00Z`]);
    const runAt = (time: string): Promise<unknown> => new RetentionService(database, suppression, new Labelled(), new FakeClock(new Date(`${day}T${time}:00Z`))).night(never);
    await runAt('04:11');
    expect([await exists('conversation', by.conversation), await exists('conversation', later.conversation)]).toEqual([true, true]);
    await runAt('05:11');
    expect([await exists('conversation', by.conversation), await exists('conversation', later.conversation)]).toEqual([false, true]);
  });

  it('goes at night, in the time zone of each library', async () => {
    await scene.query(`update library set time_zone = 'Asia/Tokyo' where id = $1`, [ashford.id]);
    const many = [await heard(), await heard(), await heard()];
    for (const { conversation } of many) await ago(conversation, 20);
    const atNoon = new RetentionService(database, suppression, new Labelled(), new FakeClock(new Date(`${new Date().toISOString().slice(0, 10)}T03:00:00Z`)));
    await atNoon.night(never);
    expect(await exists('conversation', many[0]?.conversation ?? '')).toBe(true);
    const atNight = new RetentionService(database, suppression, new Labelled(), new FakeClock(new Date(Date.parse(`${new Date().toISOString().slice(0, 10)}T17:30:00Z`) + day)));
    await atNight.night(never);
    expect(await exists('conversation', many[2]?.conversation ?? '')).toBe(false);
  });

  it('is gone with its thread where it is a draft of our own that nobody sent, and stays where that is about to leave', async () => {
    const alone = await scene.library({ name: 'Alone', parent: county });
    const begin = async (state: string): Promise<{ thread: string; conversation: string }> => {
      const thread = await scene.thread();
      const conversation = await scene.conversation(alone, thread, { state: 'begun' });
      await scene.query(
        `insert into reply(id, library_id, conversation_id, account_id, key, text, drafted_by, state, approved_by, approved_kind, approved_text, due_at, changed_at)
         values ($1, $2, $3, $4, $1, 'Which book?', $5, $6, $5, 'person', 'Which book?', now() + interval '50 days', now() - interval '91 days')`, [newId(), alone.id, conversation, account, chief.id, state]);
      await ago(conversation, 91);
      return { thread, conversation };
    };
    const [draft, approved] = [await begin('draft'), await begin('approved')];
    await retention.letGo([alone.id], never);
    expect([await exists('conversation', draft.conversation), await exists('thread', draft.thread)]).toEqual([false, false]);
    expect([await exists('conversation', approved.conversation), await exists('thread', approved.thread)]).toEqual([true, true]);
  });
});

it('says it in a sentence', () => {
  expect([wordsOf(310, 1_204, 0), wordsOf(1, 1, 2), wordsOf(0, 0, 0)]).toEqual([
    'Tonight 1,204 posts in 310 conversations go.', 'Tonight 1 post in 1 conversation go. The words of 2 posts go from conversations that stay.', 'Tonight nothing goes.',
  ]);
});

it('leaves nothing that would hold back a thread, a post or a conversation: every reference to them is followed', async () => {
  const references = await scene.query<{ name: string }>(
    `select conrelid::regclass || '.' || (select string_agg(attname, ',' order by attname) from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as name
     from pg_constraint where contype = 'f' and confrelid in ('post'::regclass, 'thread'::regclass, 'conversation'::regclass) and confdeltype not in ('c', 'n') order by 1`);
  expect(references.map(({ name }) => name)).toEqual([
    'advice.from_post_id', 'conversation.merged_into', 'conversation.thread_id', 'conversation.top_post_id', 'hearing.post_id', 'post.parent_id', 'post.thread_id', 'reply.sent_post_id', 'reply.to_post_id',
    'thread.merged_into', 'thread_claim.thread_id',
  ]);
});
