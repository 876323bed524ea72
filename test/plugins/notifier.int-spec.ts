import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AnnotationsService, TriageService } from '@earshot/core/conversations';
import { newId } from '@earshot/core/database';
import { JobQueue } from '@earshot/core/jobs';
import { NoticeJobs, type Occasion } from '@earshot/core/notices';
import { AccountHealth, PluginCalls, PluginNotifiers } from '@earshot/core/plugins';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, startWholeApp } from '../support/whole-app.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { told, toldOnce, withNotifier } from './with-notifier.js';
import { withSignIn } from './with-sign-in.js';

let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let app: WholeApp;
let [ada, ben]: [string, string] = [] as never;
let account: string;

const room = (at: SceneLibrary, name: string): Promise<string> => scene.account(at, { plugin: 'with-notifier', settings: JSON.stringify({ room: name }) });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  [ada, ben] = [await scene.person(ashford, 'librarian', { name: 'Ada' }), await scene.person(ashford, 'librarian', { name: 'Ben' })];
  account = await scene.account(ashford, { plugin: 'with-sign-in', name: 'The town' });
  await room(county, 'county');
  await room(ashford, 'ashford');
  await room(millbrook, 'millbrook');
  await scene.query(`update account set state = 'off' where id = $1`, [await room(ashford, 'turned off')]);
  app = await startWholeApp(test, [withNotifier, withSignIn], { EARSHOT_PUBLIC_URL: 'https://earshot.library.example' });
  await app.app.get(JobQueue).start();
});
afterAll(async () => {
  await app.close();
  await scene.close();
});
beforeEach(() => void told.splice(0));

describe('notices', () => {
  it('tell the rooms of the library, and of those above it, that somebody has to sign in again, and of what is asked', async () => {
    await app.database.listening((tx) => app.app.get(AccountHealth).signInAgain(tx, account, 'the password of @anna is wrong'));
    await toldOnce(2);
    const [row] = await scene.query<{ since: Date }>('select health_since as since from account where id = $1', [account]);
    const notice = {
      title: 'Sign in again: The town', body: 'Nothing is heard by the account “The town” until somebody signs in again.', link: new URL(`https://earshot.library.example/accounts/${account}`),
      key: `sign-in-again:${account}:${row?.since.getTime()}`,
    };
    expect(told.map(({ room: name }) => name).sort()).toEqual(['ashford', 'county']);
    for (const each of told) expect(each.notice).toEqual(notice);
  });
  it('tell once of what stays as it is', async () => {
    const tell = (words: string): Promise<void> => app.database.listening((tx) => app.app.get(AccountHealth).signInAgain(tx, account, words));
    await tell('other words');
    await app.app.get(TriageService).assign({ id: ada, kind: 'person' }, { conversationId: (await scene.heard(ashford)).conversation, assigneeId: ben });
    await toldOnce(2);
    expect(told.map(({ notice }) => notice.title)).toEqual(['For Ben', 'For Ben']);
  });
  it('tell who was mentioned, and not what was said', async () => {
    const { conversation } = await scene.heard(ashford, { text: 'How do I build a wine cellar?' });
    await app.app.get(AnnotationsService).note({ id: ada, kind: 'person' }, { conversationId: conversation, body: 'They want a wine cellar.', mentions: [ada, ben] });
    await toldOnce(2);
    expect(told[0]?.notice).toMatchObject({ title: 'In a note: Ben', body: 'Ada wrote a note on a conversation for Ben.', link: new URL(`https://earshot.library.example/conversations/${conversation}`) });
    expect(JSON.stringify(told)).not.toContain('wine');
  });
  it('tell that a list changed, or stopped, as long as it is so', async () => {
    const [list, boundId, changeId] = [await scene.list(ashford), newId(), newId()];
    await scene.query(`insert into bound_list(id, library_id, list_id, account_id, remote_id, name, applies, every_hours, reason, category) values ($1, $2, $3, $4, 'clubs', 'Clubs', 'waits', 6, 'clubs', 'organisation')`, [boundId, ashford.id, list, account]);
    await scene.query(`insert into bound_change(id, library_id, bound_id, state, came, went) values ($1, $2, $3, 'waiting', 3, 1)`, [changeId, ashford.id, boundId]);
    const tell = (occasion: Occasion): Promise<void> => app.app.get(NoticeJobs).send({ accountId: listsRoom, occasion, pauses: 0 }, { id: ashford.id, actorId: ashford.system });
    const listsRoom = await room(ashford, 'lists');
    await tell({ what: 'list-changed', changeId, key: 'c' });
    expect(told[0]?.notice).toMatchObject({ title: 'Look at a list: Clubs', body: 'On the list “Clubs”, 3 came and 1 went. Nothing is followed, or ended, before somebody says so.' });
    await scene.query(`update bound_change set state = 'declined' where id = $1`, [changeId]);
    await tell({ what: 'list-changed', changeId, key: 'c' });
    await tell({ what: 'list-stopped', boundId, key: 's' });
    expect(told).toHaveLength(1);
    await scene.query(`update bound_list set state = 'stopped' where id = $1`, [boundId]);
    await tell({ what: 'list-stopped', boundId, key: 's' });
    expect(told[1]?.notice).toMatchObject({ title: 'A list cannot be read: Clubs' });
    await scene.query(`update account set state = 'off' where id = $1`, [listsRoom]);
  });
  it('do not come of what was rolled back', async () => {
    const other = await scene.account(ashford, { plugin: 'with-sign-in' });
    await expect(
      app.database.listening(async (tx) => {
        await app.app.get(AccountHealth).signInAgain(tx, other, 'no');
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await scene.query(`select 1 from pgboss.job where name = 'notices.tell' and data ->> 'accountId' = $1`, [other])).toEqual([]);
  });
});

describe('a notice that cannot be told', () => {
  const occasion = (): Occasion => ({ what: 'sign-in-again', key: 'k1', accountId: account });
  const send = (accountId: string, pauses = 0): Promise<void> => app.app.get(NoticeJobs).send({ accountId, occasion: occasion(), pauses }, { id: ashford.id, actorId: ashford.system });
  /** Of this occasion: the queue works beside us on notices of the accounts that these tests stop. */
  const queued = (accountId: string) =>
    scene.query<{ pauses: number; ms: number }>(`select (data ->> 'pauses')::int as pauses, (extract(epoch from start_after - now()) * 1000)::int as ms from pgboss.job where name = 'notices.send' and data ->> 'accountId' = $1 and data #>> '{occasion,key}' = 'k1'`, [accountId]);
  const health = async (accountId: string) => (await scene.query<{ health: string }>('select health from account where id = $1', [accountId]))[0]?.health;

  it.each(['unreachable', 'cursor-lost', 'outcome-unknown'])('is tried again by the queue: %s', async (kind) => {
    await expect(send(await room(millbrook, `fails ${kind}`))).rejects.toMatchObject({ name: 'RemoteError', kind });
  });
  it('is tried again by the queue where the plugin fails', async () => {
    await expect(send(await room(millbrook, 'throws'))).rejects.toMatchObject({ name: 'PluginFault' });
  });
  it.each(['rejected', 'invalid-data'])('is given up: %s', async (kind) => {
    const accountId = await room(millbrook, `fails ${kind}`);
    await send(accountId);
    expect([await queued(accountId), await health(accountId)]).toEqual([[], 'new']);
  });
  it('stops the account where the network does not know us any more', async () => {
    const accountId = await room(millbrook, 'fails auth');
    await send(accountId);
    expect(await health(accountId)).toBe('sign-in-again');
  });
  it('waits for as long as the network asks, so many times', async () => {
    const accountId = await room(ashford, 'fails rate-limited');
    await send(accountId, 3);
    const [waiting] = await queued(accountId);
    expect(waiting?.pauses).toBe(4);
    expect(waiting?.ms).toBeGreaterThan(500_000);
    await expect(send(accountId, 10)).rejects.toMatchObject({ kind: 'rate-limited' });
  });
  it('is not told where its account is gone or off, or what it is about was mended', async () => {
    await send(newId());
    const off = await room(millbrook, 'off');
    await scene.query(`update account set state = 'off' where id = $1`, [off]);
    await send(off);
    const live = await room(millbrook, 'live');
    await send(live);
    const toldHere = (): readonly string[] => told.map(({ room: name }) => name).filter((name) => name === 'live' || name === 'off');
    expect(toldHere()).toEqual(['live']);
    await scene.query(`update account set health = 'well' where id = $1`, [account]);
    await send(live);
    expect(toldHere()).toEqual(['live']);
  });
  it('is waited for 30 s, and no longer', async () => {
    const bed = await TestBed.open();
    const under = await HostUnderTest.start(bed, [withNotifier]);
    const notifiers = new PluginNotifiers(bed.database, new PluginCalls(under.contexts, under.options), new AccountHealth(), under.leases, under.registry);
    const turning = setInterval(() => under.clock.advance(1_000), 1);
    const notice = { title: 't', body: 'b', link: new URL('https://earshot.example/'), key: 'k' };
    await expect(notifiers.notify(await bed.account('with-notifier', [], { room: 'hangs' }), notice)).rejects.toThrow('did not answer within 30 s');
    clearInterval(turning);
    await bed.close();
  });
});

describe('where no plugin tells anybody anything', () => {
  it('no room is told, and people are all the same', async () => {
    const test = await createTestDatabase();
    const here = await Scene.open(test);
    const library = await here.library();
    const head = await here.person(library, 'administrator');
    const stopped = await here.account(library, { plugin: 'with-sign-in', health: 'failed' });
    const without = await startWholeApp(test, [withSignIn]);
    await without.app.get(NoticeJobs).tell({ what: 'failed', accountId: stopped, key: 'f' }, { id: library.id, actorId: library.system });
    expect(await here.query('select 1 from pgboss.job where name like $1', ['notices.send'])).toEqual([]);
    expect(await here.query('select person_id from notice')).toEqual([{ person_id: head }]);
    await without.close();
    await here.close();
  });
});
