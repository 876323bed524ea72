import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenAt } from '../../../../../test/garbage/office.js';
import { type Browser, PostHere, PushService } from '../../../../../test/support/push-service.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../../../../../test/support/whole-app.js';
import { newId } from '../../database/index.js';
import { HostOptions } from '../../plugins/index.js';
import { Permissions } from '../../staff/index.js';
import { NoticeJobs, NoticeOptions, PushCourier } from '../index.js';
import { PushOutbox } from './push-outbox.repository.js';
import { PushSubscriptionsRepository } from './push-subscriptions.repository.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';

type Caller = Readonly<Record<string, string>>;

let [app, plain]: [WholeApp, WholeApp] = [] as never;
let scene: Scene;
let service: PushService;
let ashford: SceneLibrary;
let [head, ben]: [string, string] = [] as never;
let as: Readonly<Record<'head' | 'ben', Caller>>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  ashford = await scene.library({ name: 'Ashford' });
  [head, ben] = [await scene.person(ashford, 'administrator', { name: 'Hal' }), await scene.person(ashford, 'librarian', { name: 'Ben' })];
  as = { head: await sessionOf(scene, head), ben: await sessionOf(scene, ben) };
  app = await startWholeApp(test, [], { EARSHOT_PUBLIC_URL: 'https://earshot.library.example', EARSHOT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1/32' });
  plain = await startWholeApp(test, [], { EARSHOT_PUBLIC_URL: 'http://earshot.library.example' });
  service = await PushService.open(() => app.app.get(NoticeOptions).vapid.publicKey);
}, 60_000);
afterEach(async () => {
  service.received.splice(0);
  for (const table of ['push_subscription', 'notice', 'conversation']) await scene.query(`delete from ${table}`);
});
afterAll(async () => {
  await app?.close();
  await plain?.close();
  await service?.close();
  await scene?.close();
});

const keyQuery = '{ pushKey { __typename ... on PushKey { publicKey } ... on UserError { code message } } }';
const subscribeQuery = `mutation($input: SubscribeToPushInput!) { subscribeToPush(input: $input) { __typename ... on PushSubscription { id browser host madeAt lastToldAt failureWords } ... on UserError { code message } ... on TooManyPushSubscriptions { limit } } }`;
const listQuery = 'query($first: Int, $after: Cursor) { pushSubscriptions(first: $first, after: $after) { edges { node { id browser host lastToldAt failureWords } } pageInfo { endCursor hasNextPage } } }';
const unsubscribeQuery = 'mutation($id: ID!) { unsubscribeFromPush(id: $id) }';
/** As at a push service on the internet. */
const abroad = (): Omit<Browser, 'pair'> => {
  const { endpoint, p256dh, auth } = service.browser();
  return { endpoint: `https://8.8.8.8${new URL(endpoint).pathname}`, p256dh, auth };
};
const inputOf = ({ endpoint, p256dh, auth }: Omit<Browser, 'pair'>, more: object = {}) => ({ input: { endpoint, p256dh, auth, browser: 'Firefox on Linux', ...more } });
const codeOf = ({ errors }: { readonly errors?: readonly { readonly extensions: Record<string, unknown> }[] }): unknown => errors?.[0]?.extensions['code'];
const subscribe = async (caller: Caller, input: object): Promise<{ readonly __typename: string; readonly id: string; readonly code?: string }> =>
  ((await app.ask(caller, subscribeQuery, input)).data as { subscribeToPush: never }).subscribeToPush;
type Listed = { pushSubscriptions: { edges: { node: { id: string; browser: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
const list = async (caller: Caller, variables: object = {}): Promise<Listed['pushSubscriptions']> => ((await app.ask(caller, listQuery, variables)).data as unknown as Listed).pushSubscriptions;
const browsersOf = async (caller: Caller): Promise<string[]> => (await list(caller)).edges.map(({ node }) => node.browser);

describe('the key', () => {
  it('is the same each time, as a browser wants it', async () => {
    const answers = [await app.ask(as.ben, keyQuery), await app.ask(as.head, keyQuery)];
    const [key] = answers.map(({ data }) => (data as { pushKey: { publicKey: string } }).pushKey.publicKey);
    expect(answers.map(({ data }) => data)).toEqual([1, 2].map(() => ({ pushKey: { __typename: 'PushKey', publicKey: key } })));
    expect(Buffer.from(key ?? '', 'base64url')).toMatchObject({ length: 65, 0: 4 });
  });
  it('is not there where browsers cannot subscribe, and says why', async () => {
    const refused = { __typename: 'PushUnavailable', code: 'PUSH_UNAVAILABLE', message: expect.stringMatching(/https:\/\/.*EARSHOT_PUBLIC_URL/u) };
    expect((await plain.ask(as.ben, keyQuery)).data).toEqual({ pushKey: refused });
    expect((await plain.ask(as.ben, subscribeQuery, inputOf(abroad()))).data).toEqual({ subscribeToPush: refused });
  });
});

describe('the worker', () => {
  it('is had by whoever asks, and may load nothing', async () => {
    const response = await fetch(`${app.url}/push-worker.js`);
    expect([response.status, response.headers.get('content-type'), response.headers.get('content-security-policy'), response.headers.get('cache-control'), response.headers.get('x-content-type-options')]).toEqual([
      200, 'text/javascript; charset=utf-8', "default-src 'none'", 'no-cache', 'nosniff']);
    expect(await response.text()).toContain("addEventListener('push'");
  });
});

describe('subscribing', () => {
  it('lets a browser be told, with its last use to be seen', async () => {
    // The same parts, which may reach this machine.
    const [host, options, post] = [app.app.get(HostOptions), app.app.get(NoticeOptions), new PostHere(app.app.get(HostOptions))];
    const browser = service.browser();
    const subscriptions = new PushSubscriptionsService(app.database, app.app.get(Permissions), new PushSubscriptionsRepository(), options, post, host);
    await subscriptions.subscribe({ actor: { id: ben, kind: 'person' }, by: { kind: 'session', hash: Buffer.alloc(32) } }, inputOf(browser).input);
    const { conversation } = await scene.heard(ashford, { conversation: { assignee_id: ben } });
    await app.app.get(NoticeJobs).tell({ what: 'assigned', key: 'a1', conversationId: conversation, by: head, to: ben }, { id: ashford.id, actorId: ashford.system });
    const courier = new PushCourier(new PushOutbox(app.database, host), post, host, options);
    courier.start();
    courier.wake();
    await courier.idle();
    await courier.stop();
    await post.onApplicationShutdown();
    expect(service.toldTo(browser).map(({ message }) => message?.title)).toEqual(['Hal gave you a conversation']);
    expect((await list(as.ben)).edges).toEqual([{ node: { id: expect.any(String), browser: 'Firefox on Linux', host: service.host, lastToldAt: expect.any(String), failureWords: null } }]);
  });
  it('is of one browser once, with what it says last', async () => {
    const browser = abroad();
    const first = await subscribe(as.ben, inputOf(browser));
    await scene.query(`update push_subscription set failures = 3, failure_words = 'x', rests_until = now() + interval '1 hour'`);
    const again = await subscribe(as.ben, inputOf({ ...abroad(), endpoint: browser.endpoint }, { browser: 'Firefox on the desk' }));
    expect([again.id, await browsersOf(as.ben)]).toEqual([first.id, ['Firefox on the desk']]);
    expect(await scene.query('select failures, failure_words, rests_until from push_subscription')).toEqual([{ failures: 0, failure_words: null, rests_until: null }]);
  });
  it('takes a browser from whoever was told there before, with what was on its way', async () => {
    const browser = abroad();
    await subscribe(as.head, inputOf(browser));
    await app.app.get(NoticeJobs).tell({ what: 'crisis', key: 'c1', conversationId: (await scene.heard(ashford)).conversation }, { id: ashford.id, actorId: ashford.system });
    expect(await scene.query('select 1 from notice_push')).toHaveLength(1);
    await subscribe(as.ben, inputOf(browser));
    expect([await browsersOf(as.head), await browsersOf(as.ben), await scene.query('select 1 from notice_push')]).toEqual([[], ['Firefox on Linux'], []]);
  });
  it('leaves a browser with one person, also where two subscribe it at one moment', async () => {
    const browser = abroad();
    const answers = await Promise.all([as.ben, as.head, as.ben, as.head].map((caller) => subscribe(caller, inputOf(browser))));
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array.from({ length: 4 }, () => 'PushSubscription'));
    expect(await scene.query('select 1 from push_subscription')).toHaveLength(1);
  });
  it('stops at twenty browsers, also of many at one moment, and takes none from anybody for another', async () => {
    const made = await Promise.all(Array.from({ length: 22 }, () => subscribe(as.ben, inputOf(abroad()))));
    expect(made.filter(({ code }) => code === 'TOO_MANY_PUSH_SUBSCRIPTIONS')).toHaveLength(2);
    const heads = abroad();
    await subscribe(as.head, inputOf(heads));
    expect(await subscribe(as.ben, inputOf(heads))).toMatchObject({ code: 'TOO_MANY_PUSH_SUBSCRIPTIONS', limit: 20 });
    expect(await browsersOf(as.head)).toHaveLength(1);
  });
  it('is one of twenty that are there already, as often as it likes', async () => {
    const browsers = Array.from({ length: 20 }, () => abroad());
    for (const browser of browsers) await subscribe(as.ben, inputOf(browser));
    expect((await subscribe(as.ben, inputOf(browsers[7] as Browser))).__typename).toBe('PushSubscription');
  });
  it.each([
    ['a private address', 'https://10.1.2.3/push', 'on the internet'], ['a private address in disguise', 'https://[::ffff:10.1.2.3]/push', 'on the internet'],
    ['what administrators may send webhooks to', 'http://127.0.0.1:8080/push', 'on the internet'], ['a cloud’s metadata', 'http://169.254.169.254/latest', 'on the internet'], ['what is not encrypted', 'http://8.8.8.8/push', 'https://'],
  ])('refuses %s, and says what to do', async (_what, endpoint, cure) => {
    expect(await subscribe(as.ben, inputOf(abroad(), { endpoint }))).toMatchObject({ code: 'PUSH_ADDRESS_REFUSED', message: expect.stringContaining(cure) });
    expect(await browsersOf(as.ben)).toEqual([]);
  });
  it.each([
    ['no address', { endpoint: 'push' }], ['another protocol', { endpoint: 'ftp://8.8.8.8/' }], ['a user name', { endpoint: 'https://a@8.8.8.8/' }], ['an address that is too long', { endpoint: `https://8.8.8.8/${'x'.repeat(2_000)}` }],
    ['a key that is no point', { p256dh: Buffer.alloc(65, 4).toString('base64url') }], ['a key that is too short', { p256dh: 'BCVx' }], ['a compressed key', { p256dh: Buffer.alloc(33, 2).toString('base64url') }],
    ['a secret that is too short', { auth: 'BTBZ' }], ['no name', { browser: ' ' }], ['a name of two lines', { browser: 'a\nb' }],
  ])('refuses %s as bad input', async (_what, more) => {
    expect(codeOf(await app.ask(as.ben, subscribeQuery, inputOf(abroad(), more)))).toBe('BAD_INPUT');
    expect(await browsersOf(as.ben)).toEqual([]);
  });
});

describe('the browsers of somebody', () => {
  it('are paged as they were made', async () => {
    for (const browser of ['One', 'Two', 'Three']) await subscribe(as.ben, inputOf(abroad(), { browser }));
    const first = await list(as.ben, { first: 2 });
    const rest = await list(as.ben, { first: 2, after: first.pageInfo.endCursor });
    expect([first.edges.map(({ node }) => node.browser), first.pageInfo.hasNextPage, rest.edges.map(({ node }) => node.browser), rest.pageInfo.hasNextPage]).toEqual([['One', 'Two'], true, ['Three'], false]);
  });
  it('are seen and ended by nobody else, administrators neither', async () => {
    const { id } = await subscribe(as.ben, inputOf(abroad()));
    expect([await browsersOf(as.head), codeOf(await app.ask(as.head, unsubscribeQuery, { id })), codeOf(await app.ask(as.head, unsubscribeQuery, { id: newId() }))]).toEqual([[], 'NOT_FOUND', 'NOT_FOUND']);
    expect((await app.ask(as.ben, unsubscribeQuery, { id })).data).toEqual({ unsubscribeFromPush: id });
    expect([await browsersOf(as.ben), codeOf(await app.ask(as.ben, unsubscribeQuery, { id }))]).toEqual([[], 'NOT_FOUND']);
  });
  it('are no business of a token', async () => {
    const { caller } = await tokenAt(scene, ashford, head);
    const answers = [await app.ask(caller, keyQuery), await app.ask(caller, listQuery), await app.ask(caller, subscribeQuery, inputOf(abroad())), await app.ask(caller, unsubscribeQuery, { id: newId() })];
    expect(answers.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });
  it('end where somebody signs out there, or ends the session from elsewhere, and no other', async () => {
    const guest = await scene.person(ashford, 'librarian');
    const [desk, lent, phone] = [await sessionOf(scene, guest), await sessionOf(scene, guest), await sessionOf(scene, guest)];
    await subscribe(desk, inputOf(abroad(), { browser: 'Desk' }));
    const [{ id: lentId } = { id: '' }] = await scene.query<{ id: string }>('select id from session where actor_id = $1 order by id offset 1 limit 1', [guest]);
    await subscribe(lent, inputOf(abroad(), { browser: 'Lent' }));
    await subscribe(phone, inputOf(abroad(), { browser: 'Phone' }));
    await fetch(`${app.url}/sign-out`, { method: 'POST', headers: { ...desk, 'x-earshot': '1', origin: 'https://earshot.library.example' } });
    expect(await browsersOf(phone)).toEqual(['Lent', 'Phone']);
    await app.ask(phone, 'mutation($id: ID!) { endSession(id: $id) { id } }', { id: lentId });
    expect(await browsersOf(phone)).toEqual(['Phone']);
  });
  it('go with whoever leaves', async () => {
    const guest = await scene.person(ashford, 'librarian');
    await subscribe(await sessionOf(scene, guest), inputOf(abroad()));
    const { errors } = await app.ask(as.head, 'mutation($id: ID!) { deactivatePerson(personId: $id) { __typename } }', { id: guest });
    expect([errors, await scene.query('select 1 from push_subscription')]).toEqual([undefined, []]);
  });
});
