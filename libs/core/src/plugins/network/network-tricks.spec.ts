import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { SecretKeys } from '../context/secret-keys.js';
import { HostOptions } from '../host-options.js';
import { GuardedNetwork } from './guarded-network.js';
import type { Budget, HostBudgets } from './host-budgets.repository.js';

/** On one port of this machine: what an administrator gave leave to reach, and what nobody did. */
const [good, inside] = ['127.0.0.1', '127.0.0.2'];

class Listening {
  /** What came: also connections on which nothing was asked. */
  readonly connected: string[] = [];
  readonly asked: string[] = [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end('hello');

  private constructor(private readonly server: Server) {}

  static async on(host: string, port = 0): Promise<Listening> {
    const server = createServer((request, response) => {
      listening.asked.push(`${request.method} ${request.url}`);
      listening.answer(request, response);
    });
    const listening = new Listening(server);
    server.on('connection', () => void listening.connected.push(host));
    server.on('upgrade', (request, socket) => {
      listening.asked.push(`UPGRADE ${request.url}`);
      socket.end('HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n');
    });
    server.on('connect', (request, socket) => {
      listening.asked.push(`CONNECT ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return listening;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  clear(): void {
    this.connected.length = this.asked.length = 0;
    this.answer = (_, response) => void response.end('hello');
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const free: Budget = { spent: true, waitMs: 0, failures: 0, pausedUntil: null, openUntil: null };
const budgets = { take: async () => free, failed: async () => {}, answered: async () => {}, pause: async () => {}, quiet: async () => {} } as unknown as HostBudgets;

let allowed: Listening;
let secret: Listening;
let network: GuardedNetwork;
/** The addresses that names have, one answer after another; the last for ever. */
let answers: (readonly string[])[];
let namesAsked: string[];

beforeAll(async () => {
  allowed = await Listening.on(good);
  secret = await Listening.on(inside, allowed.port);
});
beforeEach(() => {
  answers = [[good]];
  namesAsked = [];
  const resolve = async (name: string): Promise<{ address: string; family: number }[]> => {
    namesAsked.push(name);
    const found = answers.length > 1 ? (answers.shift() ?? []) : (answers[0] ?? []);
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  network = new GuardedNetwork(budgets, new HostOptions({ secretKeys: SecretKeys.of(Buffer.alloc(32, 1)), clock: systemClock, resolve }));
});
afterEach(async () => {
  await network.onApplicationShutdown();
  allowed.clear();
  secret.clear();
});
afterAll(() => {
  allowed.close();
  secret.close();
});

/** For an account that may reach `good` at this port, and nothing else that is private; or not even that. */
const reach = (leave: readonly string[] = [`${good}:${allowed.port}`]) => network.for({ id: 'an account', allowedAddresses: leave }, new AbortController().signal, () => () => {});
const refused = expect.objectContaining({ name: 'RemoteError', kind: 'rejected' });
const at = (url: string): string => url.replaceAll('PORT', String(allowed.port));

const spellings: Readonly<Record<string, readonly string[]>> = {
  'in decimal, octal, hex and short': ['2130706434', '0177.0.0.2', '0x7f.0.0.2', '0x7f000002', '017700000002', '127.0.2', '127.2', '0x7f.2', '0177.2', '127.0x0.0.02'],
  'with a dot at the end': ['127.0.0.2.', '0x7f.2.'],
  'in percent signs': ['%31%32%37.0.0.2', '127%2e0%2e0%2e2', '%30%78%37%66.2'],
  'in digits and dots of other scripts': ['１２７.０.０.２', '①②⑦.⓪.⓪.②', '127。0。0。2', '127．0．0．2', '127｡0｡0｡2', '𝟙𝟚𝟟.𝟘.𝟘.𝟚'],
  'in IPv6': ['[::ffff:127.0.0.2]', '[::ffff:7f00:2]', '[0:0:0:0:0:ffff:127.0.0.2]', '[::127.0.0.2]', '[64:ff9b::7f00:2]', '[64:ff9b::127.0.0.2]', '[64:ff9b:1::7f00:2]', '[2002:7f00:2::]', '[::ffff:0:127.0.0.2]'],
};
const insides: Readonly<Record<string, readonly string[]>> = {
  'this machine': ['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '0.0.0.0', '0', '0.0.0.7', '127.255.255.254'],
  'the network that it stands in': ['10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.0.1', '169.254.1.1', '[fe80::1]', '[fc00::1]', '[fdff::1]', '[fec0::1]'],
  'who provides the network': ['100.64.0.1', '100.127.255.254', '192.0.0.1', '192.0.0.170', '198.18.0.1'],
  'what a cloud tells its machines': ['169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.43518', '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '100.100.100.200', '192.0.0.192', '168.63.129.16', '[fd20:ce::254]'],
  'many at once': ['224.0.0.1', '239.255.255.250', '255.255.255.255', '[ff02::1]'],
  'nobody': ['192.0.2.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '192.88.99.1', '[2001:db8::1]', '[3fff::1]', '[100::1]', '[2001::1]', '[5f00::1]'],
};

describe('an address that is not of the public internet', () => {
  describe.each(Object.entries(spellings))('%s', (_how, hosts) => {
    it.each(hosts)('is not reached at %s', async (host) => {
      await expect(reach().fetch(at(`http://${host}:PORT/`))).rejects.toEqual(refused);
      await expect(reach().connect(at(`ws://${host}:PORT/`))).rejects.toEqual(refused);
      expect(secret.connected).toEqual([]);
    });
  });
  describe.each(Object.entries(insides))('of %s', (_what, hosts) => {
    it.each(hosts)('is not reached at %s', async (host) => {
      await expect(reach().fetch(at(`http://${host}:PORT/`))).rejects.toEqual(refused);
      await expect(reach().connect(at(`ws://${host}:PORT/`))).rejects.toEqual(refused);
    });
    it.each(hosts.filter((host) => /^\d+\.\d+\.\d+\.\d+$|^\[/u.test(host)))('is not reached by a name for %s', async (host) => {
      answers = [[host.replace(/[[\]]/gu, '')]];
      await expect(reach().fetch(at('http://public.example:PORT/'))).rejects.toEqual(refused);
      await expect(reach().connect(at('ws://public.example:PORT/'))).rejects.toEqual(refused);
    });
  });
  it('is not reached by a zone, and not by what only looks like a name', async () => {
    answers = [['fe80::1%lo'], ['::1%1']];
    await expect(reach().fetch(at('http://public.example:PORT/'))).rejects.toEqual(refused);
    await expect(reach().fetch(at('http://public.example:PORT/'))).rejects.toEqual(refused);
    for (const url of ['http://[fe80::1%25lo]:PORT/', 'http://[fe80::1%lo]:PORT/', 'http://256.256.256.256:PORT/', 'http://127.0.0.2.2:PORT/']) await expect(reach().fetch(at(url))).rejects.toEqual(refused);
  });
});

describe('an address that reads as another', () => {
  it.each([
    ['http://public.example\\@127.0.0.2:PORT/', 'public.example'],
    ['http://public.example#@127.0.0.2:PORT/', 'public.example'],
    ['http://public.example?@127.0.0.2:PORT/', 'public.example'],
    ['http://public.example/@127.0.0.2:PORT/', 'public.example'],
    ['http://localhost.:PORT/', 'localhost.'],
    ['http://LOCALHOST:PORT/', 'localhost'],
    ['http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/', 'localhost'],
    ['http://127.0.0.2.nip.example:PORT/', '127.0.0.2.nip.example'],
    ['http://bücher.example:PORT/', 'xn--bcher-kva.example'],
  ])('%s is asked for as %s, and refused for its address', async (url, host) => {
    answers = [[inside]];
    await expect(reach([]).fetch(at(url))).rejects.toEqual(refused);
    expect(namesAsked).toEqual([host]);
    expect(secret.connected).toEqual([]);
  });
  it.each([
    'http://127.0.0.2:PORT\\@public.example/', 'http:127.0.0.2:PORT', 'http:///127.0.0.2:PORT/', 'http:\\\\127.0.0.2:PORT\\', ' \t\nhttp://127.0.0.2:PORT/', 'ht\ntp://127.0.\t0.2:PORT/', 'HTTP://127.0.0.2:PORT/',
  ])('%j is seen for what it is', async (url) => {
    await expect(reach().fetch(at(url))).rejects.toEqual(refused);
    expect([namesAsked, secret.connected]).toEqual([[], []]);
  });
  it.each([
    'http://public.example@127.0.0.2:PORT/', 'http://public.example:80@127.0.0.2:PORT/', 'http://public.example%2f@127.0.0.2:PORT/', 'http://@127.0.0.1:PORT:PORT/', 'http://a:b@127.0.0.1:PORT/',
    'file:///etc/passwd', 'file://127.0.0.1/etc/passwd', 'gopher://127.0.0.1:PORT/_GET', 'dict://127.0.0.1:PORT/', 'ftp://127.0.0.1/', 'ldap://127.0.0.1/', 'data:text/plain,hello', 'javascript:alert(1)', 'blob:http://127.0.0.1:PORT/x',
    'jar:http://127.0.0.1:PORT/!/', 'unix:/var/run/docker.sock', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/', 'about:blank', 'ws://127.0.0.1:PORT/', '//127.0.0.1:PORT/', '127.0.0.1:PORT', 'http://', 'http://%00/', 'http://127.0.0.1:99999/', '',
  ])('%j is not asked at all', async (url) => {
    await expect(reach().fetch(at(url))).rejects.toEqual(refused);
    if (!url.startsWith('ws:')) await expect(reach().connect(at(url))).rejects.toEqual(refused);
    expect([namesAsked, allowed.connected, secret.connected]).toEqual([[], [], []]);
  });
});

describe('a redirect', () => {
  const lead = (location: string, status = 302): void => {
    allowed.answer = (_, response) => void response.writeHead(status, { location: at(location) }).end();
  };
  it.each([
    'http://127.0.0.2:PORT/', '//127.0.0.2:PORT/', 'http:\\\\127.0.0.2:PORT/', 'http://2130706434:PORT/', 'http://[::ffff:127.0.0.2]:PORT/', 'http://inside.example:PORT/', 'https://127.0.0.2:PORT/', 'http://127.0.0.1@127.0.0.2:PORT/', 'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd', 'gopher://127.0.0.2:PORT/', 'data:text/plain,x', 'javascript:x', 'ws://127.0.0.2:PORT/',
  ])('to %s is not followed', async (location) => {
    answers = [[inside]];
    for (const status of [301, 302, 303, 307, 308]) {
      lead(location, status);
      await expect(reach().fetch(at('http://127.0.0.1:PORT/'))).rejects.toEqual(refused);
    }
    expect(secret.connected).toEqual([]);
    expect(allowed.asked).toHaveLength(5);
  });
  it('is followed from step to step, and each step is looked at', async () => {
    const steps = ['/one', './two', '?three', 'http://127.0.0.1:PORT/four', 'http://127.0.0.2:PORT/five'];
    allowed.answer = (_, response) => void response.writeHead(302, { location: at(steps.shift() ?? '/') }).end();
    await expect(reach().fetch(at('http://127.0.0.1:PORT/'))).rejects.toEqual(refused);
    expect(allowed.asked).toEqual(['GET /', 'GET /one', 'GET /two', 'GET /two?three', 'GET /four']);
    expect(secret.connected).toEqual([]);
  });
  it('in a circle ends', async () => {
    lead('/');
    await expect(reach().fetch(at('http://127.0.0.1:PORT/'))).rejects.toEqual(refused);
    expect(allowed.asked).toHaveLength(6);
  });
  it('of the handshake of a socket is not followed', async () => {
    await expect(reach().connect(at('ws://127.0.0.1:PORT/'))).rejects.toMatchObject({ name: 'RemoteError' });
    expect(allowed.asked).toEqual(['UPGRADE /']);
  });
});

describe('a name', () => {
  it('that answers otherwise after it was checked is connected to where it was checked', async () => {
    answers = [[good], [inside]];
    expect(await (await reach().fetch(at('http://turncoat.example:PORT/'))).text()).toBe('hello');
    expect(namesAsked).toEqual(['turncoat.example']);
    expect(secret.connected).toEqual([]);
  });
  it('that turns to the inside later is refused then, also for a socket that was looked at before', async () => {
    answers = [[good], [inside]];
    allowed.answer = (_, response) => void response.writeHead(200, { connection: 'close' }).end('hello');
    await (await reach().fetch(at('http://turncoat.example:PORT/'))).text();
    await expect(reach().fetch(at('http://turncoat.example:PORT/'))).rejects.toEqual(refused);
    answers = [[good], [inside]];
    await expect(reach().connect(at('ws://turncoat.example:PORT/'))).rejects.toMatchObject({ name: 'RemoteError' });
    expect(namesAsked).toHaveLength(4);
    expect(secret.connected).toEqual([]);
  });
  it('of which some addresses are inside is connected to the others alone', async () => {
    for (const several of [[inside, good], [good, inside], ['::1', inside, '169.254.169.254', good]]) {
      answers = [several];
      expect(await (await reach().fetch(at('http://several.example:PORT/'))).text()).toBe('hello');
    }
    answers = [[inside, '::1', '10.0.0.1']];
    await expect(reach().fetch(at('http://only-inside.example:PORT/'))).rejects.toEqual(refused);
    expect(secret.connected).toEqual([]);
  });
});

describe('leave to reach a private address', () => {
  it('holds for that port, and for the account that has it, also while its connection is open', async () => {
    const other = await Listening.on(good);
    await expect(reach().fetch(`http://${good}:${other.port}/`)).rejects.toEqual(refused);
    await (await reach().fetch(at('http://127.0.0.1:PORT/'))).text();
    await expect(reach([]).fetch(at('http://127.0.0.1:PORT/'))).rejects.toEqual(refused);
    await expect(reach([`${inside}:${allowed.port}`]).fetch(at('http://127.0.0.1:PORT/'))).rejects.toEqual(refused);
    expect([other.connected, allowed.asked]).toEqual([[], ['GET /']]);
    other.close();
  });
  it('is not had by writing its name otherwise', async () => {
    answers = [[good]];
    const leave = [`nas.local:${allowed.port}`];
    expect(await (await reach(leave).fetch(at('http://NAS.local:PORT/'))).text()).toBe('hello');
    for (const host of ['nas.local.', 'nas.local.evil.example', 'xnas.local', '127.0.0.1']) await expect(reach(leave).fetch(at(`http://${host}:PORT/`))).rejects.toEqual(refused);
  });
});

describe('a proxy in the environment', () => {
  it('is not asked: neither by the usual names nor by npm’s, nor where Node itself is told to', async () => {
    const proxy = await Listening.on(good);
    const url = `http://${good}:${proxy.port}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'npm_config_proxy', 'npm_config_https_proxy', 'GLOBAL_AGENT_HTTP_PROXY'];
    const source = `
      const { AddressGuard } = await import('./address-guard.js');
      const { guardedAgent } = await import('./guarded-agent.js');
      const { networkLimits } = await import('./network-limits.js');
      const { fetch } = await import('undici');
      const guard = new AddressGuard([{ kind: 'service', host: '${good}', port: ${allowed.port} }]);
      const dispatcher = guardedAgent(guard, networkLimits);
      console.log(await (await fetch('http://${good}:${allowed.port}/', { dispatcher })).text());
      await fetch('http://10.0.0.1:${allowed.port}/', { dispatcher }).catch((error) => console.log(error.cause.name));
      await dispatcher.destroy();`;
    const loader = new URL('../../../../../test/support/typescript-source.mjs', import.meta.url).href;
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', loader, '--input-type=module', '--eval', source], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '', ...Object.fromEntries(names.map((name) => [name, url])) },
    });
    expect(stdout.trim().split('\n')).toEqual(['hello', 'AddressRefused']);
    expect(proxy.connected).toEqual([]);
    proxy.close();
  });
});
