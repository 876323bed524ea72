import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HookedLibraries } from '../../../../test/support/hooked-library.js';
import { isSignedBy } from '../../../../test/support/webhook-receiver.js';
import { sessionOf } from '../../../../test/support/whole-app.js';
import { newId } from '../database/index.js';
import { StopsService } from '../stops/stops.service.js';
import { WebhookChores } from './webhook-chores.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookOutbox } from './webhook-outbox.repository.js';
import { WebPost } from '../plugins/index.js';
import { collectedLog } from '../../../../test/support/output/collected-log.js';
import { systemClock } from '@earshot/plugin-sdk';

let here: HookedLibraries;
beforeAll(async () => {
  here = await HookedLibraries.open();
}, 60_000);
afterEach(async () => {
  await here.courier.stop();
  await here.scene.query('delete from webhook');
  await here.scene.query('delete from stop');
});
afterAll(() => here?.close());

const bodyOf = ({ body }: { readonly body: string }) => JSON.parse(body) as { type: string; timestamp: string; data: Record<string, unknown> };
/** Another process of the installation, which gives a receiver less time. */
const another = (answerMs: number): WebhookCourier => new WebhookCourier({ outbox: here.app.app.get(WebhookOutbox), post: here.app.app.get(WebPost), clock: systemClock, log: collectedLog().logger('webhooks'), answerMs });
const round = async (courier: WebhookCourier): Promise<void> => {
  courier.start();
  await courier.idle();
  await courier.stop();
};

describe('what a webhook is told', () => {
  it('is signed, and holds ids, kind and version', async () => {
    const hook = await here.hook();
    const list = await here.happens('follow-list', { version: 7 });
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
    const [received] = hook.at.received;
    if (received === undefined) throw new Error('nothing was received');
    expect(isSignedBy(hook.secret, received)).toBe(true);
    expect(isSignedBy(hook.secret, { ...received, body: received.body.replace('7', '8') })).toBe(false);
    expect(isSignedBy(hook.secret, { ...received, id: newId() })).toBe(false);
    expect(bodyOf(received)).toEqual({ type: 'follow-list.changed', timestamp: expect.any(String), data: { libraryId: here.ashford.id, id: list, version: 7 } });
    expect(received.headers['content-type']).toBe('application/json');
    expect(await here.log(hook)).toMatchObject([{ id: received.id, state: 'delivered', tries: 1, status: 204, failure_words: null, due: null }]);
  });

  it('is nothing of what was rolled back, nor of kinds that it did not ask for', async () => {
    const hook = await here.hook({ kinds: ['saved_search_changed'] });
    await here.happens('follow-list');
    await expect(here.app.database.listening(async (tx) => {
      tx.hint({ kind: 'saved-search', id: newId(), library: here.ashford.id });
      throw new Error('no');
    })).rejects.toThrow('no');
    expect(await here.log(hook)).toEqual([]);
  });

  it('is written with what happened, and outlives the process that did it', async () => {
    const hook = await here.hook();
    await here.happens();
    // Nobody runs the courier: it is there for whoever does.
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', tries: 0 }]);
    expect(hook.at.received).toEqual([]);
    await round(another(1_000));
    expect(hook.at.received).toHaveLength(1);
  });

  it('is never of another library: neither above, nor below, nor beside it', async () => {
    const county = await here.scene.library({ name: 'County' });
    const [branch, sibling] = [await here.scene.library({ parent: county }), await here.scene.library({ parent: county })];
    const by = await sessionOf(here.scene, await here.scene.person(county, 'administrator'));
    const [above, middle] = [await here.hook({ library: county, by }), await here.hook({ library: branch, by })];
    for (const library of [here.ashford, sibling]) await here.happens('follow-list', { library });
    const [ofCounty, ofBranch] = [await here.happens('follow-list', { library: county }), await here.happens('follow-list', { library: branch })];
    await here.tell();
    expect(above.at.received.map((each) => bodyOf(each).data['id'])).toEqual([ofCounty]);
    expect(middle.at.received.map((each) => bodyOf(each).data['id'])).toEqual([ofBranch]);
  });

  it('says of a conversation whether it came, changed, was closed or is gone', async () => {
    const hook = await here.hook({ kinds: ['conversation_opened', 'conversation_changed', 'conversation_closed', 'conversation_removed'] });
    const { conversation } = await here.scene.heard(here.ashford);
    const act = (kind?: string): Promise<void> => here.app.database.listening(async (tx) => {
      if (kind !== undefined) await tx.query(`insert into timeline(id, library_id, conversation_id, kind) values ($1, $2, $3, $4)`, [newId(), here.ashford.id, conversation, kind]);
      if (kind === 'closed') await tx.query(`update conversation set state = 'closed' where id = $1`, [conversation]);
      tx.hint({ kind: 'conversation', id: conversation, library: here.ashford.id, version: 2 });
    });
    for (const kind of ['opened', 'tagged', 'closed', 'noted']) {
      await act(kind);
      await here.tell();
    }
    await here.scene.query('delete from conversation where id = $1', [conversation]);
    await here.tell();
    expect(hook.at.received.map((each) => [bodyOf(each).type, bodyOf(each).data['id']])).toEqual(
      ['conversation.opened', 'conversation.changed', 'conversation.closed', 'conversation.changed', 'conversation.removed'].map((type) => [type, conversation]));
  });

  it('says of a reply how far it is, and where to read it', async () => {
    const hook = await here.hook({ kinds: ['reply_in_review', 'reply_withdrawn'] });
    const { conversation, post } = await here.scene.heard(here.ashford);
    const [reply, account] = [newId(), await here.scene.account(here.ashford)];
    const librarian = await here.scene.person(here.ashford);
    await here.scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by) values ($1, $2, $3, $4, $5, gen_random_uuid(), 'what we say', 'in_review', $6)`, [reply, here.ashford.id, conversation, account, post, librarian]);
    await here.happens('reply', { id: reply, version: 2 });
    await here.tell();
    expect(hook.at.received.map(bodyOf)).toMatchObject([{ type: 'reply.in-review', data: { id: reply, conversationId: conversation, version: 2 } }]);
    expect(hook.at.received[0]?.body).not.toContain('what we say');
    await here.scene.query(`update reply set state = 'draft' where id = $1`, [reply]);
    await here.happens('reply', { id: reply, version: 3 });
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
  });

  it('is the newest version, once, of what happened to one thing before the first try; and again of what happens after it', async () => {
    const hook = await here.hook();
    const id = await here.happens('follow-list', { version: 1 });
    for (const version of [2, 3]) await here.happens('follow-list', { id, version });
    hook.at.answer(500);
    await here.tell();
    await here.happens('follow-list', { id, version: 4 });
    hook.at.answer(200);
    await here.later(10);
    await here.tell();
    expect(hook.at.received.map((each) => bodyOf(each).data['version']).sort()).toEqual([3, 3, 4]);
  });
});

describe('a delivery that is not taken', () => {
  it('is tried again at the same id, with the same body and another time, until it is taken', async () => {
    const hook = await here.hook();
    await here.happens();
    hook.at.answer(503);
    await here.tell();
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', tries: 1, status: 503, failure_words: expect.stringContaining('answered with 503') }]);
    const [{ due } = { due: null }] = await here.log(hook);
    expect(due).toBeGreaterThan(3);
    expect(due).toBeLessThan(6);
    // Not before its time.
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
    await here.later(6);
    hook.at.answer(200);
    await here.tell();
    const [first, second] = hook.at.received;
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect(isSignedBy(hook.secret, second as never)).toBe(true);
    expect(await here.log(hook)).toMatchObject([{ state: 'delivered', tries: 2, status: 200, failure_words: null }]);
    expect(await here.scene.query('select failures, failing_since, rests_until, lease_until from webhook where id = $1', [hook.id])).toEqual([{ failures: 0, failing_since: null, rests_until: null, lease_until: null }]);
  });

  it('is given up after its last try, and can be replayed', async () => {
    const hook = await here.hook();
    await here.happens();
    hook.at.answer(404);
    for (let tries = 0; tries < 12; tries++) {
      await here.tell();
      await here.later(90_000);
    }
    expect(hook.at.received).toHaveLength(9);
    const [{ id, state } = { id: '', state: '' }] = await here.log(hook);
    expect(state).toBe('failed');
    hook.at.answer(200);
    const replay = `mutation($id: ID!) { replayDelivery(id: $id) { __typename ... on WebhookDelivery { state tries } ... on UserError { code message } } }`;
    expect(await here.app.ask(here.head, replay, { id })).toMatchObject({ data: { replayDelivery: { state: 'waiting', tries: 0 } } });
    expect(await here.app.ask(here.head, replay, { id })).toMatchObject({ data: { replayDelivery: { code: 'DELIVERY_WAITING' } } });
    await here.tell();
    expect(hook.at.received.at(-1)?.id).toBe(id);
    expect(await here.log(hook)).toMatchObject([{ state: 'delivered', tries: 1 }]);
  });

  it('waits no longer for an answer than it may, and knows that it was not taken', async () => {
    const hook = await here.hook();
    await here.happens();
    hook.at.answer('never');
    await round(another(200));
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', tries: 1, status: null, failure_words: expect.stringContaining('did not answer within 0.2 seconds') }]);
  });

  it('takes an answer that comes late, but in time', async () => {
    const hook = await here.hook();
    await here.happens();
    let answer: () => void = () => {};
    hook.at.answer((response) => {
      answer = () => void response.writeHead(200).end();
    });
    here.courier.start();
    await hook.at.until(1);
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', tries: 1 }]);
    answer();
    await here.courier.idle();
    expect(await here.log(hook)).toMatchObject([{ state: 'delivered' }]);
  });

  it('is not led on by a redirect', async () => {
    const [hook, other] = [await here.hook(), await here.receiver()];
    await here.happens();
    hook.at.answer((response) => void response.writeHead(307, { location: other.url }).end());
    await here.tell();
    expect(other.received).toEqual([]);
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', status: 307, failure_words: expect.stringContaining('redirects (307), which is not followed') }]);
  });

  it('never leaves for a private address that nobody allowed, also where its name came to be one later', async () => {
    const hook = await here.hook();
    await here.scene.query(`update webhook set url = 'http://10.0.0.7:8080/' where id = $1`, [hook.id]);
    await here.happens();
    await here.tell();
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', status: null, failure_words: expect.stringContaining('no address that may be reached from here') }]);
  });

  it('waits as long as the receiver asks', async () => {
    const hook = await here.hook();
    await here.happens();
    hook.at.answer((response) => void response.writeHead(429, { 'retry-after': '600' }).end());
    await here.tell();
    const [{ due } = { due: 0 }] = await here.log(hook);
    expect(due).toBeGreaterThan(590);
  });
});

describe('a webhook at which nothing is taken', () => {
  it('is turned off once that lasts, which stands in the audit log, and nothing more is written down for it', async () => {
    const hook = await here.hook();
    await here.happens();
    hook.at.answer(500);
    await here.scene.query(`update webhook set failures = 19, failing_since = now() - interval '3 days' where id = $1`, [hook.id]);
    await here.tell();
    expect(await here.scene.query('select state from webhook where id = $1', [hook.id])).toEqual([{ state: 'failed' }]);
    expect(await here.scene.query('select action, actor_id, detail from audit where subject_id = $1 order by at desc limit 1', [hook.id])).toEqual([{ action: 'webhook.turned-off', actor_id: here.ashford.system, detail: { status: 500 } }]);
    await here.happens();
    expect(await here.log(hook)).toMatchObject([{ state: 'failed' }]);
    const on = `mutation($id: ID!) { changeWebhook(id: $id, input: { on: true }) { ... on Webhook { state failingSince restsUntil } } }`;
    expect(await here.app.ask(here.head, on, { id: hook.id })).toMatchObject({ data: { changeWebhook: { state: 'on', failingSince: null, restsUntil: null } } });
    hook.at.answer(200);
    await here.happens();
    await here.tell();
    expect(hook.at.received).toHaveLength(2);
  });

  it('is turned off at once where it says that it is gone, with what waits for it', async () => {
    const hook = await here.hook();
    for (let n = 0; n < 3; n++) await here.happens();
    hook.at.answer(410);
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
    expect((await here.log(hook)).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
  });

  it('rests between tries, whatever is due: what is down is not hammered', async () => {
    const hook = await here.hook();
    for (let n = 0; n < 5; n++) await here.happens();
    hook.at.answer(500);
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
    expect(await here.scene.query('select rests_until > now() as rests from webhook where id = $1', [hook.id])).toEqual([{ rests: true }]);
  });

  it('holds one worker, and no other webhook waits for it', async () => {
    const [slow, well] = [await here.hook(), await here.hook()];
    slow.at.answer('never');
    for (let n = 0; n < 3; n++) await here.happens();
    here.courier.start();
    await Promise.all([slow.at.until(1), well.at.until(3)]);
    expect([slow.at.received.length, well.at.received.length]).toEqual([1, 3]);
    await here.courier.stop();
    // Broken off by our own stop, it is no failure of the receiver: it is told again once the lease is over.
    expect(await here.scene.query('select failures from webhook where id = $1', [slow.id])).toEqual([{ failures: 0 }]);
  });
});

describe('several processes', () => {
  it('tell each delivery once between them', async () => {
    const hook = await here.hook();
    const ids = await Promise.all(Array.from({ length: 12 }, () => here.happens()));
    await Promise.all([round(another(2_000)), round(another(2_000)), here.tell()]);
    await here.tell();
    expect(hook.at.received.map((each) => bodyOf(each).data['id']).sort()).toEqual([...ids].sort());
  });

  it('take over from one that is gone, under the same id', async () => {
    const hook = await here.hook();
    await here.happens();
    const outbox = here.app.app.get(WebhookOutbox);
    const [due] = await outbox.due(1);
    const taken = due && (await outbox.take(due));
    expect(taken).toBeDefined();
    await here.tell();
    expect(hook.at.received).toEqual([]);
    await here.later(61);
    await here.tell();
    expect(hook.at.received.map(({ id }) => id)).toEqual([taken?.id]);
    // What the first found out meanwhile changes nothing.
    await outbox.settle(here.ashford.system, taken as never, { status: 500, tookMs: 1, words: 'too late' });
    expect(await here.log(hook)).toMatchObject([{ state: 'delivered', failure_words: null }]);
  });
});

describe('while everything is stopped', () => {
  it('nothing is told, and afterwards all of it', async () => {
    const hook = await here.hook();
    const stops = here.app.app.get(StopsService);
    const chief = { id: await here.scene.person(here.ashford, 'administrator'), kind: 'person' as const };
    await stops.stop(chief, here.ashford.id, { what: 'all', why: 'the server moves' });
    await here.happens();
    await here.tell();
    expect(hook.at.received).toEqual([]);
    await stops.resume(chief, here.ashford.id);
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
  });

  it('sending alone leaves webhooks as they are', async () => {
    const hook = await here.hook();
    await here.app.app.get(StopsService).stop({ id: await here.scene.person(here.ashford, 'administrator'), kind: 'person' }, here.ashford.id, { what: 'sending', why: 'a new policy' });
    await here.happens();
    await here.tell();
    expect(hook.at.received).toHaveLength(1);
  });
});

describe('the log', () => {
  it('is two weeks long, and secrets that no longer hold go with it', async () => {
    const hook = await here.hook();
    await here.happens();
    await here.happens();
    await here.scene.query(`update webhook_delivery set at = now() - interval '15 days' where id = (select id from webhook_delivery where webhook_id = $1 limit 1)`, [hook.id]);
    await here.scene.query(`insert into webhook_secret(id, library_id, webhook_id, sealed, until) values (gen_random_uuid(), $1, $2, '\\x00', now() - interval '1 second')`, [here.ashford.id, hook.id]);
    await here.app.app.get(WebhookChores).forget(new AbortController().signal);
    expect(await here.log(hook)).toHaveLength(1);
    expect(await here.scene.query('select until from webhook_secret where webhook_id = $1', [hook.id])).toEqual([{ until: null }]);
  });
});
