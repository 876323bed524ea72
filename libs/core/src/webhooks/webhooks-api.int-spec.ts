import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HookedLibraries } from '../../../../test/support/hooked-library.js';
import { isSignedBy } from '../../../../test/support/webhook-receiver.js';
import { wentIn } from '../../../../test/support/output/record.js';
import { sessionOf } from '../../../../test/support/whole-app.js';
import { newId } from '../database/index.js';

let here: HookedLibraries;
beforeAll(async () => {
  here = await HookedLibraries.open();
}, 60_000);
afterEach(async () => {
  await here.courier.stop();
  await here.scene.query('delete from webhook');
});
afterAll(() => here?.close());

type Caller = Readonly<Record<string, string>>;
const create = `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename ... on MadeWebhook { secret webhook { id name url kinds state library { name } } } ... on UserError { code message } ... on TooManyWebhooks { limit } } }`;
const change = `mutation($id: ID!, $input: ChangeWebhookInput!) { changeWebhook(id: $id, input: $input) { __typename ... on Webhook { name url kinds state } ... on UserError { code message } } }`;
const list = `query($l: ID!, $after: Cursor) { webhooks(libraryId: $l, first: 2, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } } }`;
const log = `query($id: ID!, $after: Cursor, $state: WebhookDeliveryState) { webhookDeliveries(webhookId: $id, first: 2, after: $after, state: $state) { edges { node { id event subjectId state tries status tookMs words dueAt triedAt } } pageInfo { hasNextPage endCursor } } }`;
const input = (more: object = {}) => ({ input: { libraryId: here.ashford.id, name: 'Statistics', url: 'https://8.8.8.8/hook', kinds: ['conversation_opened', 'reply_sent'], ...more } });
const codeOf = ({ errors }: { readonly errors?: readonly { readonly extensions: Record<string, unknown> }[] }): unknown => errors?.[0]?.extensions['code'];

describe('setting up', () => {
  it('answers with the webhook and its secret, which is kept sealed and told by nothing else', async () => {
    const answer = await here.app.ask(here.head, create, input());
    expect(answer).toMatchObject({ data: { createWebhook: { secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/u), webhook: { name: 'Statistics', url: 'https://8.8.8.8/hook', kinds: ['conversation_opened', 'reply_sent'], state: 'on', library: { name: 'Ashford' } } } } });
    const { secret, webhook } = (answer.data as { createWebhook: { secret: string; webhook: { id: string } } }).createWebhook;
    wentIn('the secret of a webhook', secret, 'once');
    const [row] = await here.scene.query<{ sealed: Buffer }>('select sealed from webhook_secret where webhook_id = $1', [webhook.id]);
    expect(row?.sealed.includes(Buffer.from(secret.slice(6), 'base64')) || row?.sealed.includes(Buffer.from(secret))).toBe(false);
    expect(await here.scene.query('select action, detail from audit where subject_id = $1', [webhook.id])).toEqual([{ action: 'webhook.made', detail: { kinds: ['conversation.opened', 'reply.sent'] } }]);
  });

  it.each([
    ['this machine', 'http://127.0.0.2:8080/'],
    ['a private address', 'https://10.1.2.3/hook'],
    ['a private address in disguise', 'https://[::ffff:10.1.2.3]/hook'],
    ['a cloud’s metadata', 'http://169.254.169.254/latest'],
  ])('refuses %s, and says who can allow it', async (_what, url) => {
    expect(await here.app.ask(here.head, create, input({ url }))).toMatchObject({ data: { createWebhook: { code: 'WEBHOOK_ADDRESS_REFUSED', message: expect.stringContaining('EARSHOT_ALLOW_PRIVATE_ADDRESSES') } } });
  });

  it('refuses what is not encrypted, but for private addresses that were allowed', async () => {
    expect(await here.app.ask(here.head, create, input({ url: 'http://8.8.8.8/' }))).toMatchObject({ data: { createWebhook: { code: 'WEBHOOK_ADDRESS_REFUSED', message: expect.stringContaining('https://') } } });
    expect(await here.app.ask(here.head, change, { id: (await here.hook()).id, input: { url: 'http://8.8.8.8/' } })).toMatchObject({ data: { changeWebhook: { code: 'WEBHOOK_ADDRESS_REFUSED' } } });
  });

  it.each([
    ['no address', { url: 'hook' }], ['another protocol', { url: 'ftp://a.example/' }], ['a user name', { url: 'https://a.example@10.0.0.1/' }], ['an address that is too long', { url: `https://a.example/${'x'.repeat(2_000)}` }],
    ['no kinds', { kinds: [] }], ['no name', { name: ' ' }],
  ])('refuses %s as bad input', async (_what, more) => {
    expect(codeOf(await here.app.ask(here.head, create, input(more)))).toBe('BAD_INPUT');
    expect(await here.scene.query('select 1 from webhook')).toEqual([]);
  });

  it('stops at twenty of one library, also of many at one moment', async () => {
    const made = await Promise.all(Array.from({ length: 22 }, () => here.app.ask(here.head, create, input())));
    const answers = made.map(({ data }) => (data as { createWebhook: { __typename: string; limit?: number } }).createWebhook);
    expect(answers.filter(({ __typename }) => __typename === 'MadeWebhook')).toHaveLength(20);
    expect(answers.filter(({ limit }) => limit === 20)).toHaveLength(2);
  });

  it('is administrators’ work, at their library', async () => {
    const librarian = await sessionOf(here.scene, await here.scene.person(here.ashford, 'librarian'));
    const foreigner = await sessionOf(here.scene, await here.scene.person(await here.scene.library(), 'administrator'));
    const { id } = await here.hook();
    const of = async (who: Caller): Promise<unknown[]> => [
      codeOf(await here.app.ask(who, create, input())), codeOf(await here.app.ask(who, change, { id, input: { name: 'Mine' } })), codeOf(await here.app.ask(who, list, { l: here.ashford.id })),
      ...(await Promise.all(['removeWebhook(id: $id)', 'renewWebhookSecret(id: $id) { secret }', 'testWebhook(id: $id) { __typename }'].map(async (act) => codeOf(await here.app.ask(who, `mutation($id: ID!) { ${act} }`, { id }))))),
    ];
    expect(new Set(await of(librarian))).toEqual(new Set(['FORBIDDEN']));
    expect(new Set(await of(foreigner))).toEqual(new Set(['NOT_FOUND']));
    expect(codeOf(await here.app.ask(librarian, log, { id }))).toBe('FORBIDDEN');
    expect((await here.app.ask(foreigner, log, { id })).data).toMatchObject({ webhookDeliveries: { edges: [] } });
  });
});

describe('what was set up', () => {
  it('is listed a page at a time', async () => {
    const ids = [(await here.hook()).id, (await here.hook()).id, (await here.hook()).id];
    const first = (await here.app.ask(here.head, list, { l: here.ashford.id })).data as { webhooks: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const second = (await here.app.ask(here.head, list, { l: here.ashford.id, after: first.webhooks.pageInfo.endCursor })).data as typeof first;
    expect([...first.webhooks.edges, ...second.webhooks.edges].map(({ node }) => node.id)).toEqual(ids);
    expect([first.webhooks.pageInfo.hasNextPage, second.webhooks.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  it('is changed in part, turned off with what waits for it, and on again', async () => {
    const hook = await here.hook();
    await here.happens();
    expect(await here.app.ask(here.head, change, { id: hook.id, input: { name: 'Another', kinds: ['library_changed'], on: false } })).toMatchObject({ data: { changeWebhook: { name: 'Another', url: hook.at.url, kinds: ['library_changed'], state: 'off' } } });
    expect(await here.log(hook)).toMatchObject([{ state: 'failed', failure_words: expect.stringContaining('turned off') }]);
    await here.tell();
    expect(hook.at.received).toEqual([]);
    const [{ id } = { id: '' }] = await here.log(hook);
    const off = { code: 'WEBHOOK_OFF' };
    expect(await here.app.ask(here.head, 'mutation($id: ID!) { testWebhook(id: $id) { ... on UserError { code } } }', { id: hook.id })).toMatchObject({ data: { testWebhook: off } });
    expect(await here.app.ask(here.head, 'mutation($id: ID!) { replayDelivery(id: $id) { ... on UserError { code } } }', { id })).toMatchObject({ data: { replayDelivery: off } });
    expect(await here.app.ask(here.head, change, { id: hook.id, input: { on: true } })).toMatchObject({ data: { changeWebhook: { state: 'on' } } });
    await here.tell();
    // That it was changed is itself told to those who want to know; it was on by then.
    expect(hook.at.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['library.changed']);
  });

  it('is told a test at once, also where it rests, and what came of it is in the log', async () => {
    const hook = await here.hook();
    await here.scene.query(`update webhook set failures = 3, failing_since = now(), rests_until = now() + interval '5 minutes' where id = $1`, [hook.id]);
    expect(await here.app.ask(here.head, 'mutation($id: ID!) { testWebhook(id: $id) { ... on WebhookDelivery { event state subjectId } } }', { id: hook.id })).toMatchObject({ data: { testWebhook: { event: 'webhook.test', state: 'waiting', subjectId: null } } });
    await here.tell();
    expect(JSON.parse(hook.at.received[0]?.body ?? '')).toMatchObject({ type: 'webhook.test', data: { libraryId: here.ashford.id } });
    expect(isSignedBy(hook.secret, hook.at.received[0] as never)).toBe(true);
    expect(await here.app.ask(here.head, log, { id: hook.id })).toMatchObject({ data: { webhookDeliveries: { edges: [{ node: { event: 'webhook.test', state: 'delivered', tries: 1, status: 204, tookMs: expect.any(Number), words: null, dueAt: null, triedAt: expect.any(String) } }] } } });
  });

  it('is signed by its former secret as well, for a day after a new one', async () => {
    const hook = await here.hook();
    const renew = async (): Promise<string> => {
      const { data } = await here.app.ask(here.head, 'mutation($id: ID!) { renewWebhookSecret(id: $id) { secret webhook { id } } }', { id: hook.id });
      const { secret } = (data as { renewWebhookSecret: { secret: string } }).renewWebhookSecret;
      wentIn('the secret of a webhook', secret, 'once');
      return secret;
    };
    const [second, third] = [await renew(), await renew()];
    const told = async (): Promise<readonly boolean[]> => {
      await here.happens();
      await here.tell();
      const received = hook.at.received.at(-1);
      return [hook.secret, second, third].map((secret) => received !== undefined && isSignedBy(secret, received));
    };
    expect(await told()).toEqual([false, true, true]);
    await here.scene.query(`update webhook_secret set until = now() - interval '1 second' where until is not null`);
    expect(await told()).toEqual([false, false, true]);
  });

  it('says so where its secret does not open with the installation’s key', async () => {
    const hook = await here.hook();
    await here.scene.query('update webhook_secret set sealed = set_byte(sealed, 40, 1 + get_byte(sealed, 40) % 255) where webhook_id = $1', [hook.id]);
    await here.happens();
    await here.tell();
    expect(hook.at.received).toEqual([]);
    expect(await here.log(hook)).toMatchObject([{ state: 'waiting', failure_words: expect.stringContaining('renew it') }]);
  });

  it('has a log of pages, by state', async () => {
    const hook = await here.hook();
    const ids = [await here.happens(), await here.happens(), await here.happens()];
    await here.tell();
    await here.happens();
    type Page = { webhookDeliveries: { edges: { node: { subjectId: string; state: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const page = async (after?: string, state?: string): Promise<Page['webhookDeliveries']> => ((await here.app.ask(here.head, log, { id: hook.id, after, state })).data as unknown as Page).webhookDeliveries;
    const first = await page(undefined, 'delivered');
    const second = await page(first.pageInfo.endCursor, 'delivered');
    expect([...first.edges, ...second.edges].map(({ node }) => node.subjectId)).toEqual([...ids].reverse());
    expect((await page()).edges[0]?.node.state).toBe('waiting');
  });

  it('is removed with all that it was told', async () => {
    const hook = await here.hook();
    await here.happens();
    expect(await here.app.ask(here.head, 'mutation($id: ID!) { removeWebhook(id: $id) }', { id: hook.id })).toMatchObject({ data: { removeWebhook: hook.id } });
    expect(await here.scene.query('select 1 from webhook_delivery union all select 1 from webhook_secret')).toEqual([]);
    await here.happens();
    await here.tell();
    expect(hook.at.received).toEqual([]);
    for (const id of [hook.id, newId()]) expect(codeOf(await here.app.ask(here.head, 'mutation($id: ID!) { removeWebhook(id: $id) }', { id }))).toBe('NOT_FOUND');
  });
});
