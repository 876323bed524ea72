import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { JobQueue } from '@earshot/core/jobs';
import { NoticeJobs, NoticeMailer, type Occasion, ToldPeople } from '@earshot/core/notices';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { tokenAt } from '../garbage/office.js';
import { eventually } from '../support/eventually.js';
import { MailBox } from '../support/mail-box.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { withSignIn } from './with-sign-in.js';

type Caller = Readonly<Record<string, string>>;

let [app, deaf]: [WholeApp, WholeApp] = [] as never;
let scene: Scene;
let box: MailBox;
let [county, ashford, branch]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, head, ada, ben, cleo]: [string, string, string, string, string] = [] as never;
let as: Readonly<Record<'chief' | 'head' | 'ada' | 'ben' | 'cleo', Caller>>;
const open: Client[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  box = await MailBox.open();
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  branch = await scene.library({ name: 'Branch', parent: ashford });
  [chief, head] = [await scene.person(county, 'administrator', { name: 'Cora' }), await scene.person(ashford, 'administrator', { name: 'Hal' })];
  [ada, ben, cleo] = [await scene.person(ashford, 'librarian', { name: 'Ada' }), await scene.person(ashford, 'librarian', { name: 'Ben' }), await scene.person(branch, 'librarian', { name: 'Cleo' })];
  as = { chief: await sessionOf(scene, chief), head: await sessionOf(scene, head), ada: await sessionOf(scene, ada), ben: await sessionOf(scene, ben), cleo: await sessionOf(scene, cleo) };
  app = await startWholeApp(test, [withSignIn], { EARSHOT_PUBLIC_URL: 'https://earshot.library.example', EARSHOT_SMTP_URL: box.url, EARSHOT_MAIL_FROM: 'earshot@library.example' });
  deaf = await startWholeApp(test, [withSignIn]);
}, 60_000);
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
  for (const table of ['notice', 'notice_preference', 'notice_policy', 'reply_policy', 'stop', 'conversation', 'change']) await scene.query(`delete from ${table}`);
  await scene.query(`delete from pgboss.job where name like 'notices.%'`);
  box.received.splice(0);
  box.refused.clear();
});
afterAll(async () => {
  await app?.close();
  await deaf?.close();
  await box?.down();
  await scene?.close();
});

const data = async <T>(caller: Caller, query: string, variables: object = {}, at = app): Promise<T> => {
  const { data: answered, errors } = await at.ask(caller, query, variables);
  expect(errors).toBeUndefined();
  return answered as T;
};
const refusal = async (caller: Caller, query: string, variables: object = {}): Promise<unknown> => {
  const { errors } = await app.ask(caller, query, variables);
  return [errors?.[0]?.extensions['code'], errors?.[0]?.message];
};
interface Listed { notices: { edges: { node: { id: string; title: string; seenAt: string | null } }[]; totalCount: { value: number }; pageInfo: { endCursor: string; hasNextPage: boolean } } }
const list = (caller: Caller, variables: object = {}): Promise<Listed> =>
  data<Listed>(caller, 'query($first: Int, $after: Cursor, $unseen: Boolean, $kind: NoticeKind) { notices(first: $first, after: $after, unseen: $unseen, kind: $kind) { edges { node { id title seenAt } } totalCount { value } pageInfo { endCursor hasNextPage } } }', variables);
const titles = async (caller: Caller, variables: object = {}): Promise<string[]> => (await list(caller, variables)).notices.edges.map(({ node }) => node.title);
const markSeen = async (caller: Caller, ids?: readonly string[]): Promise<unknown> => (await data<{ markNoticesSeen: unknown }>(caller, 'mutation($ids: [ID!]) { markNoticesSeen(ids: $ids) { value } }', { ids })).markNoticesSeen;
const tell = (occasion: Occasion, at = ashford): Promise<void> => app.app.get(NoticeJobs).tell(occasion, { id: at.id, actorId: at.system });
/** What was asked to be told and nobody has told yet, since nothing here runs jobs unless a test says so. */
const asked = async (): Promise<{ data: Occasion; library: string; in_hours: number }[]> =>
  scene.query(`select data, group_id as library, round(extract(epoch from start_after - now()) / 3600)::int as in_hours from pgboss.job where name = 'notices.tell' and state = 'created' order by created_on, id`);
const tellAll = async (): Promise<void> => {
  for (const job of await asked()) await tell(job.data, [county, ashford, branch].find(({ id }) => id === job.library));
};
const mention = async (key: string, ...actorIds: string[]): Promise<void> => tell({ what: 'mentioned', key, conversationId: (await scene.heard(ashford)).conversation, by: ada, actorIds });

describe('notices', () => {
  it('are paged from the newest, and counted', async () => {
    for (const key of ['m1', 'm2', 'm3']) await mention(key, ben);
    const first = await list(as.ben, { first: 2 });
    const rest = await list(as.ben, { first: 2, after: first.notices.pageInfo.endCursor });
    expect([first.notices.edges.length, first.notices.pageInfo.hasNextPage, first.notices.totalCount.value, rest.notices.edges.length, rest.notices.pageInfo.hasNextPage]).toEqual([2, true, 3, 1, false]);
    const ids = [...first.notices.edges, ...rest.notices.edges].map(({ node }) => node.id);
    expect(ids).toEqual((await scene.query<{ id: string }>('select id from notice order by told_at desc, id desc')).map(({ id }) => id));
    expect(await titles(as.ben, { kind: 'crisis' })).toEqual([]);
  });
  it('are seen by whom they are for, one by one or all', async () => {
    for (const key of ['m1', 'm2', 'm3']) await mention(key, ben, head);
    const [one, two] = (await list(as.ben)).notices.edges.map(({ node }) => node.id);
    expect(await markSeen(as.ben, [one ?? ''])).toEqual({ value: 2 });
    expect((await list(as.ben, { unseen: true })).notices.edges.map(({ node }) => node.id)).not.toContain(one);
    expect((await list(as.ben, { unseen: false })).notices.edges.map(({ node }) => node.id)).toEqual([one]);
    // Of somebody else, or of nobody.
    expect(await markSeen(as.head, [two ?? '', newId()])).toEqual({ value: 3 });
    expect((await list(as.ben, { unseen: true })).notices.totalCount.value).toBe(2);
    expect(await markSeen(as.ben)).toEqual({ value: 0 });
    expect((await list(as.head, { unseen: true })).notices.totalCount.value).toBe(3);
  });
  it('are not shown of a library where somebody has no role any more', async () => {
    const guest = await scene.person(ashford);
    await mention('m1', guest);
    const caller = await sessionOf(scene, guest);
    await scene.query('delete from actor_role where actor_id = $1', [guest]);
    await scene.role(guest, county, 'observer');
    expect(await titles(caller)).toHaveLength(1);
    await scene.query('delete from actor_role where actor_id = $1', [guest]);
    expect((await app.ask(caller, '{ notices { edges { node { id } } } }')).data ?? null).toMatchObject({ notices: { edges: [] } });
  });
  it('are no business of a token', async () => {
    const { caller } = await tokenAt(scene, ashford, ada);
    expect(await refusal(caller, '{ notices { edges { node { id } } } }')).toEqual(['FORBIDDEN', expect.any(String)]);
    expect(await refusal(caller, 'mutation { markNoticesSeen { value } }')).toEqual(['FORBIDDEN', expect.any(String)]);
  });
});

describe('a hint of a notice', () => {
  const subscribe = (caller: Caller) => {
    class Socket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { origin: 'https://earshot.library.example', ...caller } });
      }
    }
    const client = createClient({ url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0 });
    open.push(client);
    return client.iterate<{ changed: { kind: string; id: string | null } }>({ query: 'subscription { changed { kind id } }' });
  };
  const next = async (hints: ReturnType<typeof subscribe>): Promise<unknown> => (await hints.next()).value?.data?.changed;

  it('reaches whom it is for, and nobody else of the library', async () => {
    const [bens, heads] = [subscribe(as.ben), subscribe(as.head)];
    expect([await next(bens), await next(heads)]).toMatchObject([{ kind: 'read_again' }, { kind: 'read_again' }]);
    await mention('m1', ben);
    await mention('m2', head);
    const [ofBen, ofHead] = await Promise.all([next(bens), next(heads)]);
    const ids = async (person: string): Promise<string> => (await scene.query<{ id: string }>('select id from notice where person_id = $1', [person]))[0]?.id ?? '';
    expect(ofBen).toEqual({ kind: 'notice', id: await ids(ben) });
    expect(ofHead).toEqual({ kind: 'notice', id: await ids(head) });
  });
  it('is made up for whoever was away, and not told to others', async () => {
    const since = 'query($c: Cursor) { changedSince(cursor: $c) { cursor changes { kind id } } }';
    type Since = { changedSince: { cursor: string; changes: { kind: string; id: string }[] } };
    const cursors = [await data<Since>(as.ben, since), await data<Since>(as.head, since)].map(({ changedSince }) => changedSince.cursor);
    await mention('m1', ben);
    const noticesSince = async (caller: Caller, c: string | undefined): Promise<unknown> => (await data<Since>(caller, since, { c })).changedSince.changes.filter(({ kind }) => kind === 'notice');
    expect(await noticesSince(as.ben, cursors[0])).toHaveLength(1);
    expect(await noticesSince(as.head, cursors[1])).toEqual([]);
    expect(await scene.query(`select 1 from change where kind = 'notice'`)).toEqual([]);
  });
});

describe('preferences', () => {
  const fields = 'ways { kind ways } digestHours digestDays quietFrom quietUntil emailReaches emailMissing';
  const set = 'mutation($p: NoticePreferencesInput!) { setNoticePreferences(preferences: $p) { ' + fields + ' } }';
  const wish = { ways: [{ kind: 'crisis', ways: ['mail'] }], digestHours: [16, 9, 9], digestDays: [5, 1], quietFrom: '22:00', quietUntil: '07:30' };
  interface Preferences { ways: { kind: string; ways: string[] }[]; digestHours: number[]; digestDays: number[]; quietFrom: string | null; quietUntil: string | null; emailReaches: boolean; emailMissing: string | null }
  const preferences = async (caller: Caller, at = app): Promise<Preferences> => (await data<{ noticePreferences: Preferences }>(caller, `{ noticePreferences { ${fields} } }`, {}, at)).noticePreferences;

  it('are as usual, until somebody says otherwise of what they name', async () => {
    const usual = await preferences(as.ben);
    expect(usual).toMatchObject({ digestHours: [8], digestDays: [1, 2, 3, 4, 5], quietFrom: null, quietUntil: null, emailReaches: true, emailMissing: null });
    expect(usual.ways).toHaveLength(10);
    expect(usual.ways).toContainEqual({ kind: 'round', ways: ['digest'] });
    await data(as.ben, set, { p: wish });
    const chosen = await preferences(as.ben);
    expect(chosen).toMatchObject({ digestHours: [9, 16], digestDays: [1, 5], quietFrom: '22:00', quietUntil: '07:30' });
    expect(chosen.ways).toContainEqual({ kind: 'crisis', ways: ['mail'] });
    expect(chosen.ways).toContainEqual({ kind: 'list', ways: ['dashboard', 'digest'] });
    expect((await preferences(as.head)).quietFrom).toBeNull();
  });
  it.each([
    [{ digestHours: [24] }, 'digestHours are whole numbers from 0 to 23.'], [{ digestDays: [0] }, 'digestDays are whole numbers from 1 to 7.'], [{ digestHours: [] }, 'A digest needs an hour and a day'],
    [{ quietFrom: '25:00' }, 'quietFrom is a time of day'], [{ quietUntil: null }, 'Quiet hours have a beginning and an end'], [{ quietUntil: '22:00' }, 'Quiet hours end at another time'],
  ])('refuse %j', async (part, words) => {
    expect(await refusal(as.ben, set, { p: { ...wish, ...part } })).toEqual(['BAD_INPUT', expect.stringContaining(words)]);
  });
  it('say that mail reaches nobody where there is no mail server, and what can be done', async () => {
    expect(await preferences(as.ben, deaf)).toMatchObject({ emailReaches: false, emailMissing: expect.stringContaining('EARSHOT_SMTP_URL') });
  });
  it('say that the mail server refused an address, until it takes it again', async () => {
    const [{ email } = { email: '' }] = await scene.query<{ email: string }>('select email from person where actor_id = $1', [ben]);
    box.refused.set(email, { code: 550, words: 'no such mailbox' });
    await mention('m1', ben);
    await app.app.get(NoticeMailer).run(new AbortController().signal);
    expect(await preferences(as.ben)).toMatchObject({ emailReaches: false, emailMissing: expect.stringMatching(/no such mailbox.*Is your address right\?/) });
    expect(await data(as.ben, '{ notices { edges { node { mails { state words } } } } }')).toMatchObject({ notices: { edges: [{ node: { mails: [{ state: 'refused', words: expect.stringContaining('no such mailbox') }] } }] } });
    box.refused.clear();
    await mention('m2', ben);
    await app.app.get(NoticeMailer).run(new AbortController().signal);
    expect(await preferences(as.ben)).toMatchObject({ emailReaches: true });
  });
});

describe('a draft that is submitted', () => {
  const policy = 'mutation($l: ID!, $p: NoticePolicyInput) { setNoticePolicy(libraryId: $l, policy: $p) { showsPosts standInId standInHours setAtId } }';
  const submit = async (caller: Caller, by: string): Promise<string> => {
    const { conversation, post } = await scene.heard(ashford);
    const id = newId();
    await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by, written_by) values ($1, $2, $3, $4, $5, $1, 'Come by.', $6, $6)`, [id, ashford.id, conversation, await scene.account(ashford), post, by]);
    await data(caller, 'mutation($id: ID!) { submitReply(id: $id) { __typename } }', { id });
    return id;
  };
  const waiting = async (): Promise<string[]> => (await scene.query<{ name: string }>(`select p.name from notice n join person p on p.actor_id = n.person_id where n.kind = 'approval' order by 1`)).map(({ name }) => name);

  it('is told to those who may approve, but whoever submits it', async () => {
    await submit(as.ada, ben);
    await tellAll();
    expect(await waiting()).toEqual(['Ben', 'Cora', 'Hal']);
  });
  it('is not told to whoever wrote it, where the policy wants a second person, nor to librarians where it leaves that to administrators', async () => {
    await scene.query(`insert into reply_policy(id, library_id, approvers, second_person, unasked_days) values (gen_random_uuid(), $1, 'librarian', '{always}', 7)`, [county.id]);
    await submit(as.ada, ben);
    await tellAll();
    expect(await waiting()).toEqual(['Cora', 'Hal']);
    await scene.query('delete from notice');
    await scene.query(`delete from pgboss.job where name = 'notices.tell'`);
    await scene.query(`update reply_policy set approvers = 'administrator', second_person = '{}'`);
    await submit(as.ada, ben);
    await tellAll();
    expect(await waiting()).toEqual(['Cora', 'Hal']);
  });
  it('is told to the stand-in after the hours that the library wants', async () => {
    expect(await data(as.head, policy, { l: ashford.id, p: { showsPosts: false, standIn: { personId: ben, hours: 4 } } })).toEqual({ setNoticePolicy: { showsPosts: false, standInId: ben, standInHours: 4, setAtId: ashford.id } });
    const id = await submit(as.ada, ada);
    await tellAll();
    const late = (await asked()).filter(({ data: { what } }) => what === 'approval-late');
    expect(late).toMatchObject([{ data: { replyId: id, to: ben }, library: ashford.id, in_hours: 4 }]);
    await scene.query('delete from notice');
    await tell(late[0]?.data as Occasion);
    expect(await titles(as.ben)).toEqual(['A draft still waits for its approval']);
  });
  it.each([
    [() => ({ personId: ben, hours: 0 }), 'standInHours is a number of hours'], [() => ({ personId: cleo, hours: 4 }), 'Whoever stands in is a librarian or administrator of this library.'],
  ])('has no stand-in that is none', async (standIn, words) => {
    expect(await refusal(as.head, policy, { l: ashford.id, p: { showsPosts: false, standIn: standIn() } })).toEqual(['BAD_INPUT', expect.stringContaining(words)]);
  });
  it('has a policy that holds below, until somebody there says otherwise, and is set by administrators', async () => {
    await data(as.chief, policy, { l: county.id, p: { showsPosts: true } });
    const holding = async (caller: Caller): Promise<unknown> => (await data<{ noticePolicy: unknown }>(caller, 'query($l: ID!) { noticePolicy(libraryId: $l) { showsPosts standInId setAtId } }', { l: ashford.id })).noticePolicy;
    expect(await holding(as.ben)).toEqual({ showsPosts: true, standInId: null, setAtId: county.id });
    await data(as.head, policy, { l: ashford.id, p: { showsPosts: false } });
    expect(await holding(as.ben)).toMatchObject({ showsPosts: false, setAtId: ashford.id });
    await data(as.head, policy, { l: ashford.id, p: null });
    expect(await holding(as.ben)).toMatchObject({ showsPosts: true, setAtId: county.id });
    expect(await refusal(as.ben, policy, { l: ashford.id, p: { showsPosts: true } })).toEqual(['FORBIDDEN', expect.any(String)]);
  });
});

describe('a stop', () => {
  it('is told once to everybody who works there or below, but whoever stopped it', async () => {
    await data(as.head, 'mutation($l: ID!) { stopLibrary(libraryId: $l, what: sending, why: "the server moves") { id } }', { l: ashford.id });
    await tellAll();
    const told = (await scene.query<{ name: string }>(`select p.name from notice n join person p on p.actor_id = n.person_id where n.kind = 'stopped' order by 1`)).map(({ name }) => name);
    expect(told).toEqual(['Ada', 'Ben', 'Cleo', 'Cora']);
    expect(await titles(as.cleo)).toEqual(['Sending is stopped']);
  });
});

describe('notices of the past', () => {
  it('go after ninety days', async () => {
    const { RetentionService } = await import('../../libs/core/src/privacy/retention/retention.service.js');
    await mention('m1', ben);
    await mention('m2', ben);
    await scene.query(`update notice set told_at = now() - interval '91 days' where thing = 'm1'`);
    await app.app.get(RetentionService).letGo([ashford.id], new AbortController().signal);
    expect(await scene.query('select thing from notice')).toEqual([{ thing: 'm2' }]);
    expect(app.app.get(ToldPeople).areMailed).toBe(true);
  });
});

// The last: from here on the queue works beside us.
describe('the whole way', () => {
  it('leads from what a colleague does to the one whom it is for, here and by mail, and to nobody else', async () => {
    const { conversation } = await scene.heard(ashford, { text: 'Could I build a wine cellar?' });
    await data(as.ada, 'mutation($c: ID!, $to: ID) { assign(conversationId: $c, assigneeId: $to) { __typename } }', { c: conversation, to: ben });
    await app.app.get(JobQueue).start();
    await eventually('the mail', async () => box.received[0]);
    const { notices } = await data<{ notices: { edges: { node: object }[] } }>(as.ben, '{ notices { edges { node { kind title body need path conversationId subjectId seenAt library { name } mails { way state words } } } } }');
    expect(notices.edges).toEqual([{
      node: {
        kind: 'assigned', title: 'Ada gave you a conversation', body: 'Ada gave you a conversation: it is yours to answer.', need: null, path: `/conversations/${conversation}`, conversationId: conversation, subjectId: null, seenAt: null,
        library: { name: 'Ashford' }, mails: [{ way: 'mail', state: expect.stringMatching(/^sen(ding|t)$/), words: null }],
      },
    }]);
    for (const caller of [as.ada, as.head, as.chief]) expect(await titles(caller)).toEqual([]);
    expect(box.received.map(({ headers }) => headers.get('subject'))).toEqual(['Ashford: Ada gave you a conversation']);
  });
});
