import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { DatabaseGone } from '../errors/index.js';
import { Database } from './database.js';

describe('the database', () => {
  let [database, scene]: [Database | undefined, Scene | undefined] = [undefined, undefined];
  const failed: unknown[] = [];
  beforeAll(async () => {
    const test = await createTestDatabase();
    scene = await Scene.open(test);
    database = await Database.open({ connections: test.connections, entities: [], onHookError: (error) => void failed.push(error) });
  });
  afterAll(async () => {
    await database?.close();
    await scene?.close();
  });

  it('is gone where its connection breaks in the middle of a transaction, and nothing else is said of it; the next one has another connection', async () => {
    const broken = database?.listening(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await scene?.query('select pg_terminate_backend($1)', [pid]);
      await tx.query('select 1');
    });
    await expect(broken).rejects.toThrow(DatabaseGone);
    expect(failed).toEqual([]);
    expect(await database?.listening((tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
  });
});
