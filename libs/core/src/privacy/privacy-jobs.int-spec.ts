import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { Database } from '../database/index.js';
import { JobQueue } from '../jobs/index.js';
import type { Logger } from '../logging/index.js';
import { Classifiers } from '../understanding/index.js';
import { handlePrivacyJobs, letGoJob, tendJob } from './privacy-jobs.js';
import { RetentionService } from './retention/retention.service.js';
import { Suppression } from './suppression.js';

class NoClassifiers extends Classifiers {
  list(): readonly [] {
    return [];
  }
}

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** More than go in one portion. */
const many = 203;
let [test, database, scene, ashford]: [TestDatabase, Database, Scene, SceneLibrary] = [] as never;
const working: JobQueue[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 2, listener: 1 } });
  scene = await Scene.open(test);
  ashford = await scene.library({ name: 'Ashford' });
});
afterEach(async () => {
  await Promise.all(working.splice(0).map((queue) => queue.beforeApplicationShutdown()));
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** Retention at half past two at night, over this way into the database. */
const atNight = (over: Database = database): RetentionService =>
  new RetentionService(over, new Suppression('test key'), new NoClassifiers(), new FakeClock(new Date(`${new Date().toISOString().slice(0, 10)}T02:30:00Z`)));

/** A database that answers nothing any more once `enough` is so, until `end`. */
const goneOnce = (enough: () => Promise<boolean>): { readonly over: Database; end(): void } => {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const keeping = async <T>(work: Parameters<Database['keeping']>[0]): Promise<T> => ((await enough()) ? promise : (database.keeping(work) as Promise<T>));
  return { over: Object.create(database, { keeping: { value: keeping } }) as Database, end: () => reject(new Error('gone')) };
};

/** A process with the role `work`. */
const workingWith = async (retention: RetentionService): Promise<JobQueue> => {
  const queue = new JobQueue(database, { log: quiet, works: true, supervisionSeconds: 1 });
  working.push(queue);
  handlePrivacyJobs(queue, { database, retention, classifiers: new NoClassifiers(), log: quiet });
  await queue.onApplicationBootstrap();
  await queue.start();
  return queue;
};

const overSince = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await scene.heard(ashford, { text: 'Long ago' });
  await scene.query(`update conversation set keep_until = now() - interval '2 days', kept_as = 'no-need'`);
};
const left = async (): Promise<number> => (await scene.query<{ count: number }>('select count(*)::int as count from conversation'))[0]?.count ?? 0;
const stateOf = async (kind: string): Promise<readonly string[]> => (await scene.query<{ state: string }>('select state::text from pgboss.job where name = $1 order by created_on', [kind])).map(({ state }) => state);
const until = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await new Promise((resolve) => void setImmediate(resolve));
};
/** As where no process ran for a day: what fell due meanwhile is owed. */
const nobodyRanForADay = (): Promise<unknown> =>
  scene.query(`with told as (update pgboss.schedule set created_on = now() - interval '2 days') update pgboss.version set cron_on = now() - interval '1 day'`);

describe('the night', () => {
  it('is scheduled each hour, and the tending each minute, by whoever works', async () => {
    await workingWith(atNight());
    expect(await scene.query('select name, cron, timezone from pgboss.schedule order by name')).toEqual([
      { name: letGoJob.name, cron: '11 * * * *', timezone: 'UTC' }, { name: tendJob.name, cron: '* * * * *', timezone: 'UTC' },
    ]);
  });

  it('comes by itself to a process that works, also after the hour was missed, and lets go of what is over', async () => {
    await overSince(3);
    await nobodyRanForADay();
    await workingWith(atNight());
    await until(async () => (await left()) === 0);
    await until(async () => (await stateOf(letGoJob.name)).at(-1) === 'completed');
    expect(await scene.query('select kept_as, conversations from past_count')).toEqual([{ kept_as: 'no-need', conversations: 3 }]);
  }, 30_000);

  it('that is cut in the middle keeps what went, and another process goes on with the rest', async () => {
    await overSince(many);
    const { over, end } = goneOnce(async () => (await left()) < many);
    const dying = await workingWith(atNight(over));
    await database.listening((tx) => dying.enqueue(tx, letGoJob, {}, {}));
    await until(async () => (await left()) < many);
    expect(await left()).toBeGreaterThan(0);
    const [job] = await scene.query<{ id: string }>(`select id from pgboss.job where name = $1 and state = 'active'`, [letGoJob.name]);
    await workingWith(atNight());
    // As a process leaves its job that was killed two minutes ago; what waits to be tried again is due.
    await scene.query(`update pgboss.job set started_on = now() - interval '2 minutes', heartbeat_on = now() - interval '2 minutes' where id = $1`, [job?.id]);
    await until(async () => (await scene.query(`update pgboss.job set start_after = now() where id = $1 and state = 'retry' returning id`, [job?.id])).length > 0);
    await until(async () => (await left()) === 0);
    end();
    await until(async () => (await stateOf(letGoJob.name)).at(-1) === 'completed');
    expect(await scene.query('select sum(conversations)::int as conversations from past_count')).toEqual([{ conversations: 3 + many }]);
  }, 60_000);
});
