import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Abilities, type Effects, type Ref, RemoteError } from '@earshot/plugin-sdk';
import { LinksAtHand, checksWith } from '../../../../../test/support/reply-checks.js';
import { type RepliesAtHand, replyDesk } from '../../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, SteadyClient, newId } from '../../database/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import type { NamedClassifier } from '../../understanding/index.js';
import { StopAdministration } from '../../stops/index.js';
import { ReplyPolicies } from '../policy/reply-policies.js';
import { type ReplyPolicy, usualPolicy } from '../policy/reply-policy.row.js';
import type { ReplyRow } from '../reply.row.js';
import { type Sender, Senders } from '../senders.js';
import type { ReplyChecks } from './reply-checks.js';

const day = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * day);

class Town extends Senders {
  abilities: Abilities | Error = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: [] };
  async forAccount(): Promise<Sender> {
    const refuse = (): Promise<never> => Promise.reject(new Error('nothing is sent here'));
    return { abilities: async (_: Ref | undefined) => (this.abilities instanceof Error ? Promise.reject(this.abilities) : this.abilities), send: refuse, find: refuse };
  }
}
const labelled = (id: string, title: string, effects: Effects): NamedClassifier => ({
  id, classifier: { version: '1', languages: 'any', when: 'with-store', labels: [{ id, title, effects }], classify: async (heard) => heard.map(() => []) },
});

let database: Database;
let scene: Scene;
let owner: SteadyClient;
let [county, ashford, millbrook, elsewhere]: [SceneLibrary, SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, bea, ben, cas, observer]: [Actor, Actor, Actor, Actor, Actor] = [] as never;
let [ours, theirs, foreign]: [string, string, string] = [] as never;
let [town, links, checks, replies]: [Town, LinksAtHand, ReplyChecks, RepliesAtHand] = [] as never;

const person = async (at: SceneLibrary, role?: 'observer'): Promise<Actor> => ({ id: await scene.person(at, role), kind: 'person' });
beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  owner = new SteadyClient(test.owner);
  await owner.connect();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook, elsewhere] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county }), await scene.library({ name: 'Farther' })];
  [ada, bea, ben, cas, observer] = [await person(ashford), await person(ashford), await person(millbrook), await person(elsewhere), await person(ashford, 'observer')];
  const us = await scene.profile({ remote_id: 'ashford-library' });
  [ours, theirs, foreign] = [await scene.account(ashford, { profile_id: us }), await scene.account(millbrook), await scene.account(elsewhere)];
});
beforeEach(() => {
  [town, links] = [new Town(), new LinksAtHand()];
  checks = checksWith(database, town, { links, classifiers: [labelled('grief', 'somebody grieves', { holdUnprompted: true }), labelled('need.explicit', 'a need', { attention: 1 })] });
  replies = replyDesk(database, town, { checks });
});
afterAll(async () => {
  await owner.end();
  await scene.close();
  await database.close();
});

type Heard = Awaited<ReturnType<Scene['heard']>>;
interface Writer {
  readonly who: Actor;
  readonly account: string;
}
const inAshford = (): Writer => ({ who: ada, account: ours });
let written = 0;
/** Its words are nobody else's, unless told. */
const drafted = async (heard: Heard, text = `It is on shelf ${++written} by the window, and open until six.`, { who, account }: Writer = inAshford()): Promise<ReplyRow> => {
  const reply = await replies.draft(who, { conversationId: heard.conversation, toPostId: heard.post, accountId: account, text, lang: 'en' });
  if ('code' in reply) throw new Error(reply.message);
  return reply;
};
const codesOf = async (reply: ReplyRow, who = ada): Promise<readonly string[]> => (await checks.of(who, reply.id)).map(({ code }) => code);
const approve = (reply: ReplyRow, who = ada) => replies.approve(who, reply.id, reply.version);
/** Something more by the same person, heard by this library. */
const saysMore = async (author: string, at: SceneLibrary, told: Record<string, unknown> = {}): Promise<Heard> => {
  const thread = await scene.thread();
  const post = await scene.post(thread, { author_id: author, ...told });
  const conversation = await scene.conversation(at, thread, { top_post_id: post });
  await scene.hearing(at, conversation, post);
  return { thread, post, author, conversation };
};

describe('the checks of a reply', () => {
  it('are none where nothing speaks against it', async () => {
    expect(await codesOf(await drafted(await scene.heard(ashford)))).toEqual([]);
  });

  it('say what the network says, and what the words and the links do, what blocks first', async () => {
    const reply = await drafted(await scene.heard(ashford), 'It is open {{hours}}, see https://library.example/hours and https://gone.example/page.');
    links.leads.set('https://library.example/hours', { kind: 'silent', words: 'library.example is busy.' }).set('https://gone.example/page', { kind: 'missing' });
    town.abilities = { reply: 'yes', length: { limit: 20, unit: 'grapheme' }, can: [] };
    expect((await checks.of(ada, reply.id)).map(({ code, blocks }) => [code, blocks])).toEqual([['REPLY_TOO_LONG', true], ['PLACEHOLDERS_LEFT', true], ['LINK_LEADS_NOWHERE', true], ['LINK_SILENT', false]]);
    town.abilities = new RemoteError('unreachable', 'The town is away.');
    expect((await checks.of(ada, reply.id))[0]).toMatchObject({ code: 'REPLY_NOT_ALLOWED', message: 'The town is away.' });
  });

  it('say that the post is gone, or is not heard any more', async () => {
    const heard = await scene.heard(ashford);
    const reply = await drafted(heard);
    await scene.query(`update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, [heard.post]);
    expect(await codesOf(reply)).toEqual(['POST_GONE']);
    await scene.query(`update account set state = 'off' where id = $1`, [ours]);
    expect(await codesOf(reply)).toEqual(['REPLY_NOT_ALLOWED']);
    await scene.query(`update account set state = 'on' where id = $1`, [ours]);
  });

  it('tell the language of the author, and how old the post is', async () => {
    const heard = await scene.heard(ashford);
    await scene.query(`update post set lang = 'es-MX', posted_at = $2 where id = $1`, [heard.post, ago(9)]);
    const told = await checks.of(ada, (await drafted(heard)).id);
    expect(told).toMatchObject([{ code: 'OLD_POST', message: expect.stringContaining('9 days ago') }, { code: 'OTHER_LANGUAGE', lang: 'en', authorLang: 'es-MX' }]);
    expect(await codesOf(await drafted(heard, 'Está en el estante junto a la ventana, y abrimos hasta las seis.'))).not.toContain('OTHER_LANGUAGE');
  });

  it('count who answered: neither its author, nor us', async () => {
    const heard = await scene.heard(ashford);
    const [neighbour, other] = [await scene.profile(), await scene.profile()];
    const [us] = await scene.query<{ profile_id: string }>('select profile_id from account where id = $1', [ours]);
    for (const author_id of [heard.author, us?.profile_id, neighbour, neighbour, other]) await scene.post(heard.thread, { author_id, parent_id: heard.post });
    expect(await checks.of(ada, (await drafted(heard)).id)).toMatchObject([{ code: 'OTHERS_ANSWERED', answers: 2, blocks: false }]);
  });

  it('show what colleagues have in the same conversation, and not what was withdrawn', async () => {
    const heard = await scene.heard(ashford);
    const [first, second, third] = [await drafted(heard), await drafted(heard, 'Another one altogether, by the window.', { who: bea, account: ours }), await drafted(heard, 'A third.')];
    await replies.withdraw(ada, third.id);
    await replies.submit(bea, second.id);
    expect(await checks.of(ada, first.id)).toMatchObject([{ code: 'COLLEAGUE_REPLIES', replyId: second.id, state: 'in_review', byId: bea.id, blocks: false }]);
  });

  it('show who else types in it right now, and whether they have it; not whoever only looks, oneself, or who has been silent', async () => {
    const heard = await scene.heard(ashford);
    const reply = await drafted(heard);
    const say = (who: Actor, word: string): Promise<unknown> => database.as(who.id, (tx) => tx.query('select * from say_presence($1, $2)', [heard.conversation, word]));
    await say(ada, 'typing');
    await say(observer, 'viewing');
    expect(await codesOf(reply)).toEqual([]);
    await say(bea, 'typing');
    const [check] = await checks.of(ada, reply.id);
    expect(check).toMatchObject({ code: 'COLLEAGUE_TYPES', byId: bea.id, hasIt: false, since: expect.any(Date), blocks: false, message: 'A colleague is typing a reply in it right now: ask them first, unless both are wanted.' });
    await scene.query('update conversation set assignee_id = $2 where id = $1', [heard.conversation, bea.id]);
    expect(await checks.of(ada, reply.id)).toMatchObject([{ code: 'COLLEAGUE_TYPES', hasIt: true, message: 'A colleague, who has this conversation, is typing a reply in it right now: ask them first, unless both are wanted.' }]);
    expect(await checks.of(bea, reply.id)).toMatchObject([{ code: 'COLLEAGUE_TYPES', byId: ada.id, hasIt: false }]);
    // It warns, and no more.
    expect(await approve(reply)).toMatchObject({ state: 'approved' });
    await scene.query(`update presence set seen_at = now() - interval '41 seconds' where conversation_id = $1`, [heard.conversation]);
    expect(await codesOf(reply)).toEqual([]);
  });

  it('say that another library took the thread, and nothing of what it does there', async () => {
    const heard = await scene.heard(ashford);
    await scene.conversation(millbrook, heard.thread, { top_post_id: heard.post });
    await scene.query('insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3)', [heard.thread, millbrook.id, ben.id]);
    const reply = await drafted(heard);
    const [check, ...more] = await checks.of(ada, reply.id);
    expect(more).toEqual([]);
    expect(check).toMatchObject({ code: 'OTHER_LIBRARY_ANSWERS', blocks: true, since: expect.any(Date) });
    expect(JSON.stringify(check)).not.toContain(ben.id);
    expect(await approve(reply)).toMatchObject({ code: 'ALREADY_CLAIMED' });
  });

  it('that block claim nothing, and tell nobody', async () => {
    const heard = await scene.heard(ashford);
    expect(await approve(await drafted(heard, 'It is open {{hours}}.'))).toMatchObject({ code: 'REPLY_BLOCKED' });
    expect(await scene.query('select 1 from thread_claim where thread_id = $1', [heard.thread])).toEqual([]);
    expect(await scene.query('select kind from timeline where conversation_id = $1', [heard.conversation])).toEqual([{ kind: 'drafted' }]);
  });

  it('ask for care where what was found asks for it', async () => {
    const heard = await scene.heard(ashford);
    await scene.finding(heard.post, { label: 'grief' });
    await scene.finding(heard.post, { label: 'need.explicit' });
    expect(await checks.of(ada, (await drafted(heard)).id)).toMatchObject([{ code: 'SENSITIVE', titles: ['somebody grieves'], blocks: false }]);
  });

  it('notice the same words to others, whatever their capitals', async () => {
    const words = 'Come by on Thursday, the workshop is free for everybody.';
    for (const _ of [1, 2]) await approve(await drafted(await scene.heard(ashford), words));
    expect(await checks.of(ada, (await drafted(await scene.heard(ashford), words.toUpperCase())).id)).toMatchObject([{ code: 'SAME_WORDS', people: 2, blocks: false }]);
    await scene.query(`update reply set approved_at = $1 where text = $2`, [ago(31), words]);
    expect(await codesOf(await drafted(await scene.heard(ashford), words))).toEqual([]);
  });

  it('are seen by those who may draft, at that library', async () => {
    const { id } = await drafted(await scene.heard(ashford));
    await expect(checks.of(observer, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(checks.of(ben, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(checks.of(ada, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await checks.of({ id: ada.id, kind: 'token', scopes: ['read', 'draft'] }, id)).toEqual([]);
  });
});

describe('one person', () => {
  it('is written to unasked once in seven days, by all libraries of a consortium together', async () => {
    const heard = await scene.heard(ashford);
    const sent = await drafted(heard);
    expect(await approve(sent)).toMatchObject({ state: 'approved' });
    const next = await drafted(await saysMore(heard.author, millbrook), 'We have it too, on the second floor.', { who: ben, account: theirs });
    const [check] = await checks.of(ben, next.id);
    expect(check).toMatchObject({ code: 'UNASKED_LATELY', blocks: true, at: expect.any(Date) });
    expect(JSON.stringify(check)).not.toContain(sent.text);
    expect(await approve(next, ben)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'UNASKED_LATELY' }] });
    // Of another consortium's they know nothing.
    const far = await drafted(await saysMore(heard.author, elsewhere), 'We have it too, far away.', { who: cas, account: foreign });
    expect(await codesOf(far, cas)).toEqual([]);
    await scene.query('update reply set approved_at = $2 where id = $1', [sent.id, ago(7.1)]);
    expect(await approve(next, ben)).toMatchObject({ state: 'approved' });
  });

  it('who speaks to us is answered as often as they do', async () => {
    const heard = await scene.heard(ashford);
    await approve(await drafted(heard));
    const asking = await saysMore(heard.author, ashford, { mentions: ['practice ashford-library'] });
    expect(await approve(await drafted(asking, 'Yes, until six.'))).toMatchObject({ state: 'approved' });
    // What answered a question is no contact unasked.
    await scene.query(`update reply set state = 'withdrawn' where conversation_id = $1`, [heard.conversation]);
    expect(await codesOf(await drafted(await saysMore(heard.author, ashford), 'And the other one is in as well.'))).toEqual([]);
  });

  it('gets one of two replies that are approved in the same moment', async () => {
    const heard = await scene.heard(ashford);
    const both: readonly [ReplyRow, Actor][] = [
      [await drafted(heard), ada],
      [await drafted(await saysMore(heard.author, millbrook), 'We have it too, on the second floor.', { who: ben, account: theirs }), ben],
    ];
    const results = await Promise.all(both.map(([reply, who]) => approve(reply, who)));
    expect(results.map((result) => ('code' in result ? result.code : result.state)).toSorted()).toEqual(['REPLY_BLOCKED', 'approved']);
  });
});

describe('the policy of a library', () => {
  const policies = (): ReplyPolicies => new ReplyPolicies(database, new Permissions(), new Audit());
  const holds = async (policy: Partial<ReplyPolicy> | null, at = ashford): Promise<void> => {
    const who: Actor = { id: await scene.person(at, 'administrator'), kind: 'person' };
    await policies().set(who, { libraryId: at.id, policy: policy === null ? null : { ...usualPolicy, ...policy } });
  };
  const colleague = async (): Promise<Actor> => person(ashford);
  afterEach(async () => void (await scene.query('delete from reply_policy')));

  it('is that of the nearest library that has one, and may be left to those above', async () => {
    const at = (library: SceneLibrary) => database.as(ada.id, (tx) => policies().holdingAt(tx, library.id));
    expect(await at(ashford)).toEqual({ ...usualPolicy, setAt: null });
    await holds({ unaskedDays: 30, secondPerson: ['newcomer', 'newcomer'] }, county);
    expect(await at(ashford)).toEqual({ ...usualPolicy, secondPerson: ['newcomer'], unaskedDays: 30, setAt: county.id });
    await holds({ unaskedDays: 1 });
    expect(await at(ashford)).toMatchObject({ unaskedDays: 1, secondPerson: [], setAt: ashford.id });
    await holds(null);
    expect(await at(ashford)).toMatchObject({ setAt: county.id });
  });

  it('is set by administrators alone, within bounds', async () => {
    const set = (who: Actor, unaskedDays = 7) => policies().set(who, { libraryId: ashford.id, policy: { ...usualPolicy, unaskedDays } });
    await expect(set(ada)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(set(ben)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const chief: Actor = { id: await scene.person(ashford, 'administrator'), kind: 'person' };
    for (const days of [-1, 366, 0.5]) await expect(set(chief, days)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('may leave approving to administrators', async () => {
    await holds({ approvers: 'administrator' });
    const reply = await drafted(await scene.heard(ashford));
    expect(await approve(reply)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_APPROVER' }] });
    const chief: Actor = { id: await scene.person(ashford, 'administrator'), kind: 'person' };
    expect(await approve(reply, chief)).toMatchObject({ state: 'approved' });
  });

  it('may ask for a second person: other than who wrote the words as they are', async () => {
    await holds({ secondPerson: ['always'] });
    const reply = await drafted(await scene.heard(ashford));
    expect(await approve(reply)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'NEEDS_SECOND_PERSON', because: ['always'] }] });
    const other = await colleague();
    const edited = await replies.edit(other, reply.id, { text: 'It is by the window, and we are open until seven.' });
    if ('code' in edited) throw new Error(edited.message);
    expect(await approve(edited, other)).toMatchObject({ code: 'REPLY_BLOCKED' });
    expect(await approve(edited)).toMatchObject({ state: 'approved' });
  });

  it('may ask for it of newcomers, until ten of their drafts were sent', async () => {
    await holds({ secondPerson: ['newcomer'] });
    const other = await colleague();
    const reply = async () => drafted(await scene.heard(ashford), undefined, { who: other, account: ours });
    expect(await codesOf(await reply(), other)).toContain('NEEDS_SECOND_PERSON');
    for (let sent = 0; sent < 10; sent++)
      await scene.query(`update reply set state = 'sent', approved_by = $2, approved_kind = 'person', approved_text = text, sent_at = now() - interval '40 days', sent_ref = '{}' where id = $1`, [(await reply()).id, ada.id]);
    expect(await codesOf(await reply(), other)).toEqual([]);
  });

  it('may ask for it where nobody asked, and where care is asked for', async () => {
    await holds({ secondPerson: ['unasked', 'sensitive'] });
    const [asking, unasked] = [await scene.heard(ashford), await scene.heard(ashford)];
    await scene.query(`update post set mentions = '{practice ashford-library}' where id = $1`, [asking.post]);
    expect(await codesOf(await drafted(asking))).toEqual([]);
    expect(await codesOf(await drafted(unasked, 'We have just the thing by the window.'))).toEqual(['NEEDS_SECOND_PERSON']);
    await scene.finding(asking.post, { label: 'grief' });
    expect(await checks.of(ada, (await drafted(asking, 'We are here until six.')).id)).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'NEEDS_SECOND_PERSON', because: ['sensitive'] })]));
  });

  it('may set no bound to how often somebody is written to unasked', async () => {
    const heard = await scene.heard(ashford);
    await approve(await drafted(heard));
    const more = await drafted(await saysMore(heard.author, ashford), 'And the other one is in as well.');
    expect(await codesOf(more)).toEqual(['UNASKED_LATELY']);
    await holds({ unaskedDays: 0 });
    expect(await approve(more)).toMatchObject({ state: 'approved' });
  });
});

describe('while sending is stopped', () => {
  const stop = (at: SceneLibrary | undefined, what = 'sending'): Promise<unknown> => scene.query(`insert into stop(id, library_id, what, why, by_name) values ($1, $2, $3, 'the wrong account', 'Ann Lee')`, [newId(), at?.id ?? null, what]);
  afterEach(() => scene.query('delete from stop'));

  it.each(['the library', 'one above', 'all'] as const)('at %s, nothing is approved, and it is said who stopped it and why', async (where) => {
    const reply = await drafted(await scene.heard(ashford));
    await stop({ 'the library': ashford, 'one above': county, all: undefined }[where]);
    expect(await approve(reply)).toMatchObject({ code: 'REPLY_BLOCKED', checks: [{ code: 'SENDING_STOPPED', message: 'Sending was stopped by Ann Lee: the wrong account.' }] });
    await scene.query('update stop set resumed_at = now()');
    expect(await approve(reply)).toMatchObject({ state: 'approved' });
  });

  it('elsewhere, or listening alone is, everything is approved as ever', async () => {
    await stop(elsewhere);
    await stop(ashford, 'listening');
    expect(await approve(await drafted(await scene.heard(ashford)))).toMatchObject({ state: 'approved' });
  });

  it('nothing that somebody approves in the same moment stays approved', async () => {
    const administration = new StopAdministration(owner);
    for (let round = 0; round < 8; round++) {
      const reply = await drafted(await scene.heard(ashford));
      const [result] = await Promise.all([approve(reply), administration.stop('everywhere', { what: 'sending', why: 'x', by: 'x' })]);
      expect('code' in result ? result.code : 'REPLY_BLOCKED').toBe('REPLY_BLOCKED');
      expect(await scene.query('select state from reply where id = $1', [reply.id])).toEqual([{ state: 'draft' }]);
      await administration.resume('everywhere');
    }
  });
});
