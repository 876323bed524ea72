import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SetupLink, SignIn, StaffAdministration } from '@earshot/core/staff';
import type pg from 'pg';
import { StaffApiModule } from '../../libs/core/src/staff/api/index.js';
import { type ApiApp, codeOf, startApi } from '../support/api-app.js';
import { connectOwner, createTestDatabase } from '../support/test-database.js';

const password = 'correct horse battery';
const kit = 'kit.irving@library.example';

let api: ApiApp;
let owner: pg.Client;
let staff: StaffAdministration;
let made = 0;

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule] });
  owner = await connectOwner(test);
  staff = new StaffAdministration(owner);
  const key = await api.app.get(SetupLink).issue();
  await post('/setup', { key, library: 'Ashford', kind: 'library', name: 'Ada', email: 'ada@library.example', password });
  await staff.add({ email: kit, name: 'Kit', role: 'observer', library: 'ashford', password });
}, 60_000);
beforeEach(async () => {
  await owner.query('delete from sign_in_attempt');
  await owner.query('delete from sign_in_place');
  behindProxies([]);
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
});

/** As EARSHOT_TRUSTED_PROXIES does. */
const behindProxies = (trusted: readonly string[]): void => (api.app.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void }).set('trust proxy', [...trusted]);
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${api.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const signIn = async (email: string, by: string, headers: Readonly<Record<string, string>> = {}): Promise<number> => (await post('/sign-in', { email, password: by }, headers)).status;
const times = async <T>(n: number, work: (n: number) => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  for (let one = 0; one < n; one += 10) all.push(...(await Promise.all(Array.from({ length: Math.min(10, n - one) }, (_, at) => work(one + at)))));
  return all;
};
const anew = async (): Promise<string> => {
  const email = `person-${++made}@library.example`;
  await staff.add({ email, name: 'Somebody', role: 'observer', library: 'ashford', password });
  return email;
};
/** However slow this machine is: what was tried was tried just now. */
const justNow = (): Promise<unknown> => owner.query(`update sign_in_attempt set at = now() + interval '10 seconds'`);
/** As if what was tried had been tried so many times: what a password costs to look at costs time. */
const asIf = (n: number): Promise<unknown> => owner.query('insert into sign_in_attempt(key, at) select key, at from sign_in_attempt, generate_series(2, $1)', [n]);
/** So much later. */
const later = (seconds: number): Promise<unknown> => owner.query(`update sign_in_attempt set at = at - $1 * interval '1 second'`, [seconds]);

describe('guessing one account', () => {
  it('is slowed at its address, by every spelling of the account', async () => {
    expect(await times(5, () => signIn(kit, 'wrong'))).toEqual([401, 401, 401, 401, 401]);
    await justNow();
    // U+212A and U+0130 have k and i as their small letters, for one program or the other.
    for (const spelling of [kit, kit.toUpperCase(), ` ${kit}\t`, kit.replace('k', '\u212a'), kit.replaceAll('i', '\u0130'), kit.replaceAll('i', 'I'), `${kit}\u00a0`, `\ufeff${kit}`, kit.replace('@', '\uff20'), kit.replaceAll('i', 'i\u0307')])
      expect([spelling, await signIn(spelling, password)]).not.toEqual([spelling, 200]);
  });

  it('does not keep the right person out: they come in from elsewhere at once, and from there when the time is over', async () => {
    behindProxies(['127.0.0.1']);
    await times(5, () => signIn(kit, 'wrong', from('192.0.2.1')));
    await justNow();
    expect(await signIn(kit, password, from('192.0.2.1'))).toBe(429);
    expect(await signIn(kit, password, from('192.0.2.2'))).toBe(200);
    await later(13);
    expect(await signIn(kit, password, from('192.0.2.1'))).toBe(200);
  });

  it('is slowed from everywhere, but neither for ever nor where the person was before', async () => {
    behindProxies(['127.0.0.1']);
    expect(await signIn(kit, password, from('198.51.100.7'))).toBe(200);
    expect(await signIn(kit, 'wrong', from('192.0.2.1'))).toBe(401);
    await asIf(46);
    expect(await times(4, (n) => signIn(kit, 'wrong', from(`192.0.2.${10 + n}`)))).toEqual([401, 401, 401, 401]);
    await justNow();
    expect(await signIn(kit, password, from('203.0.113.1'))).toBe(429);
    // Whoever hammers on does not prolong it.
    expect(new Set(await times(20, (n) => signIn(kit, 'wrong', from(`192.0.2.${100 + n}`))))).toEqual(new Set([429]));
    expect(await signIn(kit, password, from('198.51.100.7'))).toBe(200);
    await later(41);
    expect(await signIn(kit, password, from('203.0.113.1'))).toBe(200);
  });
});

describe('an address', () => {
  it('is what the connection has: a header of the caller does not change it', async () => {
    for (let n = 0; n < 5; n++) expect(await signIn(kit, 'wrong', { ...from(`192.0.2.${n}`), forwarded: `for=192.0.2.${n}`, 'x-real-ip': `192.0.2.${n}`, 'cf-connecting-ip': `192.0.2.${n}` })).toBe(401);
    await justNow();
    expect(await signIn(kit, password, from('192.0.2.77'))).toBe(429);
  });

  it('is what the trusted proxy saw, whatever the caller wrote before it', async () => {
    behindProxies(['127.0.0.1']);
    for (let n = 0; n < 5; n++) expect(await signIn(kit, 'wrong', from(`198.51.100.${n}, 203.0.113.9`))).toBe(401);
    await justNow();
    expect(await signIn(kit, password, from('10.0.0.1, 203.0.113.9'))).toBe(429);
    expect(await signIn(kit, password, from('203.0.113.9, 203.0.113.10'))).toBe(200);
  });

  it('is a network, in IPv6: whoever has one has as many addresses as they like', async () => {
    behindProxies(['127.0.0.1']);
    for (let n = 1; n <= 5; n++) expect(await signIn(kit, 'wrong', from(`2001:db8:0:1::${n}`))).toBe(401);
    await justNow();
    expect(await signIn(kit, password, from('2001:db8:0:1:ffff:ffff:ffff:ffff'))).toBe(429);
    expect(await signIn(kit, password, from('2001:db8:0:2::1'))).toBe(200);
  });

  it('that tries many accounts is slowed, also at one moment', async () => {
    expect(await signIn('nobody@library.example', 'wrong')).toBe(401);
    await asIf(45);
    expect(await times(5, (n) => signIn(`nobody-${n}@library.example`, 'wrong'))).toEqual([401, 401, 401, 401, 401]);
    await justNow();
    expect(await times(5, (n) => signIn(`nobody-${9 + n}@library.example`, 'wrong'))).toEqual([429, 429, 429, 429, 429]);
  });

  it('at which many people sign in rightly is not slowed: a success is no failure', async () => {
    const people = await Promise.all([anew(), anew(), anew()]);
    for (const person of people) {
      expect(await signIn(person, password)).toBe(200);
    }
    expect((await owner.query('select 1 from sign_in_attempt')).rowCount).toBe(0);
  });
});

describe('the other ways in', () => {
  it('take no more guesses of a link than of a password, and let the right link in from elsewhere', async () => {
    behindProxies(['127.0.0.1']);
    for (const [path, body] of [['/password', { password }], ['/setup', { library: 'Mine', kind: 'library', name: 'Eve', email: 'eve@library.example', password }]] as const) {
      await owner.query('delete from sign_in_attempt');
      const guess = async (n: number): Promise<number> => (await post(path, { ...body, key: `guess-${n}` }, from('192.0.2.1'))).status;
      expect(await guess(1)).toBe(400);
      await asIf(48);
      expect([path, ...(await times(2, guess))]).toEqual([path, 400, 400]);
      await justNow();
      expect([path, ...(await times(5, guess))]).toEqual([path, 429, 429, 429, 429, 429]);
      expect(await signIn(kit, password, from('192.0.2.1'))).toBe(429);
    }
    const { key } = await staff.password(await anew());
    expect((await post('/password', { key, password }, from('192.0.2.2'))).status).toBe(200);
  }, 60_000);

  it('take a link once, also of ten who come at the same moment', async () => {
    const { key } = await staff.password(await anew());
    const tries = await Promise.all(Array.from({ length: 10 }, async () => (await post('/password', { key, password })).status));
    expect(tries.filter((status) => status === 200)).toHaveLength(1);
  });

  it('do not guess the password of a session that was left open, however many at once', async () => {
    const email = await anew();
    const { secret } = await api.app.get(SignIn).withPassword(email, password, '192.0.2.1');
    await owner.query('delete from sign_in_place');
    const guess = async (n: number): Promise<unknown> => codeOf(await api.ask({ cookie: `earshot=${secret}`, 'x-earshot': '1' }, `mutation { changePassword(current: "guess ${n}", next: "${password} 2") { id } }`));
    expect(new Set(await times(5, guess))).toEqual(new Set(['BAD_INPUT']));
    await justNow();
    expect(new Set(await times(7, guess))).toEqual(new Set(['TOO_MANY_REQUESTS']));
  });

  it('give a token that is guessed nothing but the same refusal, and fall back on no cookie', async () => {
    const { secret } = await api.app.get(SignIn).withPassword(kit, password, '192.0.2.1');
    for (const guess of ['ear_', 'ear_guess', `ear_${secret}`, secret, 'null', '']) expect(codeOf(await api.ask({ authorization: `Bearer ${guess}`, cookie: `earshot=${secret}`, 'x-earshot': '1' }, '{ viewer { id } }'))).toBe('UNAUTHENTICATED');
  });
});

describe('what an answer tells', () => {
  it('is the same, after the same work, of an unknown address, a wrong password, a person without one and one who was deactivated', async () => {
    const [without, gone] = ['without@library.example', await anew()];
    await staff.add({ email: without, name: 'Without', role: 'observer', library: 'ashford' });
    await staff.deactivate(gone);
    const cases = { wrong: kit, unknown: 'nobody@library.example', without, gone };
    const took = Object.fromEntries(Object.keys(cases).map((name) => [name, [] as number[]]));
    const words = new Set<string>();
    for (let round = 0; round < 5; round++)
      for (const [name, email] of Object.entries(cases)) {
        const began = performance.now();
        const answer = await post('/sign-in', { email, password: 'wrong' });
        took[name]?.push(performance.now() - began);
        words.add(`${answer.status} ${await answer.text()}`);
      }
    expect(words.size).toBe(1);
    const median = (name: string): number => [...(took[name] as number[])].sort((a, b) => a - b)[2] as number;
    // Without the work of hashing it would be a tenth.
    for (const name of ['unknown', 'without', 'gone']) expect([name, median(name) > median('wrong') / 2]).toEqual([name, true]);
  }, 60_000);
});

describe('a session', () => {
  it('is never one that the caller chose, and each sign-in makes another', async () => {
    const chosen = 'A'.repeat(43);
    const cookieOf = async (): Promise<string> => (await post('/sign-in', { email: kit, password }, { cookie: `earshot=${chosen}` })).headers.get('set-cookie') ?? '';
    const [first, second] = [await cookieOf(), await cookieOf()];
    expect(first).toMatch(/^earshot=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/u);
    expect(first).not.toContain(chosen);
    expect(second.split(';')[0]).not.toBe(first.split(';')[0]);
    expect(codeOf(await api.ask({ cookie: `earshot=${chosen}`, 'x-earshot': '1' }, '{ viewer { id } }'))).toBe('UNAUTHENTICATED');
  });
});
