import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { MailBox, type Received } from '../../../../test/support/mail-box.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { collectedLog } from '../../../../test/support/output/collected-log.js';
import { Secret } from '../config/secret.js';
import { deriveSecret } from '../config/index.js';
import { Database, newId } from '../database/index.js';
import { DeliveriesRepository } from './mail/deliveries.repository.js';
import { MailServer, NoticeMailer, NoticeOptions, Notices, type Occasion, Rounds, ToldPeople, VapidKey } from './index.js';
import { StopsAtMachine } from './stops-at-machine.js';

const publicUrl = 'https://earshot.library.example';
const vapid = new VapidKey(deriveSecret(Buffer.alloc(32, 7), 'push'), publicUrl);
const never = new AbortController().signal;

let scene: Scene;
let database: Database;
let box: MailBox;
let clock: FakeClock;
let people: ToldPeople;
let mailer: NoticeMailer;
let rounds: Rounds;
let county: SceneLibrary, ashford: SceneLibrary;
let [chief, head, ada, ben, observer]: [string, string, string, string, string] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [] });
  box = await MailBox.open();
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  await scene.query(`update library set time_zone = 'America/New_York'`);
  chief = await scene.person(county, 'administrator', { name: 'Cora' });
  head = await scene.person(ashford, 'administrator', { name: 'Hal' });
  ada = await scene.person(ashford, 'librarian', { name: 'Ada' });
  ben = await scene.person(ashford, 'librarian', { name: 'Ben' });
  observer = await scene.person(ashford, 'observer', { name: 'Olu' });
});
// A Wednesday, 12:00 there.
beforeEach(() => turnTo('2026-01-14T17:00:00Z'));
afterEach(async () => {
  box.received.splice(0);
  box.refused.clear();
  for (const table of ['notice', 'notice_preference', 'notice_policy', 'stop', 'conversation']) await scene.query(`delete from ${table}`);
  await scene.query('update actor set deactivated_at = null');
});
afterAll(async () => {
  await box.down();
  await database.close();
  await scene.close();
});

const turnTo = (at: string, mail = new MailServer(new Secret(box.url), 'Earshot <earshot@library.example>')): void => {
  clock = new FakeClock(new Date(at));
  build(mail);
};
const build = (mail: MailServer | undefined): void => {
  const options = new NoticeOptions({ mail, publicUrl, vapid, now: () => Promise.resolve(new Date(clock.now())), log: collectedLog().logger('notices') });
  people = new ToldPeople(options);
  mailer = new NoticeMailer(database, new DeliveriesRepository(), options);
  rounds = new Rounds(database, people, options);
};
const minutes = (count: number): void => clock.advance(count * 60_000);
const tell = (occasion: Occasion, at = ashford): Promise<void> => database.working(at.system, (tx) => people.tell(tx, at.id, occasion));
const send = (): Promise<number> => mailer.run(never);
const at = (text: string): Date => new Date(text);

interface Noted { person: string; kind: string; title: string; body: string; path: string; shown: boolean; seen: boolean }
const notices = (): Promise<Noted[]> => scene.query<Noted & Record<string, unknown>>('select person_id as person, kind, title, body, path, shown, seen_at is not null as seen from notice order by told_at, person_id');
const deliveries = () => scene.query<{ way: string; state: string; due_at: Date; words: string | null; tries: number }>('select way, state, due_at, words, tries from notice_delivery order by due_at, notice_id, way');
const emailOf = async (person: string): Promise<string> => (await scene.query<{ email: string }>('select email from person where actor_id = $1', [person]))[0]?.email ?? '';
const prefer = (person: string, told: { readonly ways?: object; readonly hours?: number[]; readonly days?: number[]; readonly quiet?: readonly [number, number] }): Promise<unknown> =>
  scene.query('insert into notice_preference(person_id, ways, digest_hours, digest_days, quiet_from, quiet_until) values ($1, $2, $3, $4, $5, $6)', [person, JSON.stringify(told.ways ?? {}), told.hours ?? [8], told.days ?? [1, 2, 3, 4, 5, 6, 7], told.quiet?.[0] ?? null, told.quiet?.[1] ?? null]);
const seen = (person: string): Promise<unknown> => scene.query('update notice set seen_at = now() where person_id = $1', [person]);
const assigned = async (to: string, key = 'a1'): Promise<Occasion & { readonly what: 'assigned' }> => {
  const { conversation } = await scene.heard(ashford, { text: 'Could I build a wine cellar?', conversation: { assignee_id: to } });
  return { what: 'assigned', key, conversationId: conversation, by: ada, to };
};
const account = (): Promise<string> => scene.account(ashford, { health: 'failed', name: 'Our “town” account' });
const inReview = async (): Promise<{ readonly replyId: string; readonly conversationId: string }> => {
  const { conversation, post } = await scene.heard(ashford);
  const replyId = newId();
  await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, written_by) values ($1, $2, $3, $4, $5, $1, 'Come by on Thursday.', 'in_review', $6, $6)`, [replyId, ashford.id, conversation, await account(), post, ada]);
  return { replyId, conversationId: conversation };
};
const only = (): Received => {
  expect(box.received).toHaveLength(1);
  return box.received[0] as Received;
};

describe('who is told', () => {
  const toldOf = async (occasion: Occasion): Promise<string[]> => {
    await tell(occasion);
    return (await notices()).map(({ person }) => person).sort();
  };
  const all = (...ids: string[]): string[] => ids.sort();

  it('is whoever it was given to, as long as it is theirs', async () => {
    const occasion = await assigned(ben);
    await tell(occasion);
    expect(await notices()).toEqual([{ person: ben, kind: 'assigned', title: 'Ada gave you a conversation', body: 'Ada gave you a conversation: it is yours to answer.', path: `/conversations/${occasion.conversationId}`, shown: true, seen: false }]);
    expect(await toldOf({ ...(await assigned(ben)), to: head })).toEqual([ben]);
  });
  it('is whoever was mentioned, and not who wrote', async () => {
    const { conversation } = await scene.heard(ashford);
    expect(await toldOf({ what: 'mentioned', key: 'm1', conversationId: conversation, by: ada, actorIds: [ada, ben, observer] })).toEqual(all(ben, observer));
  });
  it('is whom it was handed over to, or whoever works there', async () => {
    const { conversation } = await scene.heard(ashford);
    expect(await toldOf({ what: 'handed-over', key: 'h1', conversationId: conversation, by: ada, to: ben })).toEqual([ben]);
    expect(await toldOf({ what: 'handed-over', key: 'h2', conversationId: conversation, by: ada, to: null })).toEqual(all(ben, chief, head));
  });
  it('are administrators of the library and of those above, of an account in trouble', async () => {
    expect(await toldOf({ what: 'failed', key: 'f1', accountId: await account() })).toEqual(all(chief, head));
  });
  it('is whoever works there, of a crisis', async () => {
    const { conversation } = await scene.heard(ashford);
    expect(await toldOf({ what: 'crisis', key: 'c1', conversationId: conversation })).toEqual(all(ada, ben, chief, head));
  });
  it.each([['librarian', () => all(ben, chief)], ['administrator', () => [chief]]] as const)('are those who may approve, where that is a %s', async (approvers, told) => {
    expect(await toldOf({ what: 'approval', key: 'r1', ...(await inReview()), by: head, approvers, but: [ada] })).toEqual(told());
  });
  it('is nobody, where the draft was approved meanwhile, and the stand-in where it was not', async () => {
    const reply = await inReview();
    expect(await toldOf({ what: 'approval-late', key: 'l1', ...reply, to: head })).toEqual([head]);
    await scene.query(`update reply set state = 'withdrawn' where id = $1`, [reply.replyId]);
    await scene.query('delete from notice');
    expect(await toldOf({ what: 'approval-late', key: 'l2', ...reply, to: head })).toEqual([]);
  });
  it('is whoever has the conversation in which somebody answered, else those whose words they answered', async () => {
    const { conversationId, replyId } = await inReview();
    await scene.query(`update reply set state = 'sent', approved_by = $2, approved_kind = 'person', approved_text = text, sent_at = now(), sent_ref = '{}' where id = $1`, [replyId, head]);
    expect(await toldOf({ what: 'answered', key: 'w1', conversationId })).toEqual(all(ada, head));
    await scene.query('update conversation set assignee_id = $2 where id = $1', [conversationId, ben]);
    await scene.query('delete from notice');
    expect(await toldOf({ what: 'answered', key: 'w2', conversationId })).toEqual([ben]);
  });
  it('is who wrote and who approved a post of our own under which somebody wrote, and who may approve one is told that it is one', async () => {
    const { conversationId, replyId } = await inReview();
    await scene.query('update reply set to_post_id = null where id = $1', [replyId]);
    await tell({ what: 'approval', key: 'r2', conversationId, replyId, by: ada, approvers: 'administrator', but: [head] });
    expect((await notices())[0]?.body).toBe('Ada wrote a post that somebody has to approve before it is sent.');
    await scene.query('delete from notice');
    await scene.query(`update reply set state = 'sent', approved_by = $2, approved_kind = 'person', approved_text = text, sent_at = now(), sent_ref = '{}' where id = $1`, [replyId, head]);
    expect(await toldOf({ what: 'answered', key: 'w3', conversationId })).toEqual(all(ada, head));
    expect((await notices())[0]).toMatchObject({ title: 'Somebody answered you', body: 'Somebody wrote under what you posted: the conversation is open.' });
  });
  it('is whoever works there, but who did it, of a stop', async () => {
    const stopId = newId();
    await scene.query(`insert into stop(id, library_id, what, why, stopped_by, by_name) values ($1, $2, 'sending', 'the server moves', $3, 'Hal')`, [stopId, ashford.id, head]);
    expect(await toldOf({ what: 'stopped', key: 's1', stopId })).toEqual(all(ada, ben, chief));
    expect((await notices())[0]).toMatchObject({ title: 'Sending is stopped', body: 'Sending was stopped by Hal: the server moves. It goes on once somebody resumes it.', path: `/libraries/${ashford.id}` });
  });
  it('is, once, whoever works below what was stopped at the machine, where nobody runs who could tell them', async () => {
    const stop = async (library: string | null, more: object = {}): Promise<string> => {
      const [row] = await scene.query<{ id: string }>(`insert into stop(id, library_id, what, why, by_name, resumed_at, told_at) values ($1, $2, 'all', 'x', 'root', $3, $4) returning id`, [newId(), library, 'resumed' in more ? new Date() : null, 'told' in more ? new Date() : null]);
      return row?.id ?? '';
    };
    const [above, everywhere] = [await stop(county.id), await stop(null)];
    await stop(ashford.id, { resumed: true });
    await stop(ashford.id, { told: true });
    const jobs = new JobsAtHand();
    const stops = new StopsAtMachine(jobs, database, new Notices(jobs));
    for (let time = 0; time < 2; time++) await stops.tell();
    const told = jobs.waiting.map(({ data, options }) => [options.libraryId, (data as { stopId: string }).stopId]);
    expect(told).toHaveLength(4);
    expect(told).toEqual(expect.arrayContaining([[county.id, above], [ashford.id, above], [county.id, everywhere], [ashford.id, everywhere]]));
  });
  it('is not whoever left, or has no role there any more', async () => {
    await scene.query('update actor set deactivated_at = now() where id = $1', [ben]);
    expect(await toldOf(await assigned(ben))).toEqual([]);
    const elsewhere = await scene.person(county, 'observer');
    await scene.query('delete from actor_role where actor_id = $1', [elsewhere]);
    expect(await toldOf({ what: 'mentioned', key: 'm2', conversationId: (await scene.heard(ashford)).conversation, by: ada, actorIds: [elsewhere] })).toEqual([]);
  });
  it('is not whoever wants to hear nothing of it', async () => {
    await prefer(ben, { ways: { assigned: [] } });
    expect(await toldOf(await assigned(ben))).toEqual([]);
  });
});

describe('one thing', () => {
  it('has one notice, however often it is told', async () => {
    const occasion = await assigned(ben);
    await tell(occasion);
    await seen(ben);
    await tell(occasion);
    expect((await notices()).map((notice) => notice.seen)).toEqual([true]);
    await tell({ ...occasion, key: 'a2', by: head });
    expect(await notices()).toMatchObject([{ title: 'Hal gave you a conversation', seen: false }]);
  });
  it('is sent again once it had been seen, and not to whoever has yet to look', async () => {
    const occasion = await assigned(ben);
    await tell(occasion);
    expect(await send()).toBe(1);
    await tell({ ...occasion, key: 'a2' });
    expect(await send()).toBe(0);
    await seen(ben);
    await tell({ ...occasion, key: 'a3' });
    expect(await send()).toBe(1);
  });
  it('is told once by two who tell it at the same time', async () => {
    const occasion = await assigned(ben);
    await Promise.all([tell(occasion), tell(occasion), tell(occasion)]);
    await Promise.all([send(), send()]);
    expect([(await notices()).length, box.received.length]).toEqual([1, 1]);
  });
});

describe('a mail', () => {
  it('says what it is about, in words of ours, and leads to it', async () => {
    const occasion = await assigned(ben);
    await scene.query(`update conversation set top_post_id = (select id from post p where p.thread_id = conversation.thread_id)`);
    const [post] = await scene.query<{ id: string }>('select top_post_id as id from conversation where id = $1', [occasion.conversationId]);
    await scene.finding(post?.id ?? '', { restated: 'how to keep <wine> in a basement' });
    await tell(occasion);
    await send();
    const { headers, body, raw, to, from } = only();
    expect([to, from]).toEqual([[await emailOf(ben)], 'earshot@library.example']);
    expect(headers.get('subject')).toBe('Ashford: Ada gave you a conversation');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('list-unsubscribe')).toContain(`<${publicUrl}/notices/preferences>`);
    expect(headers.get('message-id')).toMatch(/^<[0-9a-f-]{36}@earshot\.library\.example>$/);
    expect(headers.get('references')).toBe(`<conversation.${occasion.conversationId}@earshot.library.example>`);
    expect(headers.get('date')).toBe('Wed, 14 Jan 2026 17:00:00 +0000');
    expect(body).toContain(`Ada gave you a conversation\r\n\r\nAda gave you a conversation: it is yours to answer.\r\nThe need: how to keep <wine> in a basement\r\n\r\n${publicUrl}/conversations/${occasion.conversationId}`);
    expect(body).toContain('<p>The need: how to keep &#60;wine&#62; in a basement</p>');
    expect(raw).toContain('multipart/alternative');
  });
  it('holds neither a post nor who wrote it, unless the library wants that', async () => {
    const occasion = await assigned(ben);
    await scene.query(`update conversation set top_post_id = (select id from post p where p.thread_id = conversation.thread_id)`);
    await tell(occasion);
    await send();
    expect(only().body).not.toMatch(/wine|person-|Townsperson/);
    await seen(ben);
    await scene.query('insert into notice_policy(id, library_id, shows_posts) values (gen_random_uuid(), $1, true)', [county.id]);
    await tell({ ...occasion, key: 'a2' });
    await send();
    expect(box.received[1]?.body).toMatch(/@person-\d+:\r\n> Could I build a wine cellar\?/);
    // The nearest library that says anything is heard.
    await seen(ben);
    await scene.query('insert into notice_policy(id, library_id, shows_posts) values (gen_random_uuid(), $1, false)', [ashford.id]);
    await tell({ ...occasion, key: 'a3' });
    await send();
    expect(box.received[2]?.body).not.toMatch(/wine|person-/);
  });
  it('goes by the way that somebody chose, and shows nothing where they did not want that', async () => {
    await prefer(ben, { ways: { assigned: ['mail'] } });
    await prefer(head, { ways: { account: ['dashboard'] } });
    await tell(await assigned(ben));
    await tell({ what: 'failed', key: 'f1', accountId: await account() });
    await send();
    expect((await notices()).filter(({ shown }) => !shown).map(({ person }) => person)).toEqual([ben]);
    expect(box.received.flatMap(({ to }) => to).sort()).toEqual([await emailOf(ben), await emailOf(chief)].sort());
  });
  it('does not leave where it was seen, or done with, before', async () => {
    await prefer(ben, { quiet: [11 * 60, 13 * 60] });
    await prefer(chief, { quiet: [11 * 60, 13 * 60] });
    const [first, second] = [await assigned(ben), await assigned(ben, 'a2')];
    const reply = await inReview();
    await tell(first);
    await tell(second);
    await tell({ what: 'approval', key: 'r1', ...reply, by: head, approvers: 'administrator', but: [] });
    await scene.query('update notice set seen_at = now() where conversation_id = $1', [first.conversationId]);
    await scene.query('update conversation set assignee_id = null where id = $1', [second.conversationId]);
    await scene.query(`update reply set state = 'withdrawn' where id = $1`, [reply.replyId]);
    minutes(60);
    expect(await send()).toBe(0);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['over', 'over', 'over']);
  });
  it('does not leave to whoever left, nor of a library where they have no role any more', async () => {
    await tell(await assigned(ben));
    await scene.query('update actor set deactivated_at = now() where id = $1', [ben]);
    expect(await send()).toBe(0);
    await scene.query('update actor set deactivated_at = null where id = $1', [ben]);
    await scene.query('delete from actor_role where actor_id = $1', [ben]);
    expect(await send()).toBe(0);
    await scene.role(ben, ashford, 'librarian');
    expect(await send()).toBe(1);
  });
  it('waits while everything is stopped, for its library', async () => {
    await tell(await assigned(ben));
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), null, 'all', 'the server moves', 'root')`);
    expect(await send()).toBe(0);
    await scene.query('update stop set resumed_at = now()');
    expect(await send()).toBe(1);
  });
  it('is sent to nobody where there is no mail server, also once there is one', async () => {
    build(undefined);
    await tell(await assigned(ben));
    expect(await send()).toBe(0);
    turnTo('2026-01-14T17:00:00Z');
    expect([await send(), await deliveries(), (await notices()).length]).toEqual([0, [], 1]);
  });
});

describe('quiet hours', () => {
  const night = [20 * 60, 7 * 60] as const;
  it('hold a mail until they are over, by the clock of the library', async () => {
    turnTo('2026-01-15T02:00:00Z');
    await prefer(ben, { quiet: night });
    await tell(await assigned(ben));
    expect(await send()).toBe(0);
    expect((await deliveries()).map(({ due_at }) => due_at)).toEqual([at('2026-01-15T12:00:00Z')]);
    minutes(599);
    expect(await send()).toBe(0);
    minutes(1);
    expect(await send()).toBe(1);
  });
  it('are passed by a crisis, which goes before all that waits', async () => {
    turnTo('2026-01-15T02:00:00Z');
    await prefer(ben, { quiet: night });
    await tell(await assigned(head));
    await tell(await assigned(ben, 'a2'));
    await tell({ what: 'crisis', key: 'c1', conversationId: (await scene.heard(ashford)).conversation });
    await send();
    const subjects = box.received.map(({ headers }) => headers.get('subject'));
    expect(subjects).toEqual([...Array.from({ length: 4 }, () => 'Ashford: Look at once: somebody may be in need'), 'Ashford: Ada gave you a conversation']);
    expect(box.received[4]?.to).toEqual([await emailOf(head)]);
    expect(box.received.map(({ to: [address] }) => address)).toContain(await emailOf(ben));
  });
  it('are kept by what is tried again', async () => {
    turnTo('2026-01-15T00:59:00Z');
    await prefer(ben, { quiet: night });
    await tell(await assigned(ben));
    box.trips.push({ code: 451, words: 'try later' });
    await send();
    expect((await deliveries()).map(({ due_at }) => due_at)).toEqual([at('2026-01-15T12:00:00Z')]);
  });
});

describe('a digest', () => {
  const digested = { list: ['digest'], account: ['dashboard', 'digest'], round: [] };
  it('is one mail of all that came, at its hour, also where clocks were put forward meanwhile', async () => {
    turnTo('2026-03-07T20:00:00Z');
    await prefer(head, { ways: digested });
    await prefer(chief, { ways: { account: [] } });
    await tell({ what: 'failed', key: 'f1', accountId: await account() });
    clock.advance(3_600_000);
    await tell({ what: 'failed', key: 'f2', accountId: await account() });
    turnTo('2026-03-08T11:59:59Z');
    expect(await send()).toBe(0);
    clock.advance(1_000);
    expect(await send()).toBe(1);
    const { headers, body } = only();
    expect(headers.get('subject')).toBe('Ashford: 2 things to look at');
    expect(body.match(/Ashford: Nothing is heard: Our “town” account\r\n/g)).toHaveLength(2);
    expect(headers.has('references')).toBe(false);
    expect((await deliveries()).map(({ way, state }) => [way, state])).toEqual([['digest', 'sent'], ['digest', 'sent']]);
    turnTo('2026-03-09T12:00:00Z');
    expect(await send()).toBe(0);
  });
  it('leaves out what was seen meanwhile, and is not sent where that was all', async () => {
    await prefer(head, { ways: digested });
    await prefer(chief, { ways: { account: [] } });
    await tell({ what: 'failed', key: 'f1', accountId: await account() });
    await seen(head);
    turnTo('2026-01-15T13:00:00Z');
    expect([await send(), (await deliveries()).map(({ state }) => state)]).toEqual([0, ['over']]);
  });
  it('is the same mail, with the same in it, when it is tried again', async () => {
    await prefer(head, { ways: digested });
    await prefer(chief, { ways: { account: [] } });
    for (const key of ['f1', 'f2']) await tell({ what: 'failed', key, accountId: await account() });
    turnTo('2026-01-15T13:00:00Z');
    box.trips.push({ code: 451, words: 'busy', taken: true });
    await send();
    await tell({ what: 'failed', key: 'f3', accountId: await account() });
    minutes(1);
    await send();
    const [lost, again] = box.received;
    expect(again?.headers.get('message-id')).toBe(lost?.headers.get('message-id'));
    expect(again?.headers.get('subject')).toBe('Ashford: 2 things to look at');
  });
  it('brings the round: what waits, to whoever works there, and nothing where nothing waits', async () => {
    for (const person of [head, chief]) await prefer(person, { ways: { round: [] } });
    await prefer(ben, { hours: [9] });
    const round = async (when: string): Promise<void> => {
      turnTo(when);
      await rounds.tell(never);
      await send();
    };
    await round('2026-01-15T13:00:00Z');
    expect(box.received).toEqual([]);
    await scene.heard(ashford, { conversation: { waiting_on: 'us', waiting_since: at('2026-01-13T10:00:00Z') } });
    await scene.heard(ashford, { conversation: { waiting_on: 'us', waiting_since: at('2026-01-14T10:00:00Z') } });
    await scene.heard(ashford, { conversation: { waiting_on: 'us', waiting_since: at('2026-01-14T10:00:00Z'), until: at('2026-02-01T00:00:00Z') } });
    await inReview();
    await round('2026-01-15T13:00:00Z');
    await round('2026-01-15T13:04:00Z');
    const { to, body } = only();
    expect(to).toEqual([await emailOf(ada)]);
    expect(body).toContain('2 people wait for an answer, the first since Tuesday 13 January; 1 draft waits for its approval.');
    await round('2026-01-15T14:00:00Z');
    expect(box.received[1]?.to).toEqual([await emailOf(ben)]);
    // Told again though nobody looked; the dashboard, which shows what waits, shows no notice of it.
    await round('2026-01-16T13:02:00Z');
    expect(box.received[2]?.to).toEqual([await emailOf(ada)]);
    expect((await notices()).map(({ shown }) => shown)).toEqual([false, false]);
    // Saturday.
    await round('2026-01-17T13:00:00Z');
    expect(box.received).toHaveLength(3);
  });
  it('shows the round to whoever wants it in the dashboard, also where there is no mail server', async () => {
    clock = new FakeClock(at('2026-01-15T13:00:00Z'));
    build(undefined);
    await prefer(ben, { ways: { round: ['dashboard', 'digest'] } });
    await scene.heard(ashford, { conversation: { waiting_on: 'us', waiting_since: at('2026-01-13T10:00:00Z') } });
    await rounds.tell(never);
    expect((await notices()).map(({ person, kind, shown }) => [person, kind, shown])).toEqual([[ben, 'round', true]]);
  });
});

describe('a mail server', () => {
  it('that is away gets it once it is back, once', async () => {
    await tell(await assigned(ben));
    await tell({ ...(await assigned(head, 'a2')) });
    await box.down();
    expect(await send()).toBe(0);
    // It would say the same to the second.
    expect((await deliveries()).map(({ state, tries }) => [state, tries])).toEqual(expect.arrayContaining([['waiting', 1], ['waiting', 0]]));
    await box.up();
    minutes(1);
    expect([await send(), await send()]).toEqual([2, 0]);
    expect(box.received).toHaveLength(2);
  });
  it.each([['a recipient', () => emailOf(ben).then((address) => void box.refused.set(address, { code: 450, words: 'greylisted' }))], ['a mail', () => Promise.resolve(void box.trips.push({ code: 451, words: 'busy' }))]] as const)('that does not take %s yet is asked again, later each time', async (_, refuse) => {
    await refuse();
    await tell(await assigned(ben));
    expect(await send()).toBe(0);
    expect(await deliveries()).toMatchObject([{ state: 'waiting', tries: 1, due_at: at('2026-01-14T17:01:00Z') }]);
    expect(await send()).toBe(0);
    minutes(1);
    await send();
    box.refused.clear();
    minutes(2);
    await send();
    expect(box.received).toHaveLength(1);
  });
  it.each([['a recipient', () => emailOf(ben).then((address) => void box.refused.set(address, { code: 550, words: 'no such mailbox' }))], ['a mail', () => Promise.resolve(void box.trips.push({ code: 554, words: 'no such mailbox' }))]] as const)('that refuses %s for good is believed, and the others get theirs', async (_, refuse) => {
    await refuse();
    await tell(await assigned(ben));
    minutes(1);
    await tell(await assigned(head, 'a2'));
    expect(await send()).toBe(1);
    expect(await deliveries()).toMatchObject([{ state: 'refused', words: expect.stringContaining('no such mailbox') }, { state: 'sent' }]);
    minutes(600);
    expect(await send()).toBe(0);
  });
  it('that never takes it is given up on after two days', async () => {
    await emailOf(ben).then((address) => void box.refused.set(address, { code: 450, words: 'greylisted' }));
    await tell(await assigned(ben));
    for (let tries = 0; tries < 29; tries++) {
      await send();
      minutes(120);
    }
    expect(await deliveries()).toMatchObject([{ state: 'waiting', tries: 29 }]);
    await send();
    expect(await deliveries()).toMatchObject([{ state: 'missed', tries: 30, words: expect.stringContaining('greylisted') }]);
  });
  it('is told again, as the same mail, of one whose sender was killed before it knew', async () => {
    await tell(await assigned(ben));
    await scene.query(`update notice_delivery set state = 'sending', mail_id = gen_random_uuid(), tries = 1, lease_until = $1`, [new Date(clock.now() + 300_000)]);
    const [{ mail } = { mail: '' }] = await scene.query<{ mail: string }>('select mail_id as mail from notice_delivery');
    minutes(4);
    expect(await send()).toBe(0);
    minutes(1);
    expect(await send()).toBe(1);
    expect(only().headers.get('message-id')).toBe(`<${mail}@earshot.library.example>`);
  });
  it('takes no line of a header from a name', async () => {
    await scene.query(`update library set name = E'Ash\\nBcc: all@library.example' where id = $1`, [ashford.id]);
    await tell(await assigned(ben));
    await send();
    await scene.query(`update library set name = 'Ashford' where id = $1`, [ashford.id]);
    expect(only().headers.has('bcc')).toBe(false);
    expect(only().to).toEqual([await emailOf(ben)]);
  });
});
