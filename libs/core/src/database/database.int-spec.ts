import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../../test/support/eventually.js';
import { Scene } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { DatabaseGone } from '../errors/index.js';
import { Database } from './database.js';
import type { ReadScope } from './read-scope.js';

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

  it.each(['listening', 'keeping'] as const)('is gone where its transaction stood still: what is locked while %s is free before the leases are over', async (role) => {
    const stands = database?.[role](async (tx) => {
      const [{ pid, patience } = { pid: 0, patience: '' }] = await tx.query<{ pid: number; patience: string }>(`select pg_backend_pid() as pid, current_setting('idle_in_transaction_session_timeout') as patience`);
      expect(patience).toBe('15s');
      await tx.query(`set local idle_in_transaction_session_timeout = '1ms'`);
      await eventually('the server ending it', async () => ((await scene?.query('select 1 from pg_stat_activity where pid = $1', [pid]))?.length === 0 ? true : undefined));
      await tx.query('select 1');
    });
    await expect(stands).rejects.toThrow(DatabaseGone);
    expect(failed).toEqual([]);
  });

  it('gives a job no longer', async () => {
    const patience = await database?.working('00000000-0000-7000-8000-000000000001', (tx) => tx.query(`select current_setting('idle_in_transaction_session_timeout') as patience`));
    expect(patience).toEqual([{ patience: '15s' }]);
  });

  it.each(['listening', 'keeping'] as const)('gives in as it waits for a lock while %s, so that nothing it holds waits with it, and tries again until the lock is free', async (role) => {
    let [isLocked, release] = [() => {}, () => {}];
    const [locked, released] = [new Promise<void>((resolve) => { isLocked = resolve; }), new Promise<void>((resolve) => { release = resolve; })];
    const holding = database?.listening(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(77)');
      isLocked();
      await released;
    });
    await locked;
    let tries = 0;
    const waiting = database?.[role](async (tx) => {
      tries += 1;
      expect(await tx.query(`select current_setting('lock_timeout') as patience`)).toEqual([{ patience: '5s' }]);
      await tx.query(`set local lock_timeout = '10ms'`);
      await tx.query('select pg_advisory_xact_lock(77)');
    });
    await eventually('more tries than deadlocks are given', async () => (tries > 6 ? true : undefined));
    release();
    await Promise.all([holding, waiting]);
  });

  it('lets readers act who rest: each would hold a connection, and wait for the second one that another holds', async () => {
    const small = await Database.open({ connections: (await createTestDatabase()).connections, entities: [], poolSize: { app: 2 } });
    try {
      const actor = '00000000-0000-7000-8000-000000000001';
      const acting = async (): Promise<unknown> => {
        const reads = small.reads(actor);
        await reads.query('select 1');
        await reads.rest();
        const acted = await small.as(actor, (tx) => tx.query<{ one: number }>('select 1 as one'));
        const [again] = await reads.query<{ one: number }>('select 1 as one');
        await reads.close();
        return [acted, again];
      };
      expect(await Promise.all([acting(), acting(), acting(), acting()])).toEqual(Array.from({ length: 4 }, () => [[{ one: 1 }], { one: 1 }]));
    } finally {
      await small.close();
    }
  }, 20_000);

  describe('a reading', () => {
    const reading = async <T>(work: (reads: ReadScope) => Promise<T>): Promise<T> => {
      const reads = database?.reads('00000000-0000-7000-8000-000000000001') as ReadScope;
      try {
        return await work(reads);
      } finally {
        await reads.close();
      }
    };

    it('has a prepared statement read once by its connection, and answered by the values of each time', () =>
      reading(async (reads) => {
        for (const number of [1, 2]) expect(await reads.prepared('select $1::int as number', [number])).toEqual([{ number }]);
        expect(await reads.query(`select count(*)::int as kept from pg_prepared_statements where statement = 'select $1::int as number'`)).toEqual([{ kept: 1 }]);
      }));

    it('is idle once what was asked meanwhile is answered as well', () =>
      reading(async (reads) => {
        const answered: string[] = [];
        const asked = reads.query('select 1').then(() => (answered.push('first'), reads.query('select 2'))).then(() => answered.push('second'));
        await reads.idle();
        expect(answered).toEqual(['first', 'second']);
        await asked;
      }));
  });
});
