import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StartError } from '../errors/start.error.js';
import { readConfig, type ConfigFiles, type Environment } from './read-config.js';

const none: ConfigFiles = { read: () => undefined };
const holding = (text: string): ConfigFiles => ({ read: () => text });

function problemsOf(env: Environment, files = none): string[] {
  try {
    readConfig(env, files);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    expect(error.code).toBe('BAD_SETTINGS');
    return error.message.split('\n').slice(1).map((line) => line.replace(/^ {2}- /, ''));
  }
  throw new Error('the settings were taken');
}

describe('readConfig', () => {
  it('needs no setting at all', () => {
    const config = readConfig({}, none);
    expect(config).toMatchObject({
      dataDirectory: `${process.cwd()}/data`,
      key: { value: undefined, file: `${process.cwd()}/data/key`, fileGiven: false },
      database: { url: undefined, appUrl: undefined },
      http: { host: '127.0.0.1', port: 3420, publicUrl: undefined, trustedProxies: [] },
      roles: ['api', 'listen', 'work'],
      allowedPrivateAddresses: [],
      plugins: [],
      log: { level: 'info' },
    });
  });

  it('takes what is set, and an empty value for not set', () => {
    const config = readConfig(
      { EARSHOT_PORT: ' 80 ', EARSHOT_HOST: '', EARSHOT_ROLES: 'work, listen', EARSHOT_PUBLIC_URL: 'https://ears.example.org/', EARSHOT_LOG_FORMAT: 'json', DATABASE_URL: 'postgresql:///ears?host=/run/postgresql', EARSHOT_ALLOW_PRIVATE_ADDRESSES: 'Nas.local:8080,[fd00::5]:443, 10.0.0.0/8,192.168.1.7' },
      none,
    );
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 80, publicUrl: 'https://ears.example.org' });
    expect(config.roles).toEqual(['work', 'listen']);
    expect(config.database.url?.reveal()).toBe('postgresql:///ears?host=/run/postgresql');
    expect(config.allowedPrivateAddresses).toEqual([
      { kind: 'service', host: 'nas.local', port: 8080 },
      { kind: 'service', host: 'fd00::5', port: 443 },
      { kind: 'range', address: '10.0.0.0', prefix: 8 },
      { kind: 'range', address: '192.168.1.7', prefix: 32 },
    ]);
  });

  it('names everything that is wrong at once, with what is allowed', () => {
    expect(problemsOf({ EARSHOT_PORT: '70000', EARSHOT_ROLES: 'api,sing', EARSHOT_LOG_LEVEL: 'loud', EARSHOT_PUBLIC_URL: 'https://example.org/ears', EARSHOT_TRUSTED_PROXIES: 'proxy:80', EARSHOT_SESSION_HOURS: '0', EARSHOT_ALLOW_PRIVATE_ADDRESSES: '10.0.0.0/33' })).toEqual([
      'EARSHOT_PORT must be a port number from 0 to 65535 (0: any that is free) (it is "70000")',
      'EARSHOT_PUBLIC_URL must be an address without a path, such as https://earshot.example.org (it is "https://example.org/ears")',
      'EARSHOT_ROLES must be a list of api, listen, work (it is "api,sing")',
      'EARSHOT_TRUSTED_PROXIES must be a list of IP addresses or ranges, such as 10.0.0.0/8 (it is "proxy:80")',
      'EARSHOT_SESSION_HOURS must be a number of hours from 1 to 720 (it is "0")',
      'EARSHOT_ALLOW_PRIVATE_ADDRESSES must be a list of host:port, IP addresses or ranges, such as catalogue.local:8080, 192.168.4.0/24 (it is "10.0.0.0/33")',
      'EARSHOT_LOG_LEVEL must be one of debug, info, warn, error, silent (it is "loud")',
    ]);
  });

  it('asks what an unknown setting was meant to be', () => {
    expect(problemsOf({ EARSHOT_PROT: '80', EARSHOT_FAVOURITE_COLOUR: 'green', EARSHOT_TEST_DATABASE_URL: 'x' })).toEqual(['EARSHOT_PROT is not a setting of Earshot; did you mean EARSHOT_PORT?', 'EARSHOT_FAVOURITE_COLOUR is not a setting of Earshot']);
  });

  it('finds settings that contradict each other', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(problemsOf({ EARSHOT_KEY: key, EARSHOT_KEY_FILE: '/run/key', EARSHOT_APP_DATABASE_URL: 'postgres://app@db/ears' })).toEqual([
      'EARSHOT_KEY and EARSHOT_KEY_FILE are both set: leave one of them out',
      "EARSHOT_APP_DATABASE_URL needs DATABASE_URL beside it, the owner's login",
    ]);
    expect(problemsOf({ EARSHOT_SMTP_URL: 'smtp://mail.library.example' })).toEqual([
      'EARSHOT_SMTP_URL needs EARSHOT_MAIL_FROM beside it, from whom the mails are',
      'EARSHOT_SMTP_URL needs EARSHOT_PUBLIC_URL beside it: mails hold links to this server',
    ]);
  });

  it.each(['http://mail.library.example', 'smtp://', 'smtp://mail.library.example/inbox', 'smtp://u:hunter2@mail.library.example?pool=true'])('takes no mail server from %s, and shows none of it', (url) => {
    const words = problemsOf({ EARSHOT_SMTP_URL: url, EARSHOT_MAIL_FROM: 'a@b.example', EARSHOT_PUBLIC_URL: 'https://ears.example.org' }).join();
    expect(words).toMatch(/^EARSHOT_SMTP_URL must be smtp:/);
    expect(words).not.toContain('hunter2');
  });

  it.each(['a@b@c.example', 'Ears <a@b.example', 'a@b.example, c@d.example', 'Ears\r\nBcc: <a@b.example>', 'ears'])('takes no sender from %j', (from) => {
    expect(problemsOf({ EARSHOT_MAIL_FROM: from })[0]).toMatch(/^EARSHOT_MAIL_FROM must be an address/);
  });

  it('takes a mail server with its sender', () => {
    const { mail } = readConfig({ EARSHOT_SMTP_URL: 'smtps://ears:p%40ss@mail.library.example:465', EARSHOT_MAIL_FROM: 'Earshot <ears@library.example>', EARSHOT_PUBLIC_URL: 'https://ears.example.org' }, none);
    expect(mail?.url.reveal()).toBe('smtps://ears:p%40ss@mail.library.example:465');
    expect(mail?.from).toBe('Earshot <ears@library.example>');
  });

  it('never shows a secret, right or wrong', () => {
    const words = problemsOf({ DATABASE_URL: 'mysql://root:hunter2@db/x', EARSHOT_KEY: 'hunter2' }).join();
    expect(words).toContain('DATABASE_URL must be postgresql://user:password@host:port/database');
    expect(words).not.toContain('hunter2');
    const config = readConfig({ DATABASE_URL: 'postgres://me:hunter2@db/x', EARSHOT_KEY: Buffer.alloc(32, 7).toString('base64') }, none);
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.database.url}`]) {
      expect(shown).toContain('[secret]');
      expect(shown).not.toMatch(/hunter2|BwcH/);
    }
  });

  it('is frozen through and through', () => {
    const config = readConfig({}, holding('{ "plugins": ["earshot-plugin-tides"] }'));
    for (const part of [config, config.http, config.roles, config.plugins, config.plugins[0]]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('answers any garbage with a StartError', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('EARSHOT_PORT', 'EARSHOT_ROLES', 'EARSHOT_PUBLIC_URL', 'EARSHOT_KEY', 'DATABASE_URL', 'EARSHOT_ALLOW_PRIVATE_ADDRESSES', 'EARSHOT_HOST'), fc.string({ unit: 'binary' })), fc.string({ unit: 'binary' }), (env, text) => {
        try {
          readConfig(env, holding(text));
        } catch (error) {
          expect(error).toBeInstanceOf(StartError);
        }
      }),
    );
  });
});

describe('earshot.config.json', () => {
  it('names plugins, on unless turned off', () => {
    const { plugins } = readConfig({}, holding('{ "plugins": ["earshot-plugin-tides", { "package": "@earshot/plugin-feeds", "enabled": false }] }'));
    expect(plugins).toEqual([
      { package: 'earshot-plugin-tides', enabled: true },
      { package: '@earshot/plugin-feeds', enabled: false },
    ]);
  });

  it.each([
    ['{\n  "plugins": [\n    "a",,\n  ]\n}', "is not JSON: Unexpected token ',', line 3, column 9"],
    ['{ "plugins": ["a" "b"] }', "is not JSON: Expected ',' or ']' after array element, line 1, column 19"],
    ['{ "plugins": ["a", nope] }', "is not JSON: Unexpected token 'o', line 1, column 21"],
    ['x', "is not JSON: Unexpected token 'x', line 1, column 1"],
    ['{ "plugins": ["A Plugin"] }', 'plugins[0]: must be the name of an npm package'],
    ['{ "plugins": [{ "name": "feeds" }] }', 'plugins[0]: must be the name of an npm package, or { "package": "…", "enabled": true or false }'],
    ['{ "plugin": [] }', 'Unrecognized key: "plugin"'],
  ])('says what is wrong with %j, and where', (text, problem) => {
    expect(problemsOf({}, holding(text))).toEqual([`earshot.config.json: ${problem}`]);
  });

  it('must exist if it is named', () => {
    expect(problemsOf({ EARSHOT_CONFIG: '/nowhere/e.json' })).toEqual(['EARSHOT_CONFIG names /nowhere/e.json, which does not exist']);
  });
});
