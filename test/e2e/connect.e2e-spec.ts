import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadInstallationKey, readConfig } from '@earshot/core/config';
import { createLogging } from '@earshot/core/logging';
import { loadPlugins } from '@earshot/core/plugins';
import { RemoteError, definePlugin } from '@earshot/plugin-sdk';
import { type ConnectOptions, connectAccount } from '@earshot/server';
import { z } from 'zod';
import { channelEach, silent } from '../plugins/events.js';
import { withAccount } from '../plugins/with-account.js';
import { withSignIn } from '../plugins/with-sign-in.js';
import { EarshotProcess } from './earshot-process.js';
import { foundLibrary } from './found-library.js';
import { type RunningEarshot, runEarshot } from './running-earshot.js';

/** As a network is met for the first time: its server is all that one must know. */
const withServer = definePlugin({
  ...withSignIn,
  id: 'with-server',
  account: { ...withSignIn.account!, settings: z.strictObject({ server: z.url().describe('Address of the server'), manner: z.string().default('well') }) },
});

/** Where one signs in by a password of the network's. */
const withPassword = definePlugin({
  id: 'with-password', version: '1', sdk: '^0.1.0', networks: ['fixture'],
  source: { ...silent, plan: (targets) => channelEach(targets), async *read() {} },
  account: {
    settings: z.strictObject({ handle: z.string().min(3) }),
    secrets: z.strictObject({ token: z.string().min(4).describe('An app password') }),
    identify: async (ctx) => {
      if (ctx.settings.handle === 'nobody') throw new RemoteError('rejected', 'There is nobody of this name.');
      if (ctx.secrets.read().token === 'worthless') throw new RemoteError('auth', 'This token was never ours.');
      return { ref: { network: 'fixture', id: 'us' }, handle: '@library', refusals: [] };
    },
  },
});

let earshot: RunningEarshot;
let library: string;

beforeAll(async () => {
  earshot = await runEarshot();
  library = await foundLibrary(earshot.owner);
});
afterAll(() => earshot.stop());

const connect = async (plugin: string, word: string | undefined, told: Partial<ConnectOptions> = {}) => {
  const config = readConfig({ EARSHOT_DATA: earshot.dataDirectory, EARSHOT_LOG_LEVEL: 'silent' }, { read: () => undefined });
  const registry = await loadPlugins({ bundled: [withServer, withPassword, withAccount].map((definition) => ({ name: definition.id, definition })), packages: [] });
  return connectAccount({
    config, logging: createLogging(config.log), key: await loadInstallationKey(config), registry, library: undefined, plugin, word, settings: {}, name: undefined,
    ask: async () => 'good', askSecret: async () => 'good', ...told,
  });
};
const accounts = async (): Promise<readonly { readonly name: string; readonly settings: unknown }[]> =>
  (await earshot.owner.query('select name, settings from account where removed_at is null order by id')).rows;

describe('connecting from the terminal, beside a running Earshot', () => {
  it('makes an account of what the plugin must know, signs in, and says who we are there', async () => {
    const { account, again, us } = await connect('with-server', 'town.social', { ask: async (url) => `${url.searchParams.get('redirect_uri')}?code=good&state=${url.searchParams.get('state')}` });
    expect(account).toMatchObject({ libraryId: library, plugin: 'with-server', name: 'with-server town.social', settings: { server: 'https://town.social' }, health: 'new' });
    expect({ again, us }).toEqual({ again: false, us: { handle: '@library', url: null } });
    expect((await earshot.owner.query('select action, detail from audit where subject_id = $1 order by id', [account.id])).rows).toEqual([{ action: 'account.created', detail: { plugin: 'with-server' } }, { action: 'account.signed-in', detail: {} }]);
  });
  it('finds it again, and signs in anew', async () => {
    const before = await accounts();
    const { account, again } = await connect('with-server', 'https://town.social');
    expect({ again, accounts: await accounts() }).toEqual({ again: true, accounts: before });
    expect((await earshot.owner.query('select version from account_secret where account_id = $1', [account.id])).rows).toEqual([{ version: 2 }]);
  });
  it('asks for the secrets of a plugin that has no page to sign in on', async () => {
    const asked: string[] = [];
    const { account, us } = await connect('with-password', 'library.town', { name: 'Ours', askSecret: async ({ title }) => (asked.push(title), 'good') });
    expect({ asked, name: account.name, us }).toEqual({ asked: ['"token" (An app password)'], name: 'Ours', us: { handle: '@library', url: null } });
  });
  it('says where the network does not let us in, and takes a better answer', async () => {
    expect((await connect('with-password', 'other.town', { askSecret: async () => 'worthless' }))).toMatchObject({ us: undefined, account: { health: 'sign-in-again', healthWords: 'This token was never ours.' } });
    expect((await connect('with-password', 'other.town'))).toMatchObject({ again: true, us: { handle: '@library' }, account: { health: 'new' } });
  });
  it.each([
    ['a plugin that is none', () => connect('mastdon', 'town.social'), 'There is no plugin "mastdon" in this installation. There are: with-account, with-password, with-server.'],
    ['a server that is none', () => connect('with-server', '://'), /^The plugin "with-server" does not take this: server: /],
    ['a network that refuses', () => connect('with-server', 'closed.social', { settings: { manner: 'fails unreachable' } }), 'The network says: fails unreachable.'],
    ['somebody who says no', () => connect('with-server', 'no.social', { ask: async () => 'http://127.0.0.1:3420/accounts/callback?error=access_denied' }), 'You did not let Earshot in.'],
    ['a handle that nobody has', () => connect('with-password', 'nobody'), 'There is nobody of this name.'],
    ['a secret that cannot be', () => connect('with-password', 'third.town', { askSecret: async () => 'x' }), /^secrets\.token: /],
    ['a library that is none', () => connect('with-server', 'town.social', { library: 'elsewhere' }), 'There is no library with the handle "elsewhere".'],
  ])('leaves nothing behind for %s, and says why', async (_, attempt, message) => {
    const before = await accounts();
    await expect(attempt()).rejects.toMatchObject({ name: 'PlatformError', message: expect.stringMatching(message) });
    expect(await accounts()).toEqual(before);
  });
});

describe('the command', () => {
  it('connects what needs no word, and says what to do next', async () => {
    const command = new EarshotProcess(['connect', 'feeds', '--set', 'pollMinutes=30'], { EARSHOT_DATA: earshot.dataDirectory }, earshot.dataDirectory);
    expect(await command.end()).toBe(0);
    expect(command.said).toMatch(/^Connected: "feeds"\.\nNext, follow somebody by it; .*\n {2}npx earshot follow <@handle, address or #hashtag> --account 'feeds' /);
    expect(await accounts()).toContainEqual({ name: 'feeds', settings: { pollMinutes: 30 } });
  });
  it('says what it needs', async () => {
    const command = new EarshotProcess(['connect', 'archive'], { EARSHOT_DATA: earshot.dataDirectory }, earshot.dataDirectory);
    expect(await command.end()).toBe(1);
    expect(command.said).toMatch(/^The plugin "archive" needs to know: "path" \(The archive file, .*\)\. Write it after the name, as in `earshot connect archive …`\.\n$/);
  });
});
