import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { EarshotProcess } from './earshot-process.js';

/** Two processes that listen, one library at each of two towns, and somebody at the terminal who stops one of them. */
let folder: string;
let postgres: EmbeddedPostgres;
let owner: pg.Client;
const processes: EarshotProcess[] = [];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-stops-')));
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, durable: false, log: { info: () => {}, warn: () => {} } });
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

const settings = (): Record<string, string> => ({ DATABASE_URL: postgres.adminUrl('earshot'), EARSHOT_ROLES: 'listen', EARSHOT_DATA: folder, EARSHOT_KEY: Buffer.alloc(32, 7).toString('base64') });
const listener = async (): Promise<EarshotProcess> => {
  const one = new EarshotProcess(['start'], settings(), folder);
  processes.push(one);
  await one.until(/http:\/\/127\.0\.0\.1:\d+/);
  return one;
};
const command = async (...words: string[]): Promise<string> => {
  const run = new EarshotProcess(words, settings(), folder);
  processes.push(run);
  expect({ code: await run.end(), said: run.said }).toMatchObject({ code: 0 });
  return run.said;
};

const found = async (handle: string): Promise<void> => {
  const [library, system, account, list] = [newId(), newId(), newId(), newId()];
  await owner.query(`insert into library(id, root_id, kind, name, handle) values ($1, $1, 'library', $2, $2)`, [library, handle]);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, library]);
  await owner.query(`insert into account(id, library_id, plugin, name, settings) values ($1, $2, 'practice', $3, '{"speed": 1000, "passed": "P7D"}')`, [account, library, handle]);
  await owner.query(`insert into follow_list(id, library_id, name) values ($1, $2, 'The town')`, [list, library]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category) values ($1, $2, $3, $4, 'timeline', 'practice', 'town', 'The town', 'the town itself', 'other')`,
    [newId(), library, list, account],
  );
};

interface Reading { readonly holder: string | null; readonly at: number; readonly untilStopped: number | null }
const reading = async (handle: string): Promise<Reading | undefined> =>
  (await owner.query<Reading>(
    `select c.lease_holder as holder, coalesce((c.cursor ->> 'at')::float8, -1) as at, extract(epoch from c.state_since - (select max(stopped_at) from stop))::float8 as "untilStopped"
     from channel c join library l on l.id = c.library_id where l.handle = $1 and c.removed_at is null`, [handle])).rows[0];
const movesOn = async (handle: string): Promise<Reading> => {
  const before = (await reading(handle))?.at ?? -1;
  return eventually(`${handle} being heard`, async () => {
    const now = await reading(handle);
    return now !== undefined && now.holder !== null && now.at > before ? now : undefined;
  }, 60_000);
};

describe('earshot stop', () => {
  it('takes hold in whichever process reads, within two seconds, and in no other library; a process that starts later heeds it, and resuming goes on from there', async () => {
    const [one] = [await listener(), await listener()];
    await found('ashford');
    await found('birch');
    await movesOn('ashford');
    await movesOn('birch');

    expect(await command('stop', 'listening', '--library', 'ashford', '--why', 'the server moves')).toContain('Stopped: ashford and all below it listens to nothing');
    const stopped = await eventually('ashford being given back', async () => {
      const now = await reading('ashford');
      return now?.holder === null ? now : undefined;
    });
    expect(stopped.untilStopped).toBeLessThan(2);

    // Whoever starts anew, and takes what another leaves, leaves this alone.
    await one?.kill();
    await listener();
    await movesOn('birch');
    expect(await reading('ashford')).toMatchObject({ holder: null, at: stopped.at });
    const doctor = JSON.parse(await command('doctor', '--json')) as { checks: { check: string; status: string; words: string }[] };
    expect(doctor.checks.find(({ check }) => check === 'stops')).toMatchObject({ status: 'warn', words: expect.stringMatching(/^ashford, since .*: Listening was stopped by .+ on .+: the server moves\.$/) });

    expect(await command('resume', '--library', 'ashford')).toContain('Resumed: ashford and all below it.');
    expect((await movesOn('ashford')).at).toBeGreaterThan(stopped.at);
    expect((await owner.query(`select count(*)::int - count(distinct (network, remote_id))::int as twice from post`)).rows).toEqual([{ twice: 0 }]);
  }, 240_000);
});
