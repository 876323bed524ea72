import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../../test/plugins/fake-clock.js';
import { type Browser, PostHere, PushService } from '../../../../../test/support/push-service.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/test-database.js';
import { collectedLog } from '../../../../../test/support/output/collected-log.js';
import { type PrivateAddress, deriveSecret } from '../../config/index.js';
import { Database, newId } from '../../database/index.js';
import { HostOptions, PublicPost, SecretKeys } from '../../plugins/index.js';
import { Permissions } from '../../staff/index.js';
import { NoticeOptions, type Occasion, PushCourier, Rounds, ToldPeople, VapidKey } from '../index.js';
import { PushOutbox } from './push-outbox.repository.js';
import { PushSubscriptionsRepository } from './push-subscriptions.repository.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';

const publicUrl = 'https://earshot.library.example';
const allowed: readonly PrivateAddress[] = [{ kind: 'range', address: '127.0.0.0', prefix: 8 }];
const vapid = new VapidKey(deriveSecret(Buffer.alloc(32, 7), 'push'), publicUrl);

let test: TestDatabase;
let scene: Scene;
let [database, other]: [Database, Database] = [] as never;
let service: PushService;
let clock: FakeClock;
let [people, courier, second, subscriptions]: [ToldPeople, PushCourier, PushCourier, PushSubscriptionsService] = [] as never;
const open: PublicPost[] = [];
let county: SceneLibrary, ashford: SceneLibrary;
let [ada, ben, head]: [string, string, string] = [] as never;

beforeAll(async () => {
  test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [] });
  other = await Database.open({ connections: test.connections, entities: [] });
  service = await PushService.open(() => vapid.publicKey);
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  await scene.query(`update library set time_zone = 'America/New_York'`);
  ada = await scene.person(ashford, 'librarian', { name: 'Ada' });
  ben = await scene.person(ashford, 'librarian', { name: 'Ben' });
  head = await scene.person(ashford, 'administrator', { name: 'Hal' });
});
// A Wednesday, 12:00 there.
beforeEach(() => turnTo('2026-01-14T17:00:00Z'));
afterEach(async () => {
  await Promise.all([courier.stop(), second.stop()]);
  for (const post of open.splice(0)) await post.onApplicationShutdown();
  service.answer(201);
  service.received.splice(0);
  for (const table of ['push_subscription', 'notice', 'notice_preference', 'notice_policy', 'stop', 'conversation', 'session']) await scene.query(`delete from ${table}`);
  await scene.query('update actor set deactivated_at = null');
});
afterAll(async () => {
  await service.close();
  await database.close();
  await other.close();
  await scene.close();
});

const hostOf = (key = 1): HostOptions => new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, key)), clock, random: () => 0.5, allowedAddresses: allowed });
const optionsNow = (): NoticeOptions => new NoticeOptions({ mail: undefined, publicUrl, vapid, now: () => Promise.resolve(new Date(clock.now())), log: collectedLog().logger('notices') });
/** Where it is not told otherwise it may reach this machine. */
const courierOf = (at: Database, host = hostOf(), post: PublicPost = new PostHere(host)): PushCourier => {
  open.push(post);
  return new PushCourier(new PushOutbox(at, host), post, host, optionsNow());
};
const turnTo = (at: string): void => {
  clock = new FakeClock(new Date(at));
  people = new ToldPeople(optionsNow());
  [courier, second] = [courierOf(database), courierOf(other)];
  subscriptions = new PushSubscriptionsService(database, new Permissions(), new PushSubscriptionsRepository(), optionsNow(), new PostHere(hostOf()), hostOf());
};
const minutes = (count: number): void => clock.advance(count * 60_000);
const at = (text: string): Date => new Date(text);
const as = (person: string, sessionId?: string) => ({ actor: { id: person, kind: 'person' as const }, by: { kind: 'session' as const, hash: Buffer.alloc(32) }, ...(sessionId === undefined ? {} : { sessionId }) });

/** A browser in which this person is told. */
const subscribed = async (person: string, browser = service.browser(), sessionId?: string): Promise<Browser & { readonly id: string }> => {
  const row = await subscriptions.subscribe(as(person, sessionId), { endpoint: browser.endpoint, p256dh: browser.p256dh, auth: browser.auth, browser: 'Firefox on Linux' });
  if (!('id' in row)) throw new Error(row.message);
  return { ...browser, id: row.id };
};
const tell = (occasion: Occasion, library = ashford): Promise<void> => database.working(library.system, (tx) => people.tell(tx, library.id, occasion));
/** Until all that is due was tried once more. */
const push = async (by = courier): Promise<number> => {
  const before = service.received.length;
  by.start();
  by.wake();
  await by.idle();
  return service.received.length - before;
};
const waiting = () => scene.query<{ due_at: Date }>('select due_at from notice_push order by due_at, id');
const browserRow = async (id: string) => (await scene.query<{ failures: number; failure_words: string | null; rests_until: Date | null; last_told_at: Date | null }>('select failures, failure_words, rests_until, last_told_at from push_subscription where id = $1', [id]))[0];
const prefer = (person: string, told: { readonly ways?: object; readonly quiet?: readonly [number, number] }): Promise<unknown> =>
  scene.query(`insert into notice_preference(person_id, ways, digest_hours, digest_days, quiet_from, quiet_until) values ($1, $2, '{12}', '{1,2,3,4,5,6,7}', $3, $4)`, [person, JSON.stringify(told.ways ?? {}), told.quiet?.[0] ?? null, told.quiet?.[1] ?? null]);
const assigned = async (to: string, key = 'a1'): Promise<Occasion & { readonly what: 'assigned' }> => {
  const { conversation } = await scene.heard(ashford, { text: 'Could I build a wine cellar?', conversation: { assignee_id: to } });
  return { what: 'assigned', key, conversationId: conversation, by: ada, to };
};
const crisis = async (key: string): Promise<Occasion> => ({ what: 'crisis', key, conversationId: (await scene.heard(ashford)).conversation });

describe('a push', () => {
  it('comes to each browser of whom it is for, and to nobody else', async () => {
    const [desk, phone, adas] = [await subscribed(ben), await subscribed(ben), await subscribed(ada)];
    const occasion = await assigned(ben);
    await tell(occasion);
    expect(await push()).toBe(2);
    const [{ id = '' } = {}] = await scene.query<{ id: string }>('select id from notice');
    const message = { title: 'Ada gave you a conversation', body: 'Ada gave you a conversation: it is yours to answer.\nAshford', path: `/conversations/${occasion.conversationId}`, tag: id };
    expect([service.toldTo(desk), service.toldTo(phone)].map((told) => told.map((each) => each.message))).toEqual([[message], [message]]);
    expect(service.toldTo(adas)).toEqual([]);
    expect([await waiting(), await push(), (await browserRow(desk.id))?.last_told_at]).toEqual([[], 0, at('2026-01-14T17:00:00Z')]);
  });
  it('says who sends it, for how long it is worth something, and what it takes the place of', async () => {
    const [desk, phone] = [await subscribed(ben), await subscribed(ben)];
    await tell(await assigned(ben));
    minutes(60);
    await push();
    const [{ headers, claims } = {} as never] = service.toldTo(desk);
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '82800', urgency: 'normal', topic: expect.stringMatching(/^[\w-]{32}$/u) });
    expect(claims).toEqual({ aud: `http://${service.host}`, sub: publicUrl, exp: Date.parse('2026-01-15T06:00:00Z') / 1_000 });
    expect(headers['topic']).not.toBe(service.toldTo(phone)[0]?.headers['topic']);
  });
  it('holds neither the post nor its author, unless the library wants it so', async () => {
    const desk = await subscribed(ben);
    const occasion = await assigned(ben);
    const [{ post = '' } = {}] = await scene.query<{ post: string }>('select top_post_id as post from conversation where id = $1', [occasion.conversationId]);
    await tell(occasion);
    await scene.finding(post, { restated: 'how a wine cellar is built' });
    await push();
    expect(service.toldTo(desk)[0]?.message?.body).toBe('Ada gave you a conversation: it is yours to answer.\nThe need: how a wine cellar is built\nAshford');
    await scene.query('insert into notice_policy(id, library_id, shows_posts) values (gen_random_uuid(), $1, true)', [county.id]);
    await tell(await assigned(ben, 'a2'));
    await push();
    expect(service.toldTo(desk)[1]?.message?.body).toMatch(/\n@person-\d+: Could I build a wine cellar\?\nAshford$/u);
  });
  it('says nothing of a need that was forgotten before it left', async () => {
    const desk = await subscribed(ben);
    const occasion = await assigned(ben);
    const [{ post = '' } = {}] = await scene.query<{ post: string }>('select top_post_id as post from conversation where id = $1', [occasion.conversationId]);
    const finding = await scene.finding(post, { restated: 'how a wine cellar is built' });
    await tell(occasion);
    await scene.query('delete from finding where id = $1', [finding]);
    await push();
    expect(service.toldTo(desk)[0]?.message?.body).not.toContain('wine');
  });
  it('leaves once for one thing as long as nobody looked, and again where it had been seen', async () => {
    const desk = await subscribed(ben);
    const occasion = await assigned(ben);
    await tell(occasion);
    await push();
    await tell({ ...occasion, key: 'a2' });
    expect(await push()).toBe(0);
    await scene.query('update notice set seen_at = now()');
    await tell({ ...occasion, key: 'a3' });
    expect(await push()).toBe(1);
    const [first, again] = service.toldTo(desk);
    expect([again?.message?.tag, again?.headers['topic']]).toEqual([first?.message?.tag, first?.headers['topic']]);
  });
});

describe('the ways that somebody chose', () => {
  it('hold for a browser as for a mail: it is told what mail tells at once, unless they say otherwise', async () => {
    const [bens, adas] = [await subscribed(ben), await subscribed(ada)];
    await prefer(ben, { ways: { assigned: ['dashboard', 'mail'] } });
    await prefer(ada, { ways: { assigned: ['push'] } });
    await tell(await assigned(ben));
    await tell({ ...(await assigned(ada, 'a2')), by: head });
    await push();
    expect([service.toldTo(bens).length, service.toldTo(adas).length]).toEqual([0, 1]);
    expect((await scene.query<{ person_id: string; shown: boolean }>('select person_id, shown from notice order by told_at, id')).map(({ person_id, shown }) => [person_id, shown])).toEqual([[ben, true], [ada, false]]);
  });
  it('bring the round to a browser at the hours of the digest, also without a mail server, and to nobody who can have it by mail alone', async () => {
    const bens = await subscribed(ben);
    await subscribed(ada);
    await prefer(ben, { ways: { round: ['push'] } });
    await scene.heard(ashford, { conversation: { waiting_on: 'us', waiting_since: at('2026-01-13T17:00:00Z') } });
    await new Rounds(database, people, optionsNow()).tell(new AbortController().signal);
    await push();
    expect(service.received.map(({ message }) => message)).toMatchObject([{ title: 'What waits for you', body: '1 person waits for an answer, the first since Tuesday 13 January.\nAshford', path: '/' }]);
    expect(service.toldTo(bens)).toHaveLength(1);
    expect(await scene.query('select 1 from notice')).toHaveLength(1);
  });
});

describe('what has no need to leave', () => {
  it('does not: what was seen, is done with, or waited for a day', async () => {
    await subscribed(ben);
    await prefer(ben, { quiet: [11 * 60, 13 * 60] });
    const [seen, done, late] = [await assigned(ben), await assigned(ben, 'a2'), await assigned(ben, 'a3')];
    for (const occasion of [seen, done, late]) await tell(occasion);
    await scene.query('update notice set seen_at = now() where conversation_id = $1', [seen.conversationId]);
    await scene.query('update conversation set assignee_id = null where id = $1', [done.conversationId]);
    minutes(60);
    await scene.query(`update notice_push p set due_at = due_at - interval '1 day' from notice n where n.id = p.notice_id and n.conversation_id = $1`, [late.conversationId]);
    expect([await push(), await waiting()]).toEqual([0, []]);
  });
  it('goes with its notice, and with its conversation', async () => {
    await subscribed(ben);
    const [one, two] = [await assigned(ben), await assigned(ben, 'a2')];
    for (const occasion of [one, two]) await tell(occasion);
    await scene.query('delete from conversation where id = $1', [one.conversationId]);
    await database.keeping((tx) => tx.query('delete from notice'));
    expect([await waiting(), await push()]).toEqual([[], 0]);
  });
  it('waits while everything is stopped, and leaves afterwards', async () => {
    await subscribed(ben);
    await tell(await assigned(ben));
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), null, 'all', 'the server moves', 'root')`);
    expect(await push()).toBe(0);
    await scene.query('update stop set resumed_at = now()');
    expect(await push()).toBe(1);
  });
  it('does not come to whoever has no role there any more', async () => {
    await subscribed(ben);
    await tell(await assigned(ben));
    await scene.query('delete from actor_role where actor_id = $1', [ben]);
    expect(await push()).toBe(0);
    await scene.role(ben, ashford, 'librarian');
    expect(await push()).toBe(1);
  });
});

describe('quiet hours', () => {
  beforeEach(async () => {
    turnTo('2026-01-15T02:00:00Z');
    await prefer(ben, { quiet: [20 * 60, 7 * 60] });
  });
  it('hold a push until they are over, by the clock of the library', async () => {
    await subscribed(ben);
    await tell(await assigned(ben));
    expect([await push(), await waiting()]).toEqual([0, [{ due_at: at('2026-01-15T12:00:00Z') }]]);
    minutes(600);
    expect(await push()).toBe(1);
  });
  it('are kept by what is tried again, and by what waited behind it', async () => {
    turnTo('2026-01-15T00:59:00Z');
    await subscribed(ben);
    service.answer(503);
    await tell(await assigned(ben));
    await tell(await assigned(ben, 'a2'));
    expect(await push()).toBe(1);
    service.answer(201);
    minutes(1);
    expect([await push(), await waiting()]).toEqual([0, [{ due_at: at('2026-01-15T12:00:00Z') }, { due_at: at('2026-01-15T12:00:00Z') }]]);
    await tell(await crisis('c1'));
    expect(await push()).toBe(1);
    minutes(660);
    expect(await push()).toBe(2);
  });
  it('are passed by a crisis, which wakes whoever sleeps and goes before what waits', async () => {
    const [bens, heads] = [await subscribed(ben), await subscribed(head)];
    await tell(await assigned(head));
    await tell(await crisis('c1'));
    await push();
    expect(service.toldTo(bens).map(({ headers }) => headers['urgency'])).toEqual(['high']);
    expect(service.toldTo(heads).map(({ headers }) => headers['urgency'])).toEqual(['high', 'normal']);
  });
});

describe('a push service', () => {
  it('that is busy is left alone for as long as it asks, and told then', async () => {
    const desk = await subscribed(ben);
    service.answer((response) => response.writeHead(429, { 'retry-after': '600' }).end());
    await tell(await assigned(ben));
    expect(await push()).toBe(1);
    expect(await browserRow(desk.id)).toEqual({ failures: 1, failure_words: `${service.host} answered with 429.`, rests_until: at('2026-01-14T17:10:00Z'), last_told_at: null });
    service.answer(201);
    minutes(9);
    expect(await push()).toBe(0);
    minutes(1);
    expect(await push()).toBe(1);
    expect(await browserRow(desk.id)).toEqual({ failures: 0, failure_words: null, rests_until: null, last_told_at: at('2026-01-14T17:10:00Z') });
  });
  it('that fails is tried again less and less, and what waited for a day is not told any more', async () => {
    const desk = await subscribed(ben);
    service.answer(503);
    await tell(await assigned(ben));
    const pauses: number[] = [];
    while ((await waiting()).length > 0) {
      await push();
      const rests = (await browserRow(desk.id))?.rests_until?.getTime() ?? 0;
      pauses.push((rests - clock.now()) / 1_000);
      clock.advance(rests - clock.now());
    }
    expect(pauses.slice(0, 9)).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    // A day, and no more.
    expect(service.toldTo(desk)).toHaveLength(30);
    expect(Number(service.toldTo(desk).at(-1)?.headers['ttl'])).toBeLessThan(3_600);
  });
  it.each([404, 410])('that knows the browser no more (%i) ends its subscription, and no other', async (status) => {
    const [gone, phone] = [await subscribed(ben), await subscribed(ben)];
    service.answer(status, gone);
    await tell(await assigned(ben));
    await push();
    expect([await browserRow(gone.id), (await browserRow(phone.id))?.failures, await waiting()]).toEqual([undefined, 0, []]);
  });
  it('that refuses a push gets the next, and its person sees why', async () => {
    const desk = await subscribed(ben);
    service.answer(403);
    await tell(await assigned(ben));
    await push();
    expect(await browserRow(desk.id)).toMatchObject({ failures: 1, failure_words: expect.stringContaining('answered with 403'), rests_until: null });
    service.answer(201);
    await tell(await assigned(ben, 'a2'));
    expect([await push(), (await browserRow(desk.id))?.failure_words]).toEqual([1, null]);
  });
  it('is not followed elsewhere, and what it says is not read', async () => {
    const [desk, elsewhere] = [await subscribed(ben), service.browser()];
    service.answer((response) => response.writeHead(307, { location: elsewhere.endpoint }).end('<h1>Come here</h1>'));
    await tell(await assigned(ben));
    await push();
    expect([service.toldTo(elsewhere), await browserRow(desk.id)]).toMatchObject([[], { failure_words: `${service.host} answered with 307.` }]);
  });
  it('that hangs holds up neither another, nor more than four of its own', async () => {
    const slow = await PushService.open(() => vapid.publicKey);
    try {
      slow.answer('never');
      for (let browser = 0; browser < 6; browser++) await subscribed(ben, slow.browser());
      const quick = await subscribed(ada);
      const { conversation } = await scene.heard(ashford);
      await tell({ what: 'mentioned', key: 'm1', conversationId: conversation, by: head, actorIds: [ada, ben] });
      courier.start();
      await Promise.all([slow.until(4), service.until(1)]);
      expect([service.toldTo(quick).length, slow.received.length]).toEqual([1, 4]);
      // Neither does another process tell it more.
      second.start();
      second.wake();
      await second.idle();
      expect(slow.received).toHaveLength(4);
      await Promise.all([courier.stop(), second.stop()]);
      slow.answer(201);
      clock.advance(60_000);
      expect([await push(courierOf(database)), slow.received.length]).toEqual([0, 10]);
    } finally {
      await slow.close();
    }
  });
  it('at a private address is not gone to, also where it was allowed for others', async () => {
    const desk = await subscribed(ben);
    await tell(await assigned(ben));
    expect(await push(courierOf(database, hostOf(), new PublicPost(hostOf())))).toBe(0);
    expect(await browserRow(desk.id)).toMatchObject({ failures: 1, failure_words: expect.stringContaining('private') });
  });
});

describe('processes', () => {
  it('tell a browser once, however many of them look at once', async () => {
    const desk = await subscribed(ben);
    for (let key = 0; key < 5; key++) await tell(await assigned(ben, `a${key}`));
    await Promise.all([push(courier), push(second)]);
    expect(new Set(service.toldTo(desk).map(({ message }) => message?.tag)).size).toBe(5);
    expect([service.toldTo(desk).length, await waiting()]).toEqual([5, []]);
  });
  it('that are killed in the middle leave it to another, once their lease is over', async () => {
    const desk = await subscribed(ben);
    await tell(await assigned(ben));
    service.answer('never');
    courier.start();
    await service.until(1);
    await courier.stop();
    service.answer(201);
    expect(await push(second)).toBe(0);
    minutes(1);
    expect(await push(second)).toBe(1);
    const [lost, again] = service.toldTo(desk);
    expect([again?.message, again?.headers['topic']]).toEqual([lost?.message, lost?.headers['topic']]);
  });
  it('that come too late write nothing down over another', async () => {
    await subscribed(ben);
    await tell(await assigned(ben));
    const outbox = new PushOutbox(database, hostOf());
    const [due] = await outbox.due(new Date(clock.now()), 1);
    if (due === undefined) throw new Error('nothing is due');
    const taken = await outbox.take(due, new Date(clock.now()));
    minutes(2);
    const again = await outbox.take(due, new Date(clock.now()));
    if (taken === undefined || again === undefined) throw new Error('nobody could take it');
    await outbox.settle(taken, { kind: 'gone' }, new Date(clock.now()));
    expect([await browserRow(due.subscriptionId), (await waiting()).length]).toMatchObject([{ failures: 0 }, 1]);
    await outbox.settle(again, { kind: 'taken' }, new Date(clock.now()));
    expect(await waiting()).toEqual([]);
  });
  it('that are at a push leave what is told anew meanwhile', async () => {
    await subscribed(ben);
    const occasion = await assigned(ben);
    await tell(occasion);
    const outbox = new PushOutbox(database, hostOf());
    const [due] = await outbox.due(new Date(clock.now()), 1);
    const taken = due && (await outbox.take(due, new Date(clock.now())));
    if (taken === undefined) throw new Error('nothing is due');
    await scene.query('update notice set seen_at = now()');
    await tell({ ...occasion, key: 'a2' });
    await outbox.settle(taken, { kind: 'taken' }, new Date(clock.now()));
    expect([(await waiting()).length, await push()]).toEqual([1, 1]);
  });
  it('with another key of the installation tell nothing, and lose nothing', async () => {
    const desk = await subscribed(ben);
    await tell(await assigned(ben));
    expect(await push(courierOf(database, hostOf(2)))).toBe(0);
    expect(await browserRow(desk.id)).toMatchObject({ failure_words: expect.stringContaining('does not open') });
    minutes(1);
    expect(await push()).toBe(1);
  });
});

describe('a browser', () => {
  const session = async (person: string): Promise<string> => {
    const id = newId();
    await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, sha256($3), now() + interval '1 hour')`, [id, person, Buffer.from(id)]);
    return id;
  };
  it('is told nothing of what was told before it subscribed', async () => {
    await tell(await assigned(ben));
    await subscribed(ben);
    expect(await push()).toBe(0);
  });
  it('is told no more where its session was ended, and goes on where that ran out', async () => {
    const [ended, open] = [await session(ben), await session(ben)];
    const [desk, phone] = [await subscribed(ben, service.browser(), ended), await subscribed(ben, service.browser(), open)];
    await tell(await assigned(ben));
    await database.as(ben, (tx) => tx.query('update session set revoked_at = now() where id = $1', [ended]));
    await scene.query(`update session set expires_at = now() - interval '1 hour' where id = $1`, [open]);
    await push();
    expect([service.toldTo(desk).length, service.toldTo(phone).length]).toEqual([0, 1]);
    await scene.query('delete from session');
    expect(await browserRow(phone.id)).toBeDefined();
  });
  it('is told no more where its person left', async () => {
    const desk = await subscribed(ben);
    await tell(await assigned(ben));
    await scene.query('update actor set deactivated_at = now() where id = $1', [ben]);
    expect([await push(), await browserRow(desk.id), await waiting()]).toEqual([0, undefined, []]);
  });
  it('keeps nothing of its address and keys where others could read it', async () => {
    const { endpoint, p256dh, auth } = await subscribed(ben);
    const [{ row = '' } = {}] = await scene.query<{ row: string }>(`select to_jsonb(s)::text || encode(s.sealed, 'escape') as row from push_subscription s`);
    for (const secret of [new URL(endpoint).pathname, p256dh, auth]) expect(row).not.toContain(secret);
  });
});
