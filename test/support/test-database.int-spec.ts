import { describe, expect, it } from '@jest/globals';
import pg, { type ClientConfig } from 'pg';
import { createTestDatabase } from './test-database.js';

async function ask<Row extends pg.QueryResultRow>(config: ClientConfig, sql: string): Promise<Row[]> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('clones the migrated template', async () => {
    const database = await createTestDatabase();
    expect(await ask(database.owner, `select to_regclass('conversation')::text as found`)).toEqual([{ found: 'conversation' }]);
  });

  it('lets each login of the platform in, bound by row-level security', async () => {
    const database = await createTestDatabase();
    for (const role of ['app', 'worker', 'listener', 'keeper'] as const) {
      const rows = await ask(database.config(role), 'select rolsuper or rolbypassrls as free from pg_roles where rolname = current_user');
      expect(rows).toEqual([{ free: false }]);
    }
  });

  it('keeps databases apart, and drops them while somebody is connected', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    await ask(one.owner, 'create table only_here (id int)');
    expect(await ask(other.owner, `select to_regclass('only_here') as found`)).toEqual([{ found: null }]);
    const connected = new pg.Client(one.owner);
    const cut = new Promise((resolve) => connected.on('error', resolve));
    await connected.connect();
    await one.drop();
    await cut;
    await expect(ask(one.owner, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
