import { describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { PlatformError } from '../../errors/index.js';
import { answerTo, readAnswer } from './webhook-answer.js';

const now = Date.parse('2026-03-01T10:00:00Z');
const headersOf = async (response: Response): Promise<Record<string, string>> => Object.fromEntries((await readAnswer(response)).headers);

describe('the answer to a webhook call', () => {
  it('is what the plugin says, in its own words', async () => {
    const { status, body } = await readAnswer(new Response('challenge 7', { status: 202, headers: { 'x-hook-secret': 's' } }));
    expect([status, Buffer.from(body ?? []).toString()]).toEqual([202, 'challenge 7']);
  });
  it('sets no cookie, and nothing that it holds runs in a browser', async () => {
    const told = await headersOf(
      new Response('<script>', { headers: { 'content-type': 'text/html', 'x-hook-secret': 's', 'set-cookie': 'earshot=stolen', 'content-security-policy': 'default-src *', 'x-content-type-options': 'sniff', link: '<x>' } }),
    );
    expect(told).toEqual({ 'content-type': 'text/html', 'x-hook-secret': 's', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; sandbox", 'x-content-type-options': 'nosniff' });
  });
  it('leads nowhere and is no download', async () => {
    await expect(readAnswer(Response.redirect('https://elsewhere.example/'))).rejects.toThrow('sending the caller elsewhere');
    await expect(readAnswer(new Response(new Uint8Array(70_000)))).rejects.toThrow('at most 65536 bytes');
  });
  it.each([
    ['a caller: NOT_FOUND', new PlatformError('NOT_FOUND', 'x'), 404],
    ['a caller: TOO_MANY_REQUESTS', new PlatformError('TOO_MANY_REQUESTS', 'x'), 503],
    ['auth', new RemoteError('auth', 'x'), 503],
    ['rate-limited', new RemoteError('rate-limited', 'x'), 503],
    ['unreachable', new RemoteError('unreachable', 'x'), 503],
    ['rejected', new RemoteError('rejected', 'x'), 422],
    ['invalid-data', new RemoteError('invalid-data', 'x'), 422],
    ['cursor-lost', new RemoteError('cursor-lost', 'x'), 503],
    ['outcome-unknown', new RemoteError('outcome-unknown', 'x'), 503],
    ['a fault', new TypeError('x'), 503],
  ])('tells by its status whether to try again: %s', (_, error, status) => {
    expect(answerTo(error, now).status).toBe(status);
  });
  it('says when to try again where that is known', () => {
    const after = (ms: number): unknown => Object.fromEntries(answerTo(new RemoteError('rate-limited', 'x', { retryAfter: new Date(now + ms) }), now).headers)['retry-after'];
    expect([after(1_500), after(-5_000), after(1e12)]).toEqual(['2', '1', '86400']);
  });
});
