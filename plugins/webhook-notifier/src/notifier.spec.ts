import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Notice, isRemoteError } from '@earshot/plugin-sdk';
import { type Answer, fakeCtx, scriptedFetch } from '@earshot/plugin-testing';
import plugin from './index.js';
import { webhookNotifier } from './notifier.js';
import { secretsSchema, settingsSchema } from './settings.js';

const url = 'https://programs.library.example/notices';
const key = Buffer.alloc(32, 'k');
const secret = `whsec_${key.toString('base64')}`;
const notice: Notice = { title: 'For Ada', body: 'A colleague gave Ada a conversation.', link: new URL('https://earshot.example/conversations/1'), key: 'assigned:1' };

const notify = async (answer: Answer) => {
  const fetch = scriptedFetch({ answers: { [`POST ${url}`]: answer } });
  const ctx = fakeCtx({ settings: { url }, secrets: { secret }, fetch });
  const failure: unknown = await webhookNotifier.notify(notice, ctx).then(() => undefined, (error: unknown) => error);
  return { failure, ctx, requests: fetch.requests };
};
const response = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => () => new Response(status === 204 ? null : 'what nobody reads', { status, headers });

describe('a notice by webhook', () => {
  it('is posted as it is, under its key, and signed as the scheme has it', async () => {
    const { failure, ctx, requests } = await notify(response(204));
    expect(failure).toBeUndefined();
    const [request] = requests;
    const body = await request?.text();
    expect(JSON.parse(body ?? '')).toEqual({ type: 'notice', timestamp: ctx.now().toISOString(), data: { title: notice.title, body: notice.body, link: notice.link.href } });
    const timestamp = String(Math.floor(ctx.now().getTime() / 1_000));
    const signature = createHmac('sha256', key).update(`assigned:1.${timestamp}.${body}`).digest('base64');
    expect(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'content-type'].map((name) => request?.headers.get(name))).toEqual(['assigned:1', timestamp, `v1,${signature}`, 'application/json']);
    expect(request?.redirect).toBe('manual');
  });

  it.each([
    [401, {}, 'auth'], [403, {}, 'rejected'], [404, {}, 'rejected'], [410, {}, 'rejected'], [301, { location: 'https://elsewhere.example/' }, 'rejected'], [408, {}, 'unreachable'], [500, {}, 'unreachable'], [503, {}, 'unreachable'],
    [429, {}, 'rate-limited'], [503, { 'retry-after': '60' }, 'rate-limited'],
  ])('that is answered with %i %j fails as %s', async (status, headers, kind) => {
    const { failure, requests } = await notify(response(status, headers as Record<string, string>));
    expect(isRemoteError(failure) && failure.kind).toBe(kind);
    expect(String((failure as Error).message)).toContain(`(${status})`);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['120', 120], ['999999999', 86_400], ['soon', 300], ['', 300],
  ])('waits as long as is asked for by "%s", at most a day', async (asked, seconds) => {
    const { failure, ctx } = await notify(response(429, { 'retry-after': asked }));
    expect(isRemoteError(failure) && failure.facts.retryAfter?.getTime()).toBe(ctx.now().getTime() + seconds * 1_000);
  });

  it('says what secrets and addresses it takes', () => {
    expect(secretsSchema.safeParse({ secret }).success).toBe(true);
    for (const wrong of ['', 'whsec_', 'whsec_c2hvcnQ=', key.toString('base64'), `${secret}!`, `whsec_${Buffer.alloc(65).toString('base64')}`]) expect([wrong, secretsSchema.safeParse({ secret: wrong }).success]).toEqual([wrong, false]);
    for (const wrong of ['notices', 'ftp://a.example/']) expect(settingsSchema.safeParse({ url: wrong }).success).toBe(false);
    expect(plugin.id).toBe('webhook-notifier');
  });
});
