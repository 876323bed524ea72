import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PluginCalls } from '@earshot/core/plugins';
import { newId } from '@earshot/core/database';
import { WebhookDoor } from '../../libs/core/src/plugins/webhooks/webhook-door.js';
import { Webhooks } from '../../libs/core/src/plugins/webhooks/webhooks.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withLookUps } from './with-look-ups.js';
import { signed, withWebhooks } from './with-webhooks.js';

describe('webhooks, before the host', () => {
  let bed: TestBed;
  let under: HostUnderTest;
  let server: Server;
  let account: string;
  let base: string;

  beforeAll(async () => {
    bed = await TestBed.open();
    under = await HostUnderTest.start(bed, [withWebhooks, withLookUps], { publicUrl: 'https://earshot.library.example' });
    const door = new WebhookDoor(new Webhooks(new PluginCalls(under.contexts, under.options), under.intake, bed.database), under.options);
    // As Express mounts it.
    server = createServer((incoming, outgoing) => {
      const originalUrl = incoming.url ?? '';
      void door.handle(Object.assign(incoming, { originalUrl, protocol: 'http', url: originalUrl.slice('/webhooks'.length) }), outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
    account = await bed.account('with-webhooks', []);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await bed.close();
  });
  beforeEach(() => {
    under.intake.batches.length = 0;
    under.intake.beforeFetched = () => {};
    under.warnings.length = 0;
  });

  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(`${base}/${account}${path}`, init);
  const deliver = (body: string, headers = signed(body)): Promise<Response> => call('', { method: 'POST', body, headers });
  /** The answer, while time passes. */
  const late = async <T>(answer: Promise<T>): Promise<T> => {
    const turning = setInterval(() => under.clock.advance(1_000), 1);
    return answer.finally(() => clearInterval(turning));
  };

  it('gives the plugin the raw bytes, so that a signature can be checked', async () => {
    const body = '{ "posts" :\t["a", "b"] }\n';
    expect((await deliver(body)).status).toBe(202);
    expect(under.intake.posts()).toEqual(['a', 'b']);
    const forged = await deliver(body, signed(body.trim()));
    expect([forged.status, await forged.text()]).toEqual([401, 'The signature is wrong.']);
    expect(under.intake.posts()).toEqual(['a', 'b']);
  });
  it('answers a network that asks whether we are there', async () => {
    expect(await (await call('/?challenge=c7')).text()).toBe('c7');
    expect(await (await call('?challenge=c7', { method: 'HEAD' })).text()).toBe('');
  });
  it('tells the plugin its own address, the one that the network called, and nothing of who is signed in', async () => {
    const told = await (await call('/tells/x?y=1', { headers: { cookie: 'earshot=s' } })).json();
    expect(told).toEqual({ url: `https://earshot.library.example/webhooks/${account}/tells/x?y=1`, cookie: null, webhook: `https://earshot.library.example/webhooks/${account}`, method: 'GET' });
  });
  it('answers once what was told is stored, and not before', async () => {
    let store = (): void => {};
    const begun = new Promise<void>((resolve) => {
      under.intake.beforeFetched = () => {
        resolve();
        return new Promise<void>((go) => (store = go));
      };
    });
    let answered = false;
    const answer = deliver('{"posts":["slow"]}').then((response) => {
      answered = true;
      return response;
    });
    await begun;
    await under.calm();
    expect(answered).toBe(false);
    store();
    expect((await answer).status).toBe(202);
  });
  it('lets the network deliver again later while somebody has stopped listening, and answers it where it asks whether we are there', async () => {
    await bed.scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), $1, 'listening', 'the server moves', 'Ann Lee')`, [bed.library.id]);
    const refused = await deliver('{"posts":["stopped"]}');
    expect([refused.status, await refused.text()]).toEqual([503, '']);
    // About five minutes: the clock of the door is the test's.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(200);
    expect(await (await call('/?challenge=c7')).text()).toBe('c7');
    expect(under.intake.posts()).toEqual([]);
    await bed.scene.query('delete from stop');
    expect((await deliver('{"posts":["stopped"]}')).status).toBe(202);
    expect(under.intake.posts()).toEqual(['stopped']);
  });
  it('lets the network try again where what it told could not be stored', async () => {
    under.intake.beforeFetched = () => Promise.reject(new Error('the database is away'));
    expect((await deliver('{"posts":["lost"]}')).status).toBe(503);
    expect(under.intake.posts()).toEqual([]);
  });
  it('keeps what can be read beside what cannot', async () => {
    await deliver('{"posts":["broken"]}');
    expect(under.intake.batches[0]?.batch.events.map(({ kind }) => kind)).toEqual(['post', 'unreadable']);
  });
  it.each([['throws', 503], ['garbage', 503]])('tells nobody what went wrong inside a plugin that %s', async (manner, status) => {
    const answer = await call(`/${manner}`);
    expect([answer.status, await answer.text()]).toEqual([status, '']);
    expect(under.warnings).toEqual([{ message: 'a webhook call could not be taken in', facts: { account, error: expect.objectContaining({ name: 'PluginFault' }) } }]);
  });
  it.each(['hangs', 'hangs-in-its-answer'])('waits 20 s for one that %s, and no longer', async (manner) => {
    const before = under.clock.now();
    expect((await late(call(`/${manner}`))).status).toBe(503);
    expect(under.clock.now() - before).toBeGreaterThanOrEqual(20_000);
  });
  it.each([['auth', 503, null], ['rate-limited', 503, '60'], ['unreachable', 503, '60'], ['rejected', 422, null], ['invalid-data', 422, null], ['cursor-lost', 503, '60'], ['outcome-unknown', 503, '60']])(
    'says by its status whether to try again: %s',
    async (kind, status, retryAfter) => {
      const answer = await call(`/fails/${kind}`);
      expect(answer.status).toBe(status);
      if (retryAfter !== null) expect(answer.headers.get('retry-after')).toBe(retryAfter);
      // Whoever knows the address can bring it about.
      expect((await bed.health(account)).health).toBe('new');
    },
  );
  it('takes no more than it can, and waits for no body for ever', async () => {
    expect((await deliver(`{"posts":["${'x'.repeat(1_048_576)}"]}`)).status).toBe(413);
    const endless = new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(`${base}/${account}`, { method: 'POST' }, (answer) => {
        resolve(answer.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.write('{"posts":');
    });
    expect(await late(endless)).toBe(408);
    expect((await call('', { method: 'OPTIONS' })).status).toBe(405);
  });
  it('does not let a flood at one account hold up another', async () => {
    const hanging = Array.from({ length: 8 }, () => call('/hangs'));
    const refused = await late(Promise.race(Array.from({ length: 40 }, () => call('?challenge=no')).map(async (answer) => ((await answer).status === 503 ? 503 : new Promise<never>(() => {})))));
    expect(refused).toBe(503);
    await late(Promise.all(hanging));
    expect((await call('?challenge=yes')).status).toBe(200);
  });
  it('knows nobody where nobody receives', async () => {
    const deaf = await bed.account('with-look-ups', []);
    const off = await bed.account('with-webhooks', []);
    await bed.scene.query(`update account set state = 'off' where id = $1`, [off]);
    const gone = await bed.account('with-webhooks', []);
    await bed.scene.query('update account set removed_at = now() where id = $1', [gone]);
    for (const id of [deaf, off, gone, newId(), 'x', "'; drop table account; --"]) expect((await fetch(`${base}/${encodeURIComponent(id)}`)).status).toBe(404);
    expect((await fetch(base)).status).toBe(404);
  });
});
