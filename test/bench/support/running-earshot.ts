import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { newId } from '@earshot/core/database';
import { findRunningDatabase } from '@earshot/core/database/embedded';
import { accountSecretKeys } from '@earshot/server';
import pg, { type Client } from 'pg';
import { TalkingProcess } from './talking-process.ts';

const earshot = fileURLToPath(new URL('../../../apps/cli/bin/earshot.js', import.meta.url));

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** From the command to the first answer of GraphQL, which to a stranger is 401. */
  readonly ms: number;
  stop(): Promise<void>;
}

/** `earshot start` in a process of its own, as `npm start` runs it. */
export const startEarshot = async (data: string, settings: Readonly<Record<string, string>> = {}): Promise<Started> => {
  const began = performance.now();
  const profile = process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`];
  const child = spawn(process.execPath, [...profile, '--max-semi-space-size=16', earshot, 'start'], { env: { ...process.env, EARSHOT_DATA: data, EARSHOT_PORT: '0', EARSHOT_LOG_LEVEL: process.env['BENCH_LOG'] ?? 'error', ...settings }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (process.env['BENCH_LOG'] !== undefined) process.stderr.write(chunk);
      const found = /listens at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`earshot ended: ${said}`)));
  });
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{__typename}"}' });
  if (answer.status !== 401) throw new Error(`expected 401, got ${answer.status}`);
  const ms = performance.now() - began;
  return { url, pid: child.pid as number, ms, stop: async () => { child.kill('SIGINT'); await ended; } };
};

export interface BenchAccount {
  readonly plugin: 'mastodon' | 'bluesky' | 'bench';
  readonly name: string;
  readonly settings: object;
  readonly secrets: object;
  readonly follows: readonly { readonly kind: 'profile' | 'list'; readonly network: string; readonly key: string }[];
}

/** A whole Earshot with one library, an administrator who is signed in, and accounts that are signed in. */
export interface BenchInstallation extends Started {
  readonly owner: Client;
  readonly cookie: string;
}

const administrator = async (owner: Client, library: string): Promise<string> => {
  const [person, text] = [newId(), randomBytes(32).toString('base64url')];
  await owner.query(`insert into actor(id, kind) values ($1, 'person')`, [person]);
  await owner.query(`insert into person(actor_id, email, name) values ($1, 'bench@bench.example', 'Bench')`, [person]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'administrator')`, [person, library]);
  await owner.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), person, createHash('sha256').update(text).digest()]);
  return `earshot=${text}`;
};

const connect = async (owner: Client, library: string, list: string, key: Buffer, { plugin, name, settings, secrets, follows }: BenchAccount): Promise<void> => {
  const id = newId();
  await owner.query(`insert into account(id, library_id, plugin, name, settings, state) values ($1, $2, $3, $4, $5, 'off')`, [id, library, plugin, name, JSON.stringify(settings)]);
  await owner.query('insert into account_secret(account_id, sealed) values ($1, $2)', [id, accountSecretKeys(key).seal(id, JSON.stringify(secrets))]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category)
     select gen_random_uuid(), $1, $2, $3, f.kind, f.network, f.key, f.key, 'bench', 'other' from jsonb_to_recordset($4::jsonb) as f(kind text, network text, key text)`,
    [library, list, id, JSON.stringify(follows)]);
};

/** All accounts are turned on at once, as after a restart, when `work` begins. */
export const withInstallation = async <T>(accounts: readonly BenchAccount[], settings: Readonly<Record<string, string>>, work: (earshot: BenchInstallation) => Promise<T>): Promise<T> => {
  const data = await mkdtemp(join(tmpdir(), 'earshot-bench-whole-'));
  const key = randomBytes(32);
  const started = await startEarshot(data, { EARSHOT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1', EARSHOT_KEY: key.toString('base64'), ...settings });
  const target = await findRunningDatabase(data);
  if (target === undefined) throw new Error('Earshot runs, and its database does not');
  const owner = new pg.Client({ ...target, database: 'earshot' });
  try {
    await owner.connect();
    const [library, list, system] = [newId(), newId(), newId()];
    await owner.query(`insert into library(id, root_id, kind, name, handle) values ($1, $1, 'library', 'Bench', 'bench')`, [library]);
    await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
    await owner.query(`insert into system_actor(actor_id, library_id) values ($1, $2)`, [system, library]);
    await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, library]);
    await owner.query(`insert into follow_list(id, library_id, name) values ($1, $2, 'All')`, [list, library]);
    for (const account of accounts) await connect(owner, library, list, key, account);
    // As after some days: who they are was asked for when they first spoke.
    await owner.query(`insert into profile(id, network, remote_id, handle, told_at) select gen_random_uuid(), network, key, key, now() from follow where kind = 'profile' group by network, key`);
    await owner.query('analyze');
    const cookie = await administrator(owner, library);
    await owner.query(`update account set state = 'on'`);
    return await work({ ...started, owner, cookie });
  } finally {
    await owner.end();
    await started.stop();
    await rm(data, { recursive: true, force: true });
  }
};

/** The double of a Jetstream with its data server, as an account of them. */
export const blueskyAccount = (jetstream: string, service: string, followed: readonly string[]): BenchAccount => ({
  plugin: 'bluesky', name: 'Bluesky', settings: { handle: '@library.example', service, directory: service, jetstream: [jetstream] }, secrets: { appPassword: 'aaaa-bbbb-cccc-dddd' },
  follows: followed.map((key) => ({ kind: 'profile', network: 'bluesky', key })),
});

/** What a town of the process of towns is, as an account that reads its list. */
export const listAccount = ({ origin, token, list }: Town): BenchAccount => ({
  plugin: 'mastodon', name: origin, settings: { server: origin }, secrets: { accessToken: token }, follows: [{ kind: 'list', network: 'activitypub', key: list }],
});

/** The same, where each person is followed by name. */
export const profilesAccount = ({ people, ...town }: Town): BenchAccount => ({ ...listAccount({ people, ...town }), follows: people.map((key) => ({ kind: 'profile', network: 'activitypub', key })) });

export interface Town {
  readonly origin: string;
  readonly token: string;
  /** The key of a list with everybody there. */
  readonly list: string;
  /** Global ids. */
  readonly people: readonly string[];
}

/** What was asked of a town. */
export interface TownReport {
  /** In whole seconds since its start. */
  readonly asked: readonly number[];
  readonly refused: number;
  readonly handshakes: number;
  /** Sockets that are open. */
  readonly open: number;
}

export const startTowns = async (count: number, people: number): Promise<{ readonly process: TalkingProcess; readonly towns: readonly Town[] }> => {
  const process = await TalkingProcess.start('test/bench/mastodon/towns-process.ts', { count, people }, 'source');
  return { process, towns: JSON.parse(process.first) as readonly Town[] };
};
