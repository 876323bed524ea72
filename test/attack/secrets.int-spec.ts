import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PluginSignIns } from '@earshot/core/plugins';
import { type Ctx, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from '../plugins/events.js';
import { WebhookCourier } from '@earshot/core/webhooks';
import { hashPassword } from '../../libs/core/src/staff/passwords.js';
import { secretFor, wentIn } from '../support/output/record.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';

/** Says its token wherever it says anything, as networks and programs do. */
const looseTongue = (manner: string, token: string): void => {
  if (manner === 'refused') throw new RemoteError('auth', `The token ${token} was revoked.`);
  if (manner === 'rejected') throw new RemoteError('rejected', `https://network.example/?access_token=${token} says no.`);
  if (manner === 'broken') throw new TypeError('a bug', { cause: new Error(`while it sent ${token}`) });
  if (manner === 'header') new Headers({ authorization: `Bearer ${token}\u0000` });
};

const withLooseTongue = definePlugin({
  id: 'with-loose-tongue', version: '1', sdk: '^0.1.0', networks: ['fixture'],
  account: {
    settings: z.strictObject({ manner: z.string() }),
    secrets: z.strictObject({ token: z.string().min(1) }),
    identify: async (ctx: Ctx<{ manner: string }, { token: string }>) => {
      const { token } = ctx.secrets.read();
      ctx.log.warn(`as ${token}`, { token, also: token });
      looseTongue(ctx.settings.manner, token);
      return { ref: { network: 'fixture', id: 'us' }, handle: '@library', refusals: [] };
    },
  },
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {}, resolve: async (_text, ctx) => {
    looseTongue(ctx.settings.manner, ctx.secrets.read().token);
    return [];
  } },
});

let app: WholeApp;
let scene: Scene;
let town: SceneLibrary;
let head: Awaited<ReturnType<typeof sessionOf>>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  head = await sessionOf(scene, await scene.person(town, 'administrator'));
  app = await startWholeApp(test, [withLooseTongue]);
});
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

describe('the secrets of an account', () => {
  // What is logged meanwhile is searched at the end of the run, for this secret and every other.
  it.each(['refused', 'rejected', 'broken', 'header', 'well'])('are told by nothing when its plugin is %s', async (manner) => {
    const token = secretFor('token');
    const account = await scene.account(town, { plugin: 'with-loose-tongue', settings: JSON.stringify({ manner }), state: 'on' });
    const list = await scene.list(town);
    const answers = [
      await app.ask(head, 'mutation($a: ID!, $secrets: String!) { putAccountSecrets(accountId: $a, secrets: $secrets) { id health healthInWords } }', { a: account, secrets: JSON.stringify({ token }) }),
      await app.ask(head, 'mutation($a: ID!, $l: ID!) { addFollows(listId: $l, accountIds: [$a], text: "@somebody", category: business, reason: "asked") { __typename } }', { a: account, l: list }),
      await app.app.get(PluginSignIns).identify(account),
      await app.ask(head, 'query($a: ID!) { account(id: $a) { id name settings health healthInWords } }', { a: account }),
    ];
    const stored = await scene.query('select a.*, (select string_agg(c::text, \' \') from channel c where c.account_id = a.id) as channels from account a where id = $1', [account]);
    expect(JSON.stringify([answers, stored])).not.toContain(token);
    if (manner === 'refused') expect(JSON.stringify(answers)).toContain('The token [secret] was revoked.');
  });
});

describe('the secret of a client’s session', () => {
  it('is told once, and by nothing that goes wrong with it, nor by what is stored', async () => {
    const email = `${secretFor('ada')}@library.example`;
    const [person, password] = [await scene.person(town, 'administrator'), secretFor('password')];
    await scene.query('update person set email = $2, password_hash = $3 where actor_id = $1', [person, email, await hashPassword(password)]);
    const signIn = (body: object): Promise<Response> => fetch(`${app.url}/sign-in/client`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect((await signIn({ email, password: secretFor('wrong'), client: 'A client' })).status).toBe(401);
    const { secret, sessionId } = (await (await signIn({ email, password, client: 'A client' })).json()) as { secret: string; sessionId: string };
    wentIn('the secret of a client’s session', secret, 'once');
    const as = { authorization: `Bearer ${secret}` };
    const answers = [
      await app.ask(as, '{ viewer { id sessions { id kind client } } }'), await app.ask(as, '{ nothing }'), await app.ask(as, '{ viewer { sessions { id client'),
      await app.ask(as, 'mutation($id: ID!) { endSession(id: $id) { id } }', { id: sessionId }), await app.ask(as, '{ viewer { id } }'),
    ];
    expect(answers[0]).toMatchObject({ data: { viewer: { id: person, sessions: [{ id: sessionId, kind: 'client', client: 'A client' }] } } });
    expect(answers[4]).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(JSON.stringify([answers, await scene.query('select s.*, encode(s.hash, \'escape\') from session s where id = $1', [sessionId])])).not.toContain(secret.slice(4));
  });
});

describe('the secret of a webhook', () => {
  it('is told once, and by nothing that is sent, logged, read or stored', async () => {
    const { data } = await app.ask(head, 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { ... on MadeWebhook { secret webhook { id } } } }', {
      input: { libraryId: town.id, name: 'A program', url: 'https://8.8.8.8/hook', kinds: ['saved_search_changed'] },
    });
    const { secret, webhook } = (data as { createWebhook: { secret: string; webhook: { id: string } } }).createWebhook;
    wentIn('the secret of a webhook', secret, 'once');
    wentIn('the key of a webhook', Buffer.from(secret.slice(6), 'base64'), 'once');
    // To an address that is refused: what is told of the failure is searched with the rest.
    await scene.query(`update webhook set url = 'https://10.0.0.1/hook' where id = $1`, [webhook.id]);
    await app.ask(head, 'mutation($id: ID!) { testWebhook(id: $id) { __typename } }', { id: webhook.id });
    const courier = app.app.get(WebhookCourier);
    courier.start();
    await courier.idle();
    await courier.stop();
    const answers = [
      await app.ask(head, 'query($id: ID!) { webhookDeliveries(webhookId: $id) { edges { node { words state tries } } } }', { id: webhook.id }), await app.ask(head, 'query($l: ID!) { webhooks(libraryId: $l) { edges { node { id url name } } } }', { l: town.id }),
    ];
    expect(answers[0]).toMatchObject({ data: { webhookDeliveries: { edges: [{ node: { state: 'failed', tries: 1, words: expect.stringContaining('private') } }] } } });
    const stored = await scene.query(`select w.*, d.*, encode(s.sealed, 'escape') as sealed from webhook w join webhook_delivery d on d.webhook_id = w.id join webhook_secret s on s.webhook_id = w.id where w.id = $1`, [webhook.id]);
    expect(stored).toHaveLength(1);
    expect(JSON.stringify([answers, stored])).not.toContain(secret.slice(6, 30));
  });
});
