import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createPlainDatabase } from '../../support/test-database.js';
import type { RunningProgram, Yard } from '../yard.js';
import { AtprotoPerson } from './atproto-person.js';

const suite = join(import.meta.dirname, '..');
/** The Node of this suite's own packages: the one that its SQLite was compiled for. */
const node = join(suite, 'node_modules/.bin/node');

export interface AtprotoAddresses {
  readonly plc: string;
  readonly pds: string;
  readonly appView: string;
  readonly ozone: string;
}

/** Bluesky's own servers on 127.0.0.1, in a process beside this one. */
export class AtprotoNetwork {
  private asked = 0;

  private constructor(private readonly running: RunningProgram, readonly addresses: AtprotoAddresses) {}

  /** @throws Error which says why it does not start */
  static async start(yard: Yard): Promise<AtprotoNetwork> {
    if (!existsSync(node) || !existsSync(join(suite, 'node_modules/@atproto/dev-env'))) throw new Error('atproto cannot be started: its packages are not installed, as "npm run test:networks" does at its beginning');
    const folder = join(yard.path, 'atproto');
    await mkdir(folder);
    const url = await ownDatabase();
    const running = yard.start(node, [join(import.meta.dirname, 'run-atproto.mjs'), url], { cwd: folder, as: 'me', env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: '', NODE_ENV: 'test', LOG_ENABLED: 'false' } });
    try {
      const [, told = ''] = await running.until(/^ready (.+)$/m);
      return new AtprotoNetwork(running, JSON.parse(told) as AtprotoAddresses);
    } catch (cause) {
      throw new Error(`atproto does not start: ${(cause as Error).message}`, { cause });
    }
  }

  /** Whom the AppView knows: before it does, nobody can ask it who they are, they least of all. */
  async addPerson(name: string): Promise<AtprotoPerson> {
    const person = await AtprotoPerson.join(this.addresses.pds, `${name}.test`);
    await this.indexed();
    return person;
  }

  /** Resolves once the AppView knows all that was written. */
  async indexed(): Promise<void> {
    const word = `indexed ${++this.asked}`;
    this.running.child.stdin?.write(`${word}\n`);
    await this.running.until(new RegExp(`^${word}$`, 'm'));
  }

  async stop(): Promise<void> {
    this.running.child.stdin?.end();
    await this.running.done();
  }
}

const ownDatabase = async (): Promise<string> => {
  const { user = '', password, host = '', port = 5432, database = '' } = await createPlainDatabase();
  const entry = `${encodeURIComponent(user)}:${encodeURIComponent(typeof password === 'string' ? password : '')}`;
  return host.startsWith('/') ? `postgresql://${entry}@localhost:${port}/${database}?host=${encodeURIComponent(host)}` : `postgresql://${entry}@${host}:${port}/${database}`;
};
