import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import pg, { type Client } from 'pg';
import { EarshotProcess } from './earshot-process.js';
import { eventually } from '../support/eventually.js';

/** One PostgreSQL, and processes that come and go. */
let folder: string;
let postgres: EmbeddedPostgres;
let owner: Client;
const processes: EarshotProcess[] = [];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-take-over-')));
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, log: quiet });
  const admin = new pg.Client(postgres.adminConfig());
  await admin.connect();
  await admin.query('create database earshot');
  await admin.end();
  owner = new pg.Client(postgres.adminConfig('earshot'));
  await owner.connect();
}, 60_000);
afterAll(async () => {
  for (const each of processes) await each.kill();
  await owner.end();
  await postgres.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

/** A process that listens, once it is ready. */
const listener = async (): Promise<EarshotProcess> => {
  const one = new EarshotProcess(['start'], { DATABASE_URL: postgres.adminUrl('earshot'), EARSHOT_ROLES: 'listen', EARSHOT_DATA: folder, EARSHOT_KEY: Buffer.alloc(32, 7).toString('base64') }, folder);
  processes.push(one);
  await one.until(/http:\/\/127\.0\.0\.1:\d+/);
  return one;
};

const followTown = async (): Promise<void> => {
  const [library, system, account, list] = [newId(), newId(), newId(), newId()];
  await owner.query(`insert into library(id, root_id, kind, name, handle) values ($1, $1, 'library', 'Ashford', 'ashford')`, [library]);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, library]);
  await owner.query(`insert into account(id, library_id, plugin, name, settings) values ($1, $2, 'practice', 'The town', '{"speed": 1000, "passed": "P7D"}')`, [account, library]);
  await owner.query(`insert into follow_list(id, library_id, name) values ($1, $2, 'The town')`, [list, library]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category) values ($1, $2, $3, $4, 'timeline', 'practice', 'town', 'The town', 'the town itself', 'other')`,
    [newId(), library, list, account],
  );
};

interface Reading {
  readonly holder: string | null;
  readonly token: string;
  readonly at: number | null;
}
const reading = async (): Promise<Reading | undefined> =>
  (await owner.query<Reading>(`select lease_holder as holder, lease_token as token, (cursor ->> 'at')::float8 as at from channel where removed_at is null`)).rows[0];
/** Once this process has the channel and has stored more than `from`. */
const heardBy = ({ pid }: EarshotProcess, from: number, withinMs: number): Promise<Reading> =>
  eventually(`the channel being read by process ${pid}`, async () => {
    const now = await reading();
    return now?.holder?.includes(`:${pid}:`) === true && (now.at ?? -1) > from ? now : undefined;
  }, withinMs);

describe('a process that is killed while it listens', () => {
  it('is taken over within 30 s, from the cursor that it stored', async () => {
    const first = await listener();
    await followTown();
    const before = await heardBy(first, -1, 60_000);
    const second = await listener();
    // Whoever comes later takes nothing from one that lives.
    expect((await reading())?.token).toBe(before.token);

    first.child.kill('SIGKILL');
    const killedAt = performance.now();
    await first.end();
    const left = await reading();
    const after = await heardBy(second, left?.at ?? 0, 30_000);
    const seconds = (performance.now() - killedAt) / 1_000;
    expect(seconds).toBeLessThan(30);
    // Once for the taking, and once before it where the second saw that the first is gone.
    expect(Number(after.token)).toBeGreaterThan(Number(before.token));
    expect(await owner.query('select count(*)::int - count(distinct (network, remote_id))::int as twice from post').then(({ rows }) => rows)).toEqual([{ twice: 0 }]);
  }, 120_000);
});
