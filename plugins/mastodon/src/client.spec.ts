import { fakeClock, scriptedFetch } from '@earshot/plugin-testing';
import { describe, expect, it } from '@jest/globals';
import { accountSchema } from './documents.js';
import { ask, type Caller, get, getIfThere, linkIn } from './client.js';
import { compareIds } from './ids.js';
import { ann } from './testing/documents.js';

const NOW = new Date('2026-03-12T12:00:00Z');
const address = 'https://alder.example/api/v1/accounts/11';

const caller = (answer: Parameters<typeof scriptedFetch>[0]['answers'], token?: string): Caller => {
  const clock = fakeClock(NOW);
  return { settings: { server: 'https://alder.example', signInByCode: false, followThere: false }, fetch: scriptedFetch({ answers: answer ?? {} }), abort: new AbortController().signal, now: () => new Date(clock.now()), ...(token === undefined ? {} : { token }) };
};
const answered = (status: number, headers: Record<string, string> = {}, body = '{"error":"no"}') => ({ [address]: () => new Response(body, { status, headers }) });
const asked = (answers: Parameters<typeof caller>[0]) => get('/api/v1/accounts/11', accountSchema, caller(answers));

describe('what an answer means', () => {
  it.each<[number, Record<string, string>, string]>([
    [401, {}, 'auth'], [403, {}, 'rejected'], [404, {}, 'rejected'], [410, {}, 'rejected'], [422, {}, 'rejected'], [301, {}, 'unreachable'], [500, {}, 'unreachable'], [502, {}, 'unreachable'], [503, {}, 'unreachable'],
  ])('%i is %j %s', async (status, headers, kind) => {
    await expect(asked(answered(status, headers))).rejects.toMatchObject({ name: 'RemoteError', kind, facts: { host: 'alder.example' } });
  });

  it.each<[number, Record<string, string>, string]>([
    [429, { 'x-ratelimit-reset': '2026-03-12T12:03:00.000000Z' }, '2026-03-12T12:03:00.000Z'],
    [429, { 'x-ratelimit-reset': '1773317100' }, '2026-03-12T12:05:00.000Z'],
    [429, { 'retry-after': '60', 'x-ratelimit-reset': '2026-03-12T13:00:00Z' }, '2026-03-12T12:01:00.000Z'],
    [429, { 'x-ratelimit-reset': 'soon' }, '2026-03-12T12:05:00.000Z'],
    [429, { 'x-ratelimit-reset': '2036-01-01T00:00:00Z' }, '2026-03-13T12:00:00.000Z'],
    [503, { 'retry-after': '30' }, '2026-03-12T12:00:30.000Z'],
  ])('%i with %j waits until %s', async (status, headers, until) => {
    await expect(asked(answered(status, headers))).rejects.toMatchObject({ kind: 'rate-limited', facts: { retryAfter: new Date(until) } });
  });

  it.each<[string, string]>([['a page under a 200', '<html>Down for maintenance</html>'], ['nothing', ''], ['half of an answer', '{"id":"1'], ['another shape', '{"id":null}']])('%s is invalid-data', async (_name, body) => {
    await expect(asked(answered(200, {}, body))).rejects.toMatchObject({ kind: 'invalid-data', facts: { digest: expect.any(String) } });
  });

  it('no answer is unreachable', async () => {
    await expect(asked({ [address]: new TypeError('fetch failed') })).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each([404, 410])('gone is what the API itself says is gone (%i)', async (status) => {
    expect(await getIfThere('/api/v1/accounts/11', accountSchema, caller(answered(status)))).toBeUndefined();
  });

  it.each<[string, object | number, boolean]>([['is gone where the server knows us still', ann, true], ['is nothing that is gone where it does not', 422, false], ['is nothing that is gone where the whole server is being mended', 404, false]])('a page under a 404 %s', async (_name, us, gone) => {
    const asking = getIfThere('/api/v1/accounts/11', accountSchema, caller({ ...answered(404, {}, '<h1>404 Not Found (snac/2.75)</h1>'), 'https://alder.example/api/v1/accounts/verify_credentials': us }));
    await (gone ? expect(asking).resolves.toBeUndefined() : expect(asking).rejects.toMatchObject({ kind: 'rejected' }));
  });
});

it('gives the token to its own server alone', async () => {
  const seen: (string | null)[] = [];
  const answer = (request: Request) => { seen.push(request.headers.get('authorization')); return Response.json(ann); };
  const from = caller({ [address]: answer, 'https://elsewhere.example/a': answer }, 'T0ken');
  await get('/api/v1/accounts/11', accountSchema, from);
  await get('https://elsewhere.example/a', accountSchema, from);
  expect(seen).toEqual(['Bearer T0ken', null]);
});

it('names a form as one, without a charset: snac reads no other', async () => {
  const fetch = scriptedFetch({ answers: { 'POST https://alder.example/a': {} } });
  await ask('/a', { ...caller({}), fetch }, { method: 'POST', form: { status: 'Ä & b', none: undefined } });
  expect(fetch.requests[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
  expect(await fetch.requests[0]?.text()).toBe('status=%C3%84+%26+b');
});

it('follows a Link header on its own server alone', () => {
  const headers = new Headers({ link: '<https://alder.example/api/v1/x?max_id=7>; rel="next", <https://evil.example/api/v1/x?min_id=9>; rel="prev"' });
  expect(linkIn(headers, 'next', caller({}))).toBe('https://alder.example/api/v1/x?max_id=7');
  expect(linkIn(headers, 'prev', caller({}))).toBeUndefined();
});

it('orders ids by their length, then letter by letter', () => {
  expect(['10', '9', '100', '01G', '99'].sort(compareIds)).toEqual(['9', '10', '99', '01G', '100']);
});
