import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Client } from 'pg';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';
import { lockTimeoutMs, ownersTransaction, readSql, untilLocked } from '../database/index.js';
import { StartError } from '../errors/index.js';

/** The schema in which pg-boss keeps its tables. Nothing else is in it. */
export const queueSchema = 'pgboss';

const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as { pgboss: { schema: number } };
const rightsSql = readSql(import.meta.url, './sql/queue-rights.sql');

/**
 * Brings pg-boss's own schema to what this program's pg-boss wants, as the owner and under the lock of the migrations, and gives the three
 * roles what they need of it. The processes that run later only check it.
 * @throws StartError where a newer Earshot has been here.
 */
export const installJobQueue = async (owner: Client): Promise<void> => {
  const version = await installedVersion(owner);
  if (version !== undefined && version > pgboss.schema)
    throw new StartError('DATABASE_NEWER', `The job queue in this database is of a newer Earshot: its schema ${queueSchema} has version ${version}, this program knows ${pgboss.schema}.`, 'Start the newer version, or restore a backup from before the upgrade.');
  if (version === undefined) await owner.query(getConstructionPlans(queueSchema));
  else if (version < pgboss.schema) await owner.query(getMigrationPlans(queueSchema, version));
  await giveRights(owner);
};

/** Only where they differ: a policy is replaced under a lock that waits for whoever is at work beside us, so it is waited for as a migration waits. */
const giveRights = async (owner: Client): Promise<void> => {
  const print = `Earshot's job queue, version ${pgboss.schema}, rights ${createHash('sha256').update(rightsSql).digest('hex').slice(0, 16)}`;
  const { rows } = await owner.query<{ print: string | null }>(`select obj_description('${queueSchema}'::regnamespace, 'pg_namespace') as print`);
  if (rows[0]?.print === print) return;
  await untilLocked(() =>
    ownersTransaction(owner, () => owner.query(`set local lock_timeout = '${lockTimeoutMs}'; ${rightsSql} comment on schema ${queueSchema} is ${owner.escapeLiteral(print)}`)));
};

const installedVersion = async (owner: Client): Promise<number | undefined> => {
  const { rows } = await owner.query<{ present: boolean }>(`select to_regclass('${queueSchema}.version') is not null as present`);
  if (rows[0]?.present !== true) return undefined;
  return (await owner.query<{ version: number }>(`select version from ${queueSchema}.version`)).rows[0]?.version;
};
