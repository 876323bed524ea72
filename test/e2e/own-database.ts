import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import pg, { type Client } from 'pg';
import { EarshotProcess } from './earshot-process.js';

/** A PostgreSQL of a test's own with one empty database, on which processes come and go, of one version or of several. */
export interface OwnDatabase {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  readonly owner: Client;
  /** An `earshot` command on it. */
  run(words: readonly string[], settings?: Readonly<Record<string, string>>, program?: readonly string[]): EarshotProcess;
  /** `earshot start`, once it is ready. */
  start(settings?: Readonly<Record<string, string>>): Promise<EarshotProcess>;
  /** Its first row. */
  ask<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row | undefined>;
  /** Kills what still runs. */
  close(): Promise<void>;
}

export const openDatabase = async (key = Buffer.alloc(32, 7)): Promise<OwnDatabase> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-own-')));
  const postgres = await startEmbeddedPostgres({ dataDirectory: join(folder, 'own'), durable: false, log: { info: () => {}, warn: () => {} } });
  const admin = new pg.Client(postgres.adminConfig());
  await admin.connect();
  await admin.query('create database earshot');
  await admin.end();
  const owner = new pg.Client(postgres.adminConfig('earshot'));
  await owner.connect();
  const processes: EarshotProcess[] = [];
  const run: OwnDatabase['run'] = (words, settings = {}, program) => {
    const earshot = new EarshotProcess(words, { DATABASE_URL: postgres.adminUrl('earshot'), EARSHOT_DATA: folder, EARSHOT_KEY: key.toString('base64'), ...settings }, folder, program);
    processes.push(earshot);
    return earshot;
  };
  return {
    folder, postgres, owner, run,
    async start(settings) {
      const earshot = run(['start'], settings);
      await earshot.until(/listens at http/);
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
