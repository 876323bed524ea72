import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from 'graphql-ws';
import type pg from 'pg';
import { WebSocket } from 'ws';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { connectOwner, createTestDatabase } from '../../../../../test/support/test-database.js';
import { EventsModule } from '../../events/index.js';
import { SetupLink, SignIn, StaffAdministration, hashOf } from '../index.js';
import { StaffApiModule } from './index.js';

const password = 'correct horse battery';
const email = 'ada@library.example';
let api: ApiApp;
let owner: pg.Client;
let staff: StaffAdministration;
const sockets: Client[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule, EventsModule] });
  owner = await connectOwner(test);
  staff = new StaffAdministration(owner);
  await json('/setup', { key: await api.app.get(SetupLink).issue(), library: 'Ashford', kind: 'library', name: 'Ada', email, password });
}, 60_000);
beforeEach(() => owner.query('delete from sign_in_attempt'));
afterEach(async () => {
  for (const socket of sockets.splice(0)) await socket.dispose();
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
});

interface Signed {
  readonly actorId: string;
  readonly sessionId: string;
  readonly secret: string;
  readonly expiresAt: string;
}
const json = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${api.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const signIn = async (client = 'Reading room', as = email, by = password): Promise<Signed> => {
  const response = await json('/sign-in/client', { email: as, password: by, client });
  expect(response.status).toBe(200);
  return (await response.json()) as Signed;
};
const cookieFor = async (as = email): Promise<{ readonly cookie: string; readonly secret: string }> => {
  const cookie = ((await json('/sign-in', { email: as, password })).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, secret: cookie.replace('earshot=', '') };
};
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
const state = async (secret: string): Promise<unknown> => codeOf(await api.ask(bearer(secret), '{ viewer { id } }'));
const anew = async (name: string, role: 'administrator' | 'observer' = 'administrator'): Promise<string> => {
  const address = `${name}@library.example`;
  await staff.add({ email: address, name, role, library: 'ashford', password });
  return address;
};

describe('signing in from another client', () => {
  it('answers once with a secret that speaks for the person, and sets no cookie', async () => {
    const response = await json('/sign-in/client', { email: ` ${email.toUpperCase()}`, password, client: ' Reading  room ' });
    const signed = (await response.json()) as Signed;
    expect([response.status, response.headers.get('set-cookie'), response.headers.get('cache-control')]).toEqual([200, null, 'no-store']);
    expect(Object.keys(signed).sort()).toEqual(['actorId', 'expiresAt', 'secret', 'sessionId']);
    expect(signed.secret).toMatch(/^eas_[\w-]{43}$/u);
    expect(await api.ask(bearer(signed.secret), '{ viewer { id scopes person { email } sessions { id kind client current } } }')).toMatchObject({
      data: { viewer: { id: signed.actorId, scopes: null, person: { email }, sessions: expect.arrayContaining([{ id: signed.sessionId, kind: 'client', client: 'Reading  room', current: true }]) } },
    });
  });

  it('keeps nothing of the secret but its hash', async () => {
    const { secret, sessionId } = await signIn();
    const { rows } = await owner.query<{ hash: Buffer; row: string }>('select hash, to_jsonb(s)::text as row from session s where id = $1', [sessionId]);
    expect(rows[0]?.hash.equals(hashOf(secret))).toBe(true);
    expect(rows[0]?.row).not.toContain(secret.slice(4));
  });

  it.each([
    ['a wrong password', { email, password: 'wrong', client: 'x' }, 401],
    ['an unknown address', { email: 'nobody@library.example', password, client: 'x' }, 401],
    ['no name of the client', { email, password }, 400],
    ['an empty name', { email, password, client: ' ' }, 400],
    ['a name of two lines', { email, password, client: 'a\nb' }, 400],
    ['a name that is too long', { email, password, client: 'x'.repeat(101) }, 400],
    ['texts that are none', { email: {}, password: 1, client: [] }, 400],
    ['no object', [], 400],
  ])('refuses %s', async (_what, body, status) => {
    const before = (await owner.query('select 1 from session')).rowCount;
    const response = await json('/sign-in/client', body);
    expect([response.status, await response.json()]).toEqual([status, { error: expect.objectContaining({ code: status === 401 ? 'UNAUTHENTICATED' : 'BAD_INPUT' }) }]);
    expect((await owner.query('select 1 from session')).rowCount).toBe(before);
  });

  it('takes no form: a page of another site could send one', async () => {
    const form = await fetch(`${api.url}/sign-in/client`, { method: 'POST', headers: { origin: 'https://evil.example' }, body: new URLSearchParams({ email, password, client: 'x' }) });
    expect([form.status, ((await form.json()) as { error: { message: string } }).error.message]).toEqual([400, expect.stringContaining('Send JSON')]);
  });

  it('is slowed with the sign-in by cookie, by one count of both', async () => {
    const victim = await anew('slow');
    for (let n = 0; n < 3; n++) expect((await json('/sign-in', { email: victim, password: 'wrong' })).status).toBe(401);
    for (let n = 0; n < 2; n++) expect((await json('/sign-in/client', { email: victim, password: 'wrong', client: 'x' })).status).toBe(401);
    await owner.query('update sign_in_attempt set at = now()');
    const right = await json('/sign-in/client', { email: victim, password, client: 'x' });
    expect([right.status, await right.json()]).toEqual([429, { error: expect.objectContaining({ code: 'TOO_MANY_REQUESTS', message: expect.stringMatching(/in \d+ seconds/) }) }]);
    expect((await json('/sign-in', { email: victim, password })).status).toBe(429);
    await owner.query(`update sign_in_attempt set at = at - interval '20 seconds'`);
    await signIn('x', victim);
  });

  it('lets nobody in who was deactivated', async () => {
    const gone = await anew('gone');
    await staff.deactivate(gone);
    expect((await json('/sign-in/client', { email: gone, password, client: 'x' })).status).toBe(401);
  });
});

describe('the session of a client', () => {
  it('is no cookie, and a cookie’s secret is no bearer', async () => {
    const { secret } = await signIn();
    const browser = await cookieFor();
    expect(codeOf(await api.ask({ cookie: `earshot=${secret}`, 'x-earshot': '1' }, '{ viewer { id } }'))).toBe('UNAUTHENTICATED');
    for (const guess of [browser.secret, `eas_${browser.secret}`, `ear_${secret}`, secret.replace('eas_', 'ear_'), secret.slice(4), `${secret}A`, 'eas_']) expect([guess.slice(0, 8), await state(guess)]).toEqual([guess.slice(0, 8), 'UNAUTHENTICATED']);
    // Each holds where it belongs.
    expect(await state(secret)).toBeUndefined();
    expect(codeOf(await api.ask({ cookie: browser.cookie, 'x-earshot': '1' }, '{ viewer { id } }'))).toBeUndefined();
  });

  it('does not fall back on a cookie once it has ended', async () => {
    const { secret, sessionId } = await signIn();
    const { cookie } = await cookieFor();
    await owner.query('update session set revoked_at = now() where id = $1', [sessionId]);
    expect(codeOf(await api.ask({ ...bearer(secret), cookie, 'x-earshot': '1' }, '{ viewer { id } }'))).toBe('UNAUTHENTICATED');
  });

  it('may come from any origin, without our header: no browser sends it by itself', async () => {
    const { secret } = await signIn();
    expect(codeOf(await api.ask({ ...bearer(secret), origin: 'https://client.example' }, '{ viewer { id } }'))).toBeUndefined();
  });

  it('does what only persons do', async () => {
    const { secret } = await signIn();
    const [library] = (await owner.query<{ id: string }>('select id from library')).rows;
    const input = { libraryId: library?.id, name: 'A program', role: 'observer', scopes: ['read'] };
    expect((await api.ask(bearer(secret), 'mutation($input: MakeTokenInput!) { makeToken(input: $input) { id } }', { input })).errors).toBeUndefined();
  });

  it('lasts twelve hours, which no use prolongs, and says when it was used', async () => {
    const { secret, sessionId, expiresAt } = await signIn();
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 12 * 3_600_000)).toBeLessThan(60_000);
    await owner.query(`update session set expires_at = now() + interval '10 minutes', last_seen_at = now() - interval '1 hour' where id = $1`, [sessionId]);
    expect(await state(secret)).toBeUndefined();
    const { rows } = await owner.query<{ left: number; seen: boolean }>(`select extract(epoch from expires_at - now())::float8 as left, last_seen_at > now() - interval '1 minute' as seen from session where id = $1`, [sessionId]);
    expect(rows[0]?.left).toBeLessThan(601);
    expect(rows[0]?.seen).toBe(true);
    await owner.query(`update session set expires_at = now() - interval '1 second' where id = $1`, [sessionId]);
    expect(await state(secret)).toBe('UNAUTHENTICATED');
  });

  it('lasts no longer than a browser’s without use', async () => {
    const short = await startApi(await createTestDatabase(), { imports: [StaffApiModule], sessionHours: 2 });
    try {
      const body = { key: await short.app.get(SetupLink).issue(), library: 'Ashford', kind: 'library', name: 'Ada', email, password };
      await fetch(`${short.url}/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const { expiresAt } = await short.app.get(SignIn).asClient(email, password, '192.0.2.1', 'x');
      expect(Math.abs(expiresAt.getTime() - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
    } finally {
      await short.close();
    }
  });

  it('is ended by its owner, from anywhere they are signed in, and by nobody else', async () => {
    const [mine, other] = [await signIn('mine'), await signIn('other')];
    const end = 'mutation($id: ID!) { endSession(id: $id) { id } }';
    const eve = await signIn('eve', await anew('eve'));
    expect(codeOf(await api.ask(bearer(eve.secret), end, { id: other.sessionId }))).toBe('NOT_FOUND');
    expect((await api.ask(bearer(mine.secret), end, { id: other.sessionId })).errors).toBeUndefined();
    expect([await state(mine.secret), await state(other.secret)]).toEqual([undefined, 'UNAUTHENTICATED']);
    // Signing out.
    expect((await api.ask(bearer(mine.secret), end, { id: mine.sessionId })).errors).toBeUndefined();
    expect(await state(mine.secret)).toBe('UNAUTHENTICATED');
  });

  it('ends with all others when somebody signs out everywhere, but for the one that asks', async () => {
    const who = await anew('everywhere');
    const [asks, other, browser] = [await signIn('asks', who), await signIn('other', who), await cookieFor(who)];
    expect(await api.ask(bearer(asks.secret), 'mutation { endOtherSessions }')).toMatchObject({ data: { endOtherSessions: 2 } });
    expect([await state(asks.secret), await state(other.secret), codeOf(await api.ask({ cookie: browser.cookie, 'x-earshot': '1' }, '{ viewer { id } }'))]).toEqual([undefined, 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('ends when the password changes, by whatever way', async () => {
    const who = await anew('changes');
    const [asks, other] = [await signIn('asks', who), await signIn('other', who)];
    const change = 'mutation($current: String!, $next: String!) { changePassword(current: $current, next: $next) { id } }';
    expect((await api.ask(bearer(asks.secret), change, { current: password, next: `${password} 2` })).errors).toBeUndefined();
    expect([await state(asks.secret), await state(other.secret)]).toEqual([undefined, 'UNAUTHENTICATED']);
    const { key } = await staff.password(who);
    expect((await json('/password', { key, password })).status).toBe(200);
    expect(await state(asks.secret)).toBe('UNAUTHENTICATED');
  });

  it('ends when its person is deactivated', async () => {
    const who = await anew('leaves');
    const { secret } = await signIn('x', who);
    await staff.deactivate(who);
    expect(await state(secret)).toBe('UNAUTHENTICATED');
  });
});

describe('a socket of such a session', () => {
  const subscribe = (connectionParams: Record<string, unknown>, headers: Record<string, string> = {}) => {
    class Socket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers });
      }
    }
    const client = createClient({ url: `${api.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0, connectionParams });
    sockets.push(client);
    return client.iterate({ query: 'subscription { changed { kind } }' });
  };

  it.each([
    ['the first message', (secret: string) => subscribe({ token: secret }, { origin: 'https://client.example' })],
    ['the header', (secret: string) => subscribe({}, bearer(secret))],
  ])('opens by the secret in %s, and is cut when the session is ended', async (_where, open) => {
    const { secret, sessionId } = await signIn();
    const results = open(secret);
    expect((await results.next()).value).toMatchObject({ data: { changed: { kind: 'read_again' } } });
    await owner.query('update session set revoked_at = now() where id = $1', [sessionId]);
    expect((await results.next()).done).toBe(true);
  });

  it('opens by no cookie’s secret', async () => {
    await expect(subscribe({ token: (await cookieFor()).secret }).next()).rejects.toMatchObject({ code: 4403 });
  });
});
