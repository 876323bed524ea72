import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { connectOwner, createTestDatabase } from '../../../../../test/support/test-database.js';
import { SetupLink, StaffAdministration } from '../index.js';
import { StaffApiModule } from './index.js';

const password = 'correct horse battery';
const email = 'ada@library.example';
let api: ApiApp;
let owner: pg.Client;

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule] });
  owner = await connectOwner(test);
});
afterAll(async () => {
  await owner.end();
  await api.close();
});

const json = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${api.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const form = (path: string, fields: Record<string, string>, origin: string | undefined = api.url): Promise<Response> =>
  fetch(`${api.url}${path}`, { method: 'POST', redirect: 'manual', headers: origin === undefined ? {} : { origin }, body: new URLSearchParams(fields) });
const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const signIn = async (as = email, by = password): Promise<string> => cookieOf(await json('/sign-in', { email: as, password: by }));
const viewer = (cookie: string) => api.ask({ cookie, 'x-earshot': '1' }, '{ viewer { id person { name email } roles { role } sessions { id current } } }');
const founding = { library: 'Bücherei St. Peter', kind: 'library', name: 'Ada Lovell', email, password };

describe('the first visit', () => {
  it('shows a page that a reader of screens understands, without script or anything from elsewhere', async () => {
    const response = await fetch(`${api.url}/setup?key=${encodeURIComponent('"><script>alert(1)</script>')}`);
    const page = await response.text();
    expect(page).not.toContain('<script');
    for (const field of ['library', 'name', 'email', 'password']) expect(page).toContain(`<label for="${field}">`);
    expect(page).toContain('<html lang="en">');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('referrer-policy')).toBe('strict-origin');
  });

  it('takes the newest link only, once, and says what is wrong in the form', async () => {
    const setup = api.app.get(SetupLink);
    const [older, key] = [await setup.issue(), await setup.issue()];
    expect((await json('/setup', { ...founding, key: older })).status).toBe(400);
    const short = await form('/setup', { ...founding, key: key ?? '', password: 'short', name: '<i>Ada' });
    expect(short.status).toBe(400);
    const page = await short.text();
    expect(page).toMatch(/role="alert">A password has at least 12/);
    expect(page).toContain('value="&lt;i&gt;Ada"');
    expect(page).not.toContain('value="short"');
    const done = await form('/setup', { ...founding, key: key ?? '' });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/graphiql']);
    expect(done.headers.get('set-cookie')).toMatch(/^earshot=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await viewer(cookieOf(done))).toMatchObject({ data: { viewer: { person: { name: 'Ada Lovell', email }, roles: [{ role: 'administrator' }] } } });
    expect((await json('/setup', { ...founding, key })).status).toBe(400);
    expect(await setup.issue()).toBeUndefined();
    expect((await owner.query('select handle from library')).rows).toEqual([{ handle: 'bucherei-st-peter' }]);
  });
});

describe('signing in', () => {
  it('gives a session to a program and to a form', async () => {
    const response = await json('/sign-in', { email: ` ${email.toUpperCase()} `, password });
    expect(response.status).toBe(200);
    expect(Object.keys((await response.json()) as object)).toEqual(['actorId']);
    expect(await viewer(cookieOf(response))).toMatchObject({ data: { viewer: { person: { email } } } });
    expect((await form('/sign-in', { email, password })).status).toBe(303);
  });

  it('answers the same to a wrong password, an unknown address and garbage that is a text', async () => {
    const answers = await Promise.all([json('/sign-in', { email, password: 'wrong' }), json('/sign-in', { email: 'nobody@library.example', password }), json('/sign-in', { email: "' or 1=1 --", password: '\u0001' })]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers[0]?.headers.get('set-cookie')).toBeNull();
  });

  it.each([[{}], [{ email: 1, password: 2 }], [[]], [{ email: { $ne: '' }, password }], [{ email: 'a\u0000b', password }]])('refuses %j without a stack', async (body) => {
    const response = await json('/sign-in', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'BAD_INPUT' } });
  });

  it('takes no form of another site, nor one that hides where it is from', async () => {
    for (const origin of ['https://evil.example', 'null']) expect((await form('/sign-in', { email, password }, origin)).status).toBe(403);
    expect((await json('/sign-in', { email, password }, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('hashes passwords anew that were hashed at a lower cost', async () => {
    const outdated = '$argon2id$v=19$m=8192,t=1,p=1$';
    const { argon2Sync } = await import('node:crypto');
    const salt = Buffer.alloc(16, 7);
    const hash = argon2Sync('argon2id', { message: Buffer.from(password), nonce: salt, memory: 8192, passes: 1, parallelism: 1, tagLength: 32 });
    await owner.query('update person set password_hash = $1 where email = $2', [`${outdated}${salt.toString('base64').replace(/=+$/, '')}$${hash.toString('base64').replace(/=+$/, '')}`, email]);
    expect(await signIn()).not.toBe('');
    expect((await owner.query<{ password_hash: string }>('select password_hash from person where email = $1', [email])).rows[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await signIn()).not.toBe('');
  });

  it('is slowed down after five failures, also of attempts at the same moment, and goes on when the time is over', async () => {
    const victim = 'slow@library.example';
    await new StaffAdministration(owner).add({ email: victim, name: 'Slow', role: 'observer', library: 'bucherei-st-peter', password });
    const tries = await Promise.all(Array.from({ length: 9 }, () => json('/sign-in', { email: victim, password: 'wrong' })));
    expect(tries.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    // Hashing nine passwords may have taken longer than the wait.
    await owner.query('update sign_in_attempt set at = now()');
    const right = await json('/sign-in', { email: victim, password });
    expect(await right.json()).toMatchObject({ error: { code: 'TOO_MANY_REQUESTS', message: expect.stringMatching(/in \d seconds/) } });
    await owner.query(`update sign_in_attempt set at = at - interval '20 seconds'`);
    expect(await signIn(victim)).not.toBe('');
    expect((await owner.query(`select 1 from sign_in_attempt where key like '%@%'`)).rowCount).toBe(0);
  });
});

describe('a session', () => {
  const rest = async (cookie: string): Promise<unknown> => codeOf(await viewer(cookie));

  it('ends by signing out, and needs our header for that', async () => {
    const cookie = await signIn();
    expect((await fetch(`${api.url}/sign-out`, { method: 'POST', headers: { cookie } })).status).toBe(403);
    const out = await fetch(`${api.url}/sign-out`, { method: 'POST', headers: { cookie, 'x-earshot': '1' } });
    expect([out.status, cookieOf(out)]).toEqual([204, 'earshot=']);
    expect(await rest(cookie)).toBe('UNAUTHENTICATED');
  });

  it('slides while it is used, and ends when it is not', async () => {
    const cookie = await signIn();
    const hours = `extract(epoch from expires_at - now()) / 3600`;
    const left = async (): Promise<number> => Number((await owner.query<{ left: number }>(`select ${hours} as left from session order by created_at desc limit 1`)).rows[0]?.left);
    await owner.query(`update session set expires_at = expires_at - interval '6 hours'`);
    expect(await left()).toBeLessThan(6.1);
    expect(await rest(cookie)).toBeUndefined();
    expect(await left()).toBeGreaterThan(11.9);
    await owner.query(`update session set expires_at = now() - interval '1 second'`);
    expect(await rest(cookie)).toBe('UNAUTHENTICATED');
  });

  it('is listed, and ended by its owner only', async () => {
    const [here, there] = [await signIn(), await signIn()];
    const headers = { cookie: here, 'x-earshot': '1' };
    const list = ((await viewer(here)).data as { viewer: { sessions: { id: string; current: boolean }[] } }).viewer.sessions;
    expect(list.filter(({ current }) => current)).toHaveLength(1);
    const other = list.find(({ current }) => !current)?.id;
    await new StaffAdministration(owner).add({ email: 'eve@library.example', name: 'Eve', role: 'administrator', library: 'bucherei-st-peter', password });
    const end = 'mutation($id: ID!) { endSession(id: $id) { id } }';
    expect(codeOf(await api.ask({ cookie: await signIn('eve@library.example'), 'x-earshot': '1' }, end, { id: other }))).toBe('NOT_FOUND');
    expect((await api.ask(headers, end, { id: other })).errors).toBeUndefined();
    expect(await rest(there)).toBe('UNAUTHENTICATED');
  });

  it('ends with a change of the password, but for the one that changed it', async () => {
    const [here, there] = [await signIn(), await signIn()];
    const change = 'mutation($current: String!, $next: String!) { changePassword(current: $current, next: $next) { id } }';
    const headers = { cookie: here, 'x-earshot': '1' };
    expect(await api.ask(headers, change, { current: 'no', next: password })).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT', field: 'current' } }] });
    expect((await api.ask(headers, change, { current: password, next: `${password}!` })).errors).toBeUndefined();
    expect([await rest(here), await rest(there)]).toEqual([undefined, 'UNAUTHENTICATED']);
    expect((await api.ask(headers, change, { current: `${password}!`, next: password })).errors).toBeUndefined();
  });

  it('ends at once when its person is deactivated at the terminal', async () => {
    const cookie = await signIn('eve@library.example');
    await new StaffAdministration(owner).deactivate('eve@library.example');
    expect(await rest(cookie)).toBe('UNAUTHENTICATED');
    expect((await json('/sign-in', { email: 'eve@library.example', password })).status).toBe(401);
  });
});

describe('a password link', () => {
  it('sets a password once, signs in, and ends what the old one opened', async () => {
    const staff = new StaffAdministration(owner);
    const { key } = await staff.add({ email: 'new@library.example', name: 'New', role: 'librarian', library: 'bucherei-st-peter' });
    expect((await json('/sign-in', { email: 'new@library.example', password: '' })).status).toBe(401);
    expect((await form('/password', { key: key ?? '', password: 'too short' })).status).toBe(400);
    const first = await form('/password', { key: key ?? '', password });
    expect(first.status).toBe(303);
    expect((await form('/password', { key: key ?? '', password })).status).toBe(400);
    const again = await staff.password('new@library.example');
    expect((await json('/password', { key: again.key, password: `${password}2` })).status).toBe(200);
    expect(codeOf(await viewer(cookieOf(first)))).toBe('UNAUTHENTICATED');
    const stale = await staff.password('new@library.example');
    await owner.query(`update password_link set until = now() - interval '1 second' where used_at is null`);
    expect((await json('/password', { key: stale.key, password })).status).toBe(400);
  });
});

describe('behind https', () => {
  it('the cookie is Secure and bound to its host, and the origin is the public one', async () => {
    const test = await createTestDatabase();
    const secure = await startApi(test, { imports: [StaffApiModule], publicUrl: 'https://listen.example' });
    try {
      const key = await secure.app.get(SetupLink).issue();
      const post = (origin: string): Promise<Response> =>
        fetch(`${secure.url}/setup`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ ...founding, key }) });
      expect((await post(secure.url)).status).toBe(403);
      const done = await post('https://listen.example');
      expect(done.headers.get('set-cookie')).toMatch(/^__Host-earshot=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    } finally {
      await secure.close();
    }
  });
});
