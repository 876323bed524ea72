import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PluginCalls, PluginSignIns } from '@earshot/core/plugins';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withAccount } from './with-account.js';
import { givenBack, withSignIn } from './with-sign-in.js';

type Session = { readonly cookie: string };

let scene: Scene;
let town: SceneLibrary;
let app: WholeApp;
let [head, colleague]: [Session, Session] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  app = await startWholeApp(test, [withSignIn, withAccount], { EARSHOT_PUBLIC_URL: 'http://earshot.library.example' });
  head = await sessionOf(scene, await scene.person(town, 'administrator'));
  colleague = await sessionOf(scene, await scene.person(town, 'administrator'));
});
afterAll(async () => {
  await app.close();
  await scene.close();
});
beforeEach(() => void givenBack.splice(0));

const accountOf = async (manner = 'well'): Promise<string> => {
  const account = await scene.account(town, { plugin: 'with-sign-in', name: 'The <Town>', settings: JSON.stringify({ manner }) });
  await scene.query(
    `insert into channel(id, account_id, library_id, key, mode, pulse_ms, state, state_words, heard_from, heard_until) values (gen_random_uuid(), $1, $2, 'x', 'poll', 60000, 'stopped', 'Nobody has signed in yet.', now(), now())`,
    [account, town.id],
  );
  await scene.query(`update account set health = 'sign-in-again' where id = $1`, [account]);
  return account;
};
const begin = async (account: string, as: Session = head): Promise<Record<string, string>> =>
  (await app.ask(as, 'mutation($a: ID!) { beginSignIn(accountId: $a) { __typename ... on SignInBegun { url until } ... on UserError { code message } } }', { a: account })).data?.['beginSignIn'] as Record<string, string>;
const ticketOf = async (account: string, as: Session = head): Promise<string> => new URL((await begin(account, as))['url'] ?? '').searchParams.get('state') ?? '';
const comeBack = async (query: string, as?: Session): Promise<{ status: number; page: string }> => {
  const response = await fetch(`${app.url}/accounts/callback?${query}`, { headers: as ?? {} });
  return { status: response.status, page: await response.text() };
};
const stored = async (account: string): Promise<{ health: string; channel: string; version: number | null; who: string | null; pending: number }> => {
  const [row] = await scene.query<Awaited<ReturnType<typeof stored>>>(
    `select a.health, c.state as channel, s.version, p.remote_id as who, (select count(*)::int from account_sign_in i where i.account_id = a.id) as pending
     from account a join channel c on c.account_id = a.id left join account_secret s on s.account_id = a.id left join profile p on p.id = a.profile_id where a.id = $1`,
    [account],
  );
  if (row === undefined) throw new Error('there is no such account');
  return row;
};
const audited = (account: string) => scene.query<{ action: string; detail: object }>('select action, detail from audit where subject_id = $1 order by at, id', [account]);

describe('signing in on the network’s own page', () => {
  it('sends the person there, takes them back once, and hears again', async () => {
    const account = await accountOf();
    const begun = await begin(account);
    expect(begun).toMatchObject({ __typename: 'SignInBegun', url: expect.stringContaining(`redirect_uri=${encodeURIComponent('http://earshot.library.example/accounts/callback')}`) });
    const ticket = new URL(begun['url'] ?? '').searchParams.get('state');
    const { status, page } = await comeBack(`code=good&state=${ticket}`, head);
    expect([status, page]).toEqual([200, expect.stringContaining('The account “The &lt;Town&gt;” is signed in')]);
    expect(await stored(account)).toEqual({ health: 'well', channel: 'waiting', version: 1, who: 'us', pending: 0 });
    expect((await comeBack(`code=good&state=${ticket}`, head)).status).toBe(400);
    expect(await audited(account)).toEqual([{ action: 'account.sign-in-begun', detail: {} }, { action: 'account.signed-in', detail: {} }]);
  });
  it('keeps what is under way sealed, for ten minutes', async () => {
    const account = await accountOf();
    const ticket = await ticketOf(account);
    const [kept] = await scene.query<{ hash: Buffer; sealed: Buffer; short: boolean }>(`select hash, sealed, until between now() + interval '9 minutes' and now() + interval '10 minutes' as short from account_sign_in where account_id = $1`, [account]);
    expect([kept?.hash.toString(), kept?.sealed.toString()].join()).not.toMatch(new RegExp(`${ticket}|verifier`));
    expect(kept?.short).toBe(true);
    await scene.query('update account_sign_in set until = now() where account_id = $1', [account]);
    expect((await comeBack(`code=good&state=${ticket}`, head)).page).toContain('older than ten minutes');
    await ticketOf(account, colleague);
    expect((await stored(account)).pending).toBe(1);
  });
  it('is for the person who began it, in their session', async () => {
    const account = await accountOf();
    const ticket = await ticketOf(account);
    expect((await comeBack(`code=good&state=${ticket}`)).status).toBe(401);
    expect((await comeBack(`code=good&state=${ticket}`, colleague)).status).toBe(400);
    expect((await comeBack('code=good', head)).status).toBe(400);
    expect(await stored(account)).toMatchObject({ version: null, pending: 1 });
    // None of these spent it.
    expect((await comeBack(`code=good&state=${ticket}`, head)).status).toBe(200);
  });
  it('is for administrators, also when they come back', async () => {
    const account = await accountOf();
    const passing = await scene.person(town, 'administrator');
    const session = await sessionOf(scene, passing);
    const ticket = await ticketOf(account, session);
    await scene.query(`update actor_role set role = 'librarian' where actor_id = $1`, [passing]);
    expect((await comeBack(`code=good&state=${ticket}`, session)).status).toBe(403);
    expect((await stored(account)).version).toBeNull();
    const answer = await app.ask(session, 'mutation($a: ID!) { beginSignIn(accountId: $a) { __typename } }', { a: account });
    expect(answer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
  it('can be ended by hand, with the address or with a code alone', async () => {
    const finish = async (account: string, answer: string): Promise<unknown> =>
      (await app.ask(head, 'mutation($a: ID!, $b: String!) { finishSignIn(accountId: $a, answer: $b) { __typename ... on Account { health } ... on UserError { code } } }', { a: account, b: answer })).data?.['finishSignIn'];
    const [first, second] = [await accountOf(), await accountOf()];
    const ticket = await ticketOf(first);
    await ticketOf(second);
    expect(await finish(second, `http://earshot.library.example/accounts/callback?code=good&state=${ticket}`)).toMatchObject({ code: 'SIGN_IN_LOST' });
    expect(await finish(second, ' good ')).toEqual({ __typename: 'Account', health: 'well' });
    expect(await finish(second, 'good')).toMatchObject({ code: 'SIGN_IN_LOST' });
  });
  it.each([['error=access_denied', 'You did not let Earshot in.'], ...(['auth', 'rate-limited', 'unreachable', 'rejected', 'invalid-data', 'cursor-lost', 'outcome-unknown'] as const).map((kind) => [`code=fails ${kind}`, `The network says: fails ${kind}.`] as const)])(
    'says why the network did not let us in: %s',
    async (query, words) => {
      const account = await accountOf();
      const { status, page } = await comeBack(`${query}&state=${await ticketOf(account)}`, head);
      expect([status, page]).toEqual([400, expect.stringContaining(words)]);
      expect(await stored(account)).toMatchObject({ health: 'sign-in-again', version: null, pending: 0 });
    },
  );
  it.each(['throws', 'garbage'])('tells nobody what went wrong inside a plugin that %s', async (code) => {
    const account = await accountOf();
    const { status, page } = await comeBack(`code=${code}&state=${await ticketOf(account)}`, head);
    expect([status, page]).toEqual([500, expect.stringContaining('Something failed on our side')]);
    expect(page).not.toContain('hunter2');
    expect((await stored(account)).version).toBeNull();
  });
  it('does not take the place of secrets that were replaced meanwhile', async () => {
    const account = await accountOf();
    expect((await comeBack(`code=overtaken&state=${await ticketOf(account)}`, head)).page).toContain('Meanwhile the secrets of this account were replaced');
    expect((await stored(account)).version).toBe(1);
  });
  it('says so at once where what came of it does not hold', async () => {
    const account = await accountOf();
    expect((await comeBack(`code=worthless&state=${await ticketOf(account)}`, head)).status).toBe(200);
    expect(await stored(account)).toMatchObject({ health: 'sign-in-again', channel: 'stopped' });
  });
  it.each([['fails unreachable', 'SIGN_IN_FAILED'], ['fails rejected', 'SIGN_IN_FAILED']])('says why it cannot begin: %s', async (manner, code) => {
    expect(await begin(await accountOf(manner))).toMatchObject({ code, message: `The network says: ${manner}.` });
  });
  it.each(['garbage', 'script', 'endless state', 'throws'])('believes no plugin that begins so: %s', async (manner) => {
    const account = await accountOf(manner);
    const answer = await app.ask(head, 'mutation($a: ID!) { beginSignIn(accountId: $a) { __typename } }', { a: account });
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL' } });
    expect((await stored(account)).pending).toBe(0);
  });
  it('is not offered where the plugin wants secrets', async () => {
    const account = await scene.account(town, { plugin: 'with-account' });
    expect(await begin(account)).toMatchObject({ code: 'SIGN_IN_NOT_OFFERED' });
    const { data } = await app.ask(head, 'query($a: ID!, $b: ID!) { a: account(id: $a) { signsInAtNetwork } b: account(id: $b) { signsInAtNetwork } }', { a: account, b: await accountOf() });
    expect(data).toEqual({ a: { signsInAtNetwork: false }, b: { signsInAtNetwork: true } });
  });

  describe('and out', () => {
    const out = async (account: string, how = 'endSignIn'): Promise<unknown> => (await app.ask(head, `mutation($a: ID!) { ${how}(accountId: $a) { health healthInWords removedAt } }`, { a: account })).data?.[how];
    const signedIn = async (token: string): Promise<string> => {
      const account = await accountOf();
      await comeBack(`code=${token}&state=${await ticketOf(account)}`, head);
      return account;
    };

    it('gives the tokens back, forgets them, and hears nothing', async () => {
      const account = await signedIn('mine');
      expect(await out(account)).toMatchObject({ health: 'sign_in_again', healthInWords: 'Somebody has to sign in again: Nobody is signed in.' });
      expect(givenBack).toEqual(['mine']);
      expect(await stored(account)).toMatchObject({ health: 'sign-in-again', channel: 'stopped', version: 2 });
      expect((await audited(account)).at(-1)).toEqual({ action: 'account.signed-out', detail: {} });
      expect(await scene.query('select sealed from account_secret where account_id = $1', [account])).toEqual([{ sealed: Buffer.from('') }]);
    });
    it('also where the account is removed, and where the network will not have them', async () => {
      expect(await out(await signedIn('gone'), 'removeAccount')).toMatchObject({ removedAt: expect.any(String) });
      expect(givenBack).toEqual(['gone']);
      expect(await out(await signedIn('disputed'), 'removeAccount')).toMatchObject({ removedAt: expect.any(String) });
      expect(await out(await accountOf(), 'removeAccount')).toMatchObject({ removedAt: expect.any(String) });
      expect(givenBack).toEqual(['gone']);
    });
  });
});

describe('a plugin that never answers', () => {
  let bed: TestBed;
  let under: HostUnderTest;
  let signIns: PluginSignIns;

  beforeAll(async () => {
    bed = await TestBed.open();
    under = await HostUnderTest.start(bed, [withSignIn]);
    signIns = new PluginSignIns(new PluginCalls(under.contexts, under.options), under.registry, under.planner, under.options);
  });
  afterAll(() => bed.close());

  const late = async <T>(answer: Promise<T>): Promise<T> => {
    const turning = setInterval(() => under.clock.advance(1_000), 1);
    return answer.finally(() => clearInterval(turning));
  };

  it('is waited for 30 s when it begins, and when it ends', async () => {
    await expect(late(signIns.begin(await bed.account('with-sign-in', [], { manner: 'hangs' }), new URL('https://earshot.example/'), 't'))).rejects.toThrow('did not answer within 30 s');
    await expect(late(signIns.finish(await bed.account('with-sign-in', []), new URLSearchParams('code=hangs'), '{"verifier":"v7"}'))).rejects.toThrow('did not answer within 30 s');
  });
  it('is waited for 15 s when it shall give the tokens back, and keeps nobody’s account', async () => {
    const account = await bed.account('with-sign-in', []);
    await bed.scene.query('insert into account_secret(account_id, sealed) values ($1, $2)', [account, bed.keys.seal(account, '{"token":"stuck"}')]);
    await late(signIns.revoke(account));
    expect(under.warnings.at(-1)).toMatchObject({ message: 'the tokens of an account could not be given back', facts: { account, error: { name: 'PluginFault' } } });
  });
});
