import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database } from '../database.js';
import { leaseHolder } from './lease-holder.js';
import { WorkingProcess } from './working-process.js';

let [scene, database]: [Scene, Database] = [] as never;
/** What is to be done again and again, and was not ended. */
const beats = new Set<() => void>();

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
});
beforeEach(() => scene.query('delete from working_process'));
afterAll(async () => {
  await database.close();
  await scene.close();
});

const started = (): WorkingProcess =>
  new WorkingProcess((work) => database.listening(work), (_, then) => {
    beats.add(then);
    return () => void beats.delete(then);
  });
const isGone = async (holder: string | null): Promise<boolean | null | undefined> => (await database.listening((tx) => tx.query<{ gone: boolean | null }>('select holder_is_gone($1) as gone', [holder])))[0]?.gone;
const listed = async (): Promise<string[]> => (await scene.query<{ holder: string }>('select holder from working_process order by holder')).map(({ holder }) => holder);
const runsOut = (holder: string): Promise<unknown> => scene.query(`update working_process set alive_until = now() - interval '1 second' where holder = $1`, [holder]);

it('is known to live from its first lease until it leaves', async () => {
  const [one, silent] = [started(), started()];
  expect(await isGone('nobody')).toBe(true);
  expect(await isGone(null)).toBe(false);
  const name = await one.holder();
  expect(await isGone(name)).toBe(false);
  expect(await one.holder()).toBe(name);
  await silent.leave();
  expect(await isGone(name)).toBe(false);
  await one.leave();
  expect(await isGone(name)).toBe(true);
  expect(await listed()).toEqual([]);
  expect(beats.size).toBe(0);
});

it('leaves as well where nobody answered that it was written down', async () => {
  let cut = true;
  const one = new WorkingProcess(async (work) => {
    const done = await database.listening(work);
    if (cut) throw new Error('the connection broke behind the commit');
    return done;
  }, () => () => {});
  await expect(one.holder()).rejects.toThrow('behind the commit');
  expect(await listed()).toHaveLength(1);
  cut = false;
  await one.leave();
  expect(await listed()).toEqual([]);
});

it('is gone once it beats no more, and back where it was only held up', async () => {
  const one = started();
  const name = await one.holder();
  await runsOut(name);
  expect(await isGone(name)).toBe(true);
  for (const beat of beats) beat();
  while (await isGone(name)) await new Promise((resolve) => void setImmediate(resolve));
  await one.leave();
});

it('is struck off by the next, where it provably ended on this machine, or was long gone', async () => {
  const [mine, another] = [leaseHolder(), spawn('true')];
  await once(another, 'exit');
  const killed = mine.split(':').with(1, String(another.pid)).join(':');
  const elsewhere = killed.split(':').with(3, 'another-boot').join(':');
  await scene.query(`insert into working_process(holder, alive_until) select unnest($1::text[]), now() + interval '20 s'`, [[mine, killed, elsewhere, 'long gone']]);
  await runsOut('long gone');
  const one = started();
  const name = await one.holder();
  expect(await listed()).toEqual([mine, elsewhere, name].sort());
  expect([await isGone(killed), await isGone(elsewhere), await isGone(mine)]).toEqual([true, false, false]);
  await one.leave();
});

it('takes no lease while the database is away, and one as soon as it answers', async () => {
  let away = true;
  const one = new WorkingProcess((work) => (away ? Promise.reject(new Error('away')) : database.listening(work)), () => () => {});
  await expect(one.holder()).rejects.toThrow('away');
  away = false;
  expect(await isGone(await one.holder())).toBe(false);
  await one.leave();
});
