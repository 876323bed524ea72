import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PluginSignIns } from '@earshot/core/plugins';
import { type Ctx, RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { channelEach, silent } from '../plugins/events.js';
import { secretFor } from '../support/output/record.js';
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
