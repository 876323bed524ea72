import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg, { type ClientConfig } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventually } from '../../../../test/support/eventually.js';
import { rolePassword } from '../../../../test/support/template.js';
import { createEmptyDatabase, createTestDatabase } from '../../../../test/support/test-database.js';
import { listCatalogue } from './catalogue.js';
import { prepareDatabase } from './migrate.js';
import { migrations } from './migrations/index.js';

const list = migrations as (new () => MigrationInterface)[];
const ours = list.length;

/** Migrates as a later version would, which has these migrations behind ours. */
const asTomorrow = async <T>(sqls: readonly string[], work: () => Promise<T>): Promise<T> => {
  sqls.forEach((sql, i) => {
    const name = `Tomorrow999999999999${i}`;
    const tomorrow = { [name]: class implements MigrationInterface {
      readonly name = name;
      up = (runner: QueryRunner): Promise<void> => runner.query(sql) as Promise<void>;
      down = (): Promise<void> => Promise.reject(new Error('never'));
    } };
    list.push(...Object.values(tomorrow));
  });
  try {
    return await work();
  } finally {
    list.splice(ours);
  }
};
const prepare = (owner: ClientConfig): Promise<unknown> => prepareDatabase({ owner, password: rolePassword });

const open = new Set<pg.Client>();
const connect = async (config: ClientConfig): Promise<pg.Client> => {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  open.add(client);
  await client.connect();
  return client;
};
afterAll(async () => {
  for (const client of open) await client.end();
});

const had = async (client: pg.Client): Promise<string[]> => (await client.query<{ name: string }>('select name from migrations order by id')).rows.map(({ name }) => name);

describe('a later version that migrates', () => {
  let [owner, client]: [ClientConfig, pg.Client] = [] as never;
  beforeAll(async () => {
    owner = (await createTestDatabase()).owner;
    client = await connect(owner);
  });

  it.each([
    ['in its middle', `create table tomorrow(id int); alter table note add column tomorrow int; update table_kind set kind = 'world'; select 1/0`, 'division by zero'],
    ['at what is there already', 'create table conversation(id int)', 'relation "conversation" already exists'],
  ])('leaves the schema, the data and the version before as they were where one of its migrations fails: %s', async (_, sql, words) => {
    const [schema, kinds, names] = [await listCatalogue(client), await client.query('select * from table_kind order by 1').then(({ rows }) => rows), await had(client)];
    const failure: unknown = await asTomorrow(['alter table conversation add column tomorrow int', sql], () => prepare(owner)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StartError', code: 'MIGRATION_FAILED', message: expect.stringContaining(words), cure: expect.stringContaining('Start the version before again') });
    expect(await listCatalogue(client)).toEqual(schema);
    expect((await client.query('select * from table_kind order by 1')).rows).toEqual(kinds);
    expect(await had(client)).toEqual(names);
    await prepare(owner);
  });

  it('lets through who waits behind it, and changes what it must once that is free', async () => {
    const [busy, behind] = [await connect(owner), await connect({ ...owner, statement_timeout: 20_000 })];
    await busy.query('begin; select from conversation');
    let migrated = false;
    const migrating = asTomorrow(['alter table conversation add column tomorrow int'], () => prepare(owner)).then(() => (migrated = true));
    await eventually('the migration waiting', async () => (await client.query(`select 1 from pg_locks where relation = 'conversation'::regclass and mode = 'AccessExclusiveLock' and not granted`)).rows[0] as unknown);
    await behind.query('select from conversation');
    expect(migrated).toBe(false);
    await busy.query('commit');
    await migrating;
    expect((await had(client)).at(-1)).toBe('Tomorrow9999999999990');
    // We are the version before now, at work beside it, and would not start again.
    await expect(prepare(owner)).rejects.toMatchObject({ code: 'DATABASE_NEWER', message: expect.stringContaining('Tomorrow9999999999990') });
  }, 60_000);
});

describe('an empty database', () => {
  it('is migrated once by many that start at once', async () => {
    const owner = await createEmptyDatabase();
    await Promise.all(Array.from({ length: 4 }, () => prepare(owner)));
    expect(await had(await connect(owner))).toEqual(migrations.map((each) => new each().name));
  }, 60_000);

  it('is begun anew after the first migration failed in it', async () => {
    const owner = await createEmptyDatabase();
    const client = await connect(owner);
    await client.query('create table conversation(id int)');
    await expect(prepare(owner)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('"conversation" already exists') });
    await client.query('drop table conversation');
    await prepare(owner);
    expect(await had(client)).toHaveLength(ours);
  }, 60_000);
});
