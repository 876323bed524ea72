import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadInstallationKey, readConfig } from '@earshot/core/config';
import { newId } from '@earshot/core/database';
import { createLogging } from '@earshot/core/logging';
import { loadPlugins } from '@earshot/core/plugins';
import { signInAccount } from '@earshot/server';
import { withAccount } from '../plugins/with-account.js';
import { withSignIn } from '../plugins/with-sign-in.js';
import { foundLibrary } from './found-library.js';
import { type RunningEarshot, runEarshot } from './running-earshot.js';

let earshot: RunningEarshot;
let library: string;

beforeAll(async () => {
  earshot = await runEarshot();
  library = await foundLibrary(earshot.owner);
});
afterAll(() => earshot.stop());

const accountCalled = async (name: string, plugin = 'with-sign-in', settings = {}): Promise<string> => {
  const id = newId();
  await earshot.owner.query('insert into account(id, library_id, plugin, name, settings) values ($1, $2, $3, $4, $5)', [id, library, plugin, name, settings]);
  return id;
};

const signIn = async (account: string, answer: (url: URL) => string) => {
  const config = readConfig({ EARSHOT_DATA: earshot.dataDirectory, EARSHOT_LOG_LEVEL: 'silent' }, { read: () => undefined });
  const registry = await loadPlugins({ bundled: [withSignIn, withAccount].map((definition) => ({ name: definition.id, definition })), packages: [] });
  return signInAccount({ config, logging: createLogging(config.log), key: await loadInstallationKey(config), registry, account, ask: async (url) => answer(url) });
};

describe('signing in from the terminal, beside a running Earshot', () => {
  it('takes the address at which the browser arrived', async () => {
    const id = await accountCalled('Our account');
    const signedIn = await signIn('our ACCOUNT', (url) => {
      expect(url.searchParams.get('redirect_uri')).toBe('http://127.0.0.1:3420/accounts/callback');
      return `${url.searchParams.get('redirect_uri')}?code=good&state=${url.searchParams.get('state')}\n`;
    });
    expect(signedIn).toMatchObject({ id, health: 'new', profileId: expect.any(String) });
    expect((await earshot.owner.query('select actor_id, action from audit where subject_id = $1', [id])).rows).toEqual([{ actor_id: null, action: 'account.signed-in' }]);
    expect((await earshot.owner.query('select version from account_secret where account_id = $1', [id])).rows).toEqual([{ version: 1 }]);
  });
  it('takes the code that the network shows, and says where that does not hold', async () => {
    expect((await signIn(await accountCalled('By code'), () => 'good')).health).toBe('new');
    expect(await signIn(await accountCalled('By a worthless code'), () => 'worthless')).toMatchObject({ health: 'sign-in-again', healthWords: 'This token was never ours.' });
  });
  it.each([
    ['what the network says', () => 'fails rejected', 'The network says: fails rejected.'],
    ['that the address is of another sign-in', () => 'http://127.0.0.1:3420/accounts/callback?code=good&state=other', 'This address belongs to another sign-in.'],
    ['that others were faster', () => 'overtaken', 'Meanwhile the secrets of this account were replaced: nothing was changed. Begin again.'],
  ])('says %s', async (_, answer, message) => {
    await expect(signIn(await accountCalled(message), answer)).rejects.toMatchObject({ name: 'PlatformError', message });
  });
  it('says which account it cannot sign in to', async () => {
    await accountCalled('Twin');
    await accountCalled('Twin');
    await expect(signIn('twin', () => 'good')).rejects.toThrow('Several accounts are called "twin": name one by its id');
    await expect(signIn('nobody', () => 'good')).rejects.toThrow('There is no account "nobody"');
    await expect(signIn(await accountCalled('By secrets', 'with-account'), () => 'good')).rejects.toThrow('store its secrets instead');
    await expect(signIn(await accountCalled('Closed', 'with-sign-in', { manner: 'fails unreachable' }), () => 'good')).rejects.toThrow('The network says: fails unreachable.');
  });
});
