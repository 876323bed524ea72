import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadInstallationKey, readConfig } from '@earshot/core/config';
import { type RunningServer, startServer } from '@earshot/server';
import pg, { type Client } from 'pg';
import { collectedLog } from '../support/output/collected-log.js';
import { wentIn } from '../support/output/record.js';

/** One whole Earshot, as `npm start` makes it, in a data directory of its own. */
export interface RunningEarshot {
  readonly server: RunningServer;
  readonly owner: Client;
  readonly dataDirectory: string;
  stop(): Promise<void>;
}

export const runEarshot = async (settings: Readonly<Record<string, string>> = {}, beforeListening?: (owner: Client) => Promise<void>): Promise<RunningEarshot> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'earshot-e2e-'));
  const config = readConfig({ EARSHOT_DATA: dataDirectory, EARSHOT_PORT: '0', ...settings }, { read: () => undefined });
  const key = await loadInstallationKey(config);
  wentIn('the installation key', key);
  const server = await startServer({
    config, logging: collectedLog(), key,
    onLost: (error) => { throw error; },
    ...(beforeListening === undefined ? {} : { beforeListening }),
  });
  const owner = new pg.Client(server.owner);
  await owner.connect();
  return {
    server, owner, dataDirectory,
    async stop() {
      await owner.end();
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
};

/** A browser that keeps its cookie, or a program with a token. */
export class Caller {
  private cookie = '';

  constructor(private readonly url: string, private readonly token?: string) {}

  async signIn(path: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields), redirect: 'manual' });
    this.cookie = response.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    return response.status;
  }

  async ask<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const answer = await this.raw(query, variables);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data as Data;
  }

  async raw(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<{ data?: unknown; errors?: readonly { message: string; extensions?: { code?: string } }[] }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.signed() },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: unknown };
  }

  async upload(libraryId: string, image: Uint8Array<ArrayBuffer>): Promise<{ readonly id: string }> {
    const response = await fetch(`${this.url}/attachments?libraryId=${libraryId}`, { method: 'POST', headers: { 'content-type': 'image/png', ...this.signed() }, body: image });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { id: string };
  }

  private signed(): Readonly<Record<string, string>> {
    return { 'x-earshot': '1', ...(this.token === undefined ? { cookie: this.cookie } : { authorization: `Bearer ${this.token}` }) };
  }
}
