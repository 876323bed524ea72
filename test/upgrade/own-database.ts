import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveSecret } from '@earshot/core/config';
import { createRoles } from '@earshot/core/database';
import { startEmbeddedPostgres } from '@earshot/core/database/embedded';
import pg, { type Client } from 'pg';
import { EarshotProcess } from '../e2e/earshot-process.js';
import { fixtureKey, restoreFixture } from './fixtures.js';

/** A PostgreSQL of a test's own with a database for Earshots of several versions, which come and go. */
export interface OwnDatabase {
  readonly folder: string;
  readonly owner: Client;
  /** An `earshot` command on it. */
  run(words: readonly string[], settings?: Readonly<Record<string, string>>, program?: readonly string[]): EarshotProcess;
  /** Its first row. */
  ask<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row | undefined>;
  close(): Promise<void>;
}

/** `release`: whose database it begins with; an empty one without. */
export const openDatabase = async (release?: string): Promise<OwnDatabase> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-upgrade-')));
  const postgres = await startEmbeddedPostgres({ dataDirectory: join(folder, 'own'), durable: false, log: { info: () => {}, warn: () => {} } });
  const admin = new pg.Client(postgres.adminConfig());
  await admin.connect();
  await admin.query('create database earshot');
  await createRoles(admin, (role) => deriveSecret(fixtureKey, `database-role/${role}`));
  await admin.end();
  const owner = new pg.Client(postgres.adminConfig('earshot'));
  await owner.connect();
  if (release !== undefined) {
    await restoreFixture(postgres.adminConfig('earshot'), release);
    await ageWell(owner);
  }
  const processes: EarshotProcess[] = [];
  return {
    folder, owner,
    run(words, settings = {}, program) {
      const earshot = new EarshotProcess(words, { DATABASE_URL: postgres.adminUrl('earshot'), EARSHOT_DATA: folder, EARSHOT_KEY: fixtureKey.toString('base64'), ...settings }, folder, program);
      processes.push(earshot);
      return earshot;
    },
    ask: async <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) => (await owner.query<Row>(sql, [...values])).rows[0],
    async close() {
      for (const each of processes) await each.kill();
      await owner.end();
      await postgres.stop();
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
};

/** As if it were of yesterday, whenever it was made: what waits is due, what is leased is free, and nothing of it is so old that it would be let go of. */
const ageWell = async (owner: Client): Promise<void> => {
  await owner.query(`
    insert into retention_policy(library_id, kind, days) select l.id, k.kind, 36525 from library l, unnest(array['context', 'no-need', 'need', 'sensitive', 'brought-in', 'answered', 'answered-words']) k(kind) where l.parent_id is null
      on conflict (library_id, kind) do update set days = excluded.days;
    update conversation set keep_until = null;
    update reply set due_at = due_at - interval '1 day', lease_until = lease_until - interval '1 day';
    update channel set lease_until = lease_until - interval '1 day'`);
};
