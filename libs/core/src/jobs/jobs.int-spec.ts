import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { Database, type Tx } from '../database/index.js';
import { type Logger, correlationId, withCorrelation } from '../logging/index.js';
import { installJobQueue } from './install-job-queue.js';
import { JobProblem } from './job-failure.js';
import { type ActsFor, type JobHandler, type JobKind, type JobRun, defineJob } from './job-kind.js';
import { JobQueue } from './job-queue.js';

const data = z.strictObject({ n: z.number() });
type Data = z.infer<typeof data>;
const retry = { times: 1, firstSeconds: 1, longestSeconds: 1 };
const kind = <For extends ActsFor>(name: string, actsFor: For, told: Partial<JobKind<Data, For>> = {}): JobKind<Data, For> =>
  defineJob({ name, data, actsFor, atOnce: 1, deadlineSeconds: 60, retry, ...told });

/** Runs that happened, to be waited for one after the other. */
class Runs<For extends ActsFor> {
  private readonly seen: JobRun<Data, For>[] = [];
  private look = (): void => {};

  constructor(private readonly work: JobHandler<Data, For> = () => Promise.resolve()) {}

  readonly handler: JobHandler<Data, For> = async (run) => {
    this.seen.push(run);
    this.look();
    await this.work(run);
  };

  async next(): Promise<JobRun<Data, For>> {
    while (this.seen.length === 0) await new Promise<void>((resolve) => (this.look = resolve));
    return this.seen.shift() as JobRun<Data, For>;
  }

  get waiting(): number {
    return this.seen.length;
  }
}

let test: TestDatabase;
let database: Database;
let scene: Scene;
let ashford: SceneLibrary;
let birch: SceneLibrary;
const open: JobQueue[] = [];
const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 4, listener: 2 } });
  scene = await Scene.open(test);
  [ashford, birch] = [await scene.library({ name: 'Ashford' }), await scene.library({ name: 'Birch' })];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((queue) => queue.beforeApplicationShutdown()));
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const queueWith = async (declare: (queue: JobQueue) => void, told: { readonly works?: boolean; readonly supervisionSeconds?: number } = {}): Promise<JobQueue> => {
  const queue = new JobQueue(database, { log: quiet, works: told.works ?? true, ...told });
  open.push(queue);
  declare(queue);
  await queue.onApplicationBootstrap();
  if (told.works !== false) await queue.start();
  return queue;
};
const asListener = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.listening(work);
const stateOf = async (id: string | undefined) => (await scene.query<{ state: string; output: { message?: string } | null }>('select state::text, output from pgboss.job where id = $1', [id]))[0];
/** Looks until what a worker writes after a handler's end is there: pg-boss tells of it to nobody else. */
const settled = async (id: string | undefined, state: string): Promise<{ message?: string } | null> => {
  for (;;) {
    const row = await stateOf(id);
    if (row?.state === state) return row.output;
    await new Promise((resolve) => void setImmediate(resolve));
  }
};

describe('a job', () => {
  it('is there when the transaction that wrote it down commits, and not when it rolls back', async () => {
    const [counted, runs] = [kind('test.count', 'installation'), new Runs<'installation'>()];
    const queue = await queueWith((to) => to.handle(counted, runs.handler));
    await expect(asListener(async (tx) => {
      await queue.enqueue(tx, counted, { n: 1 }, {});
      throw new Error('rolled back');
    })).rejects.toThrow('rolled back');
    await asListener((tx) => queue.enqueue(tx, counted, { n: 2 }, {}));
    expect((await runs.next()).data).toEqual({ n: 2 });
    expect(runs.waiting).toBe(0);
  });
  it('is written down by a process that does not work, and run by one that does', async () => {
    const [handed, runs] = [kind('test.hand-over', 'installation'), new Runs<'installation'>()];
    const asking = await queueWith((to) => to.handle(handed, () => Promise.reject(new Error('not here'))), { works: false });
    await queueWith((to) => to.handle(handed, runs.handler));
    await asListener((tx) => asking.enqueue(tx, handed, { n: 3 }, {}));
    expect((await runs.next()).data).toEqual({ n: 3 });
  });
  it('is written down by a process that knows nobody who would run it, also before anybody ever did', async () => {
    const [unheard, runs] = [kind('test.unheard', 'installation'), new Runs<'installation'>()];
    const asking = await queueWith(() => {}, { works: false });
    for (const n of [4, 5]) await asListener((tx) => asking.enqueue(tx, unheard, { n }, {}));
    await queueWith((to) => to.handle(unheard, runs.handler));
    expect([(await runs.next()).data, (await runs.next()).data]).toEqual([{ n: 4 }, { n: 5 }]);
  });
  it('acts for its library, as that library’s system actor, and sees no other', async () => {
    const [named, seen] = [kind('advising.advise', 'library'), new Map<string, string[]>()];
    const runs = new Runs<'library'>(async ({ library }) => {
      seen.set(library.id, await database.working(library.actorId, async (tx) => (await tx.query<{ name: string }>('select name from account order by name')).map((row) => row.name)));
    });
    await scene.account(ashford, { name: 'Of Ashford' });
    await scene.account(birch, { name: 'Of Birch' });
    const person = await scene.person(ashford);
    const queue = await queueWith((to) => to.handle(named, runs.handler));
    const id = await database.as(person, (tx) => queue.enqueue(tx, named, { n: 1 }, { libraryId: ashford.id }));
    expect((await runs.next()).library).toEqual({ id: ashford.id, actorId: ashford.system });
    await settled(id, 'completed');
    expect(seen).toEqual(new Map([[ashford.id, ['Of Ashford']]]));
  });
  it('of the installation is not run where it names a library: whoever may write down that library’s jobs would get done what is not its own', async () => {
    const [whole, runs] = [kind('test.whole', 'installation', { retry: { ...retry, times: 0 } }), new Runs<'installation'>()];
    await queueWith((to) => to.handle(whole, runs.handler));
    const [forged] = await scene.query<{ id: string }>(`insert into pgboss.job(name, data, group_id, policy, retry_limit) values ('test.whole', '{"n": 1}', $1, 'standard', 0) returning id`, [ashford.id]);
    await settled(forged?.id, 'failed');
    expect(runs.waiting).toBe(0);
  });
  it('is refused where its data are not of its kind', async () => {
    const strict = kind('test.strict', 'installation');
    const queue = await queueWith((to) => to.handle(strict, () => Promise.resolve()), { works: false });
    await expect(asListener((tx) => queue.enqueue(tx, strict, { n: 'words' } as never, {}))).rejects.toThrow(z.ZodError);
  });
  it('that is for later does not come before', async () => {
    const [later, runs] = [kind('test.later', 'installation'), new Runs<'installation'>()];
    const queue = await queueWith((to) => to.handle(later, runs.handler));
    await asListener(async (tx) => {
      await queue.enqueue(tx, later, { n: 2 }, { at: new Date(Date.now() + 1_500) });
      await queue.enqueue(tx, later, { n: 1 }, {});
    });
    expect((await runs.next()).data).toEqual({ n: 1 });
    const due = Date.now() + 1_500;
    expect((await runs.next()).data).toEqual({ n: 2 });
    // What it was told to wait, and the half second between two looks, on a machine that may be busy: pg-boss alone would look after thirty.
    expect(Date.now() - due).toBeLessThan(20_000);
  });
});

describe('a job that fails', () => {
  it('is tried again, and then stays as failed, with a reason in which nobody’s words are', async () => {
    const [failing, runs] = [kind('test.fail', 'installation'), new Runs<'installation'>(() => Promise.reject(new Error('what somebody wrote')))];
    const queue = await queueWith((to) => to.handle(failing, runs.handler));
    const id = await asListener((tx) => queue.enqueue(tx, failing, { n: 1 }, {}));
    expect([(await runs.next()).attempt, (await runs.next()).attempt]).toEqual([1, 2]);
    const output = await settled(id, 'failed');
    expect(JSON.stringify(output)).not.toContain('somebody wrote');
    expect(output?.message).toBe('It failed unexpectedly (Error). The log says more.');
    await queue.retry(failing.name, id as string);
    expect((await runs.next()).attempt).toBe(3);
  });
  it('because it took too long was aborted, and another goes on', async () => {
    const slow = kind('test.slow', 'installation', { deadlineSeconds: 1, retry: { ...retry, times: 0 } });
    const aborted: boolean[] = [];
    const runs = new Runs<'installation'>(({ data: { n }, abort }) => (n === 1 ? new Promise((_, reject) => abort.addEventListener('abort', () => { aborted.push(true); reject(abort.reason as Error); })) : Promise.resolve()));
    const queue = await queueWith((to) => to.handle(slow, runs.handler));
    const [first, second] = await asListener(async (tx) => [await queue.enqueue(tx, slow, { n: 1 }, {}), await queue.enqueue(tx, slow, { n: 2 }, {})]);
    await settled(first, 'failed');
    await settled(second, 'completed');
    expect(aborted).toEqual([true]);
  });
  it('says in the words of the one who knows why', async () => {
    const known = kind('test.known', 'installation', { retry: { ...retry, times: 0 } });
    const queue = await queueWith((to) => to.handle(known, () => Promise.reject(new JobProblem('Two of three classifiers were at work.'))));
    const id = await asListener((tx) => queue.enqueue(tx, known, { n: 1 }, {}));
    expect((await settled(id, 'failed'))?.message).toBe('Two of three classifiers were at work.');
  });
});

describe('workers', () => {
  it('take over what a killed one had', async () => {
    const taken = kind('test.take-over', 'installation', { retry: { times: 2, firstSeconds: 1, longestSeconds: 1 } });
    const queue = await queueWith((to) => to.handle(taken, () => Promise.reject(new Error('never asked'))), { works: false });
    const id = await asListener((tx) => queue.enqueue(tx, taken, { n: 7 }, {}));
    // As a process leaves it that was killed two minutes ago.
    await scene.query(`update pgboss.job set state = 'active', started_on = now() - interval '2 minutes', heartbeat_on = now() - interval '2 minutes' where id = $1`, [id]);
    const runs = new Runs<'installation'>();
    await queueWith((to) => to.handle(taken, runs.handler), { supervisionSeconds: 1 });
    expect(await runs.next()).toMatchObject({ id, data: { n: 7 }, attempt: 2 });
  });
  it('run what is alone once at a time, whatever their number', async () => {
    const alone = kind('test.alone', 'installation', { alone: true, atOnce: 2 });
    let [running, most] = [0, 0];
    let release = (): void => {};
    const runs = new Runs<'installation'>(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => (release = resolve));
      running--;
    });
    const [one] = [await queueWith((to) => to.handle(alone, runs.handler)), await queueWith((to) => to.handle(alone, runs.handler))];
    const first = await asListener((tx) => one.enqueue(tx, alone, { n: 1 }, {}));
    await runs.next();
    expect(await asListener((tx) => one.enqueue(tx, alone, { n: 2 }, {}))).toBeUndefined();
    release();
    await settled(first, 'completed');
    const second = await asListener((tx) => one.enqueue(tx, alone, { n: 3 }, {}));
    expect((await runs.next()).data).toEqual({ n: 3 });
    release();
    await settled(second, 'completed');
    expect(most).toBe(1);
  });
  it('finish what they are at before they stop', async () => {
    const finished: string[] = [];
    const last = kind('test.last', 'installation');
    let release = (): void => {};
    const runs = new Runs<'installation'>(async () => {
      await new Promise<void>((resolve) => (release = resolve));
      finished.push('whole');
    });
    const queue = await queueWith((to) => to.handle(last, runs.handler));
    const id = await asListener((tx) => queue.enqueue(tx, last, { n: 1 }, {}));
    await runs.next();
    const stopping = queue.beforeApplicationShutdown();
    release();
    await stopping;
    expect(finished).toEqual(['whole']);
    expect((await stateOf(id))?.state).toBe('completed');
  });
  it('schedule what is scheduled, once, and forget what no longer is', async () => {
    const nightly = (name: string): JobKind<Record<string, never>, 'installation'> =>
      defineJob({ name, data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 60, retry, alone: true, schedule: '0 3 * * *' });
    await queueWith((to) => to.handle(nightly('test.nightly'), () => Promise.resolve()));
    await queueWith((to) => to.handle(nightly('test.nightly'), () => Promise.resolve()));
    expect(await scene.query('select name, cron, timezone from pgboss.schedule')).toEqual([{ name: 'test.nightly', cron: '0 3 * * *', timezone: 'UTC' }]);
    await queueWith((to) => to.handle(nightly('test.weekly'), () => Promise.resolve()));
    expect(await scene.query('select name from pgboss.schedule')).toEqual([{ name: 'test.weekly' }]);
  });
});

describe('the queue’s own schema', () => {
  const owner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(test.owner);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  it('lets the application write down jobs of its own libraries, and read none of their data', async () => {
    const own = kind('notices.tell', 'library');
    const queue = await queueWith((to) => to.handle(own, () => Promise.resolve()), { works: false });
    const person = await scene.person(ashford);
    await expect(database.as(person, (tx) => queue.enqueue(tx, own, { n: 1 }, { libraryId: birch.id }))).rejects.toThrow('row-level security');
    await expect(database.as(person, (tx) => tx.query('select data from pgboss.job_common'))).rejects.toThrow('permission denied');
    await expect(database.as(person, (tx) => tx.query('delete from pgboss.job_common'))).rejects.toThrow('permission denied');
    await database.as(person, (tx) => queue.enqueue(tx, own, { n: 1 }, { libraryId: ashford.id }));
    const outsider = await scene.person(birch);
    expect(await database.as(outsider, (tx) => tx.query(`select id from pgboss.job_common where name = 'notices.tell'`))).toEqual([]);
    expect(await database.as(person, (tx) => tx.query(`select id from pgboss.job_common where name = 'notices.tell'`))).toHaveLength(1);
  });
  it('is installed once, and left as it is when it is as it should be', async () => {
    const print = () => scene.query(`select obj_description('pgboss'::regnamespace, 'pg_namespace') as print, xmin::text from pg_namespace where nspname = 'pgboss'`);
    const before = await print();
    await owner((client) => installJobQueue(client));
    expect(await print()).toEqual(before);
  });
  it('refuses one of a newer Earshot, with what to do', async () => {
    await owner(async (client) => {
      await client.query('begin');
      await client.query('update pgboss.version set version = 9999');
      await expect(installJobQueue(client)).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
      await client.query('rollback');
    });
  });
});

describe('a job that reaches the world', () => {
  const outside = kind('test.outside', 'library', { outside: true, retry: { times: 0, firstSeconds: 1, longestSeconds: 1 } });
  const inside = kind('test.inside', 'library');

  it('waits while everything is stopped for its library, and is run afterwards, with no try spent; others are run', async () => {
    const [runs, others] = [new Runs<'library'>(), new Runs<'library'>()];
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), $1, 'all', 'the server moves', 'Ann Lee')`, [ashford.id]);
    await queueWith((queue) => {
      queue.handle(outside, runs.handler);
      queue.handle(inside, others.handler);
    });
    const [queue] = open;
    const held = await asListener((tx) => queue?.enqueue(tx, outside, { n: 1 }, { libraryId: ashford.id }) ?? Promise.reject(new Error('no queue')));
    await asListener((tx) => queue?.enqueue(tx, inside, { n: 2 }, { libraryId: ashford.id }) ?? Promise.reject(new Error('no queue')));
    await asListener((tx) => queue?.enqueue(tx, outside, { n: 3 }, { libraryId: birch.id }) ?? Promise.reject(new Error('no queue')));
    expect((await others.next()).data).toEqual({ n: 2 });
    expect((await runs.next()).data).toEqual({ n: 3 });
    // Begun, and put back for later.
    for (let later = false; !later; ) later = (await scene.query(`select 1 from pgboss.job where id = $1 and state = 'created' and start_after > now() + interval '5 seconds'`, [held])).length === 1;
    expect(runs.waiting).toBe(0);
    await scene.query('update stop set resumed_at = now()');
    await scene.query('update pgboss.job set start_after = now() where id = $1', [held]);
    expect(await runs.next()).toMatchObject({ data: { n: 1 }, attempt: 1 });
    await settled(held, 'completed');
    await scene.query('delete from stop');
  });
});

describe('the log of a job', () => {
  const plain = kind('test.plain', 'installation');
  const single = kind('test.single', 'installation', { alone: true });

  it('goes by the name of whatever asked for it, through every job that it asks for; one that is alone by its own', async () => {
    const names: (string | undefined)[] = [];
    const runs = new Runs<'installation'>(async ({ data: { n } }) => {
      names.push(correlationId());
      if (n === 1) await asListener((tx) => queue.enqueue(tx, plain, { n: 2 }, {}));
    });
    const alone = new Runs<'installation'>(() => Promise.resolve(void names.push(correlationId())));
    const queue = await queueWith((made) => {
      made.handle(plain, runs.handler);
      made.handle(single, alone.handler);
    });
    await withCorrelation('request-of-a-client', () => asListener((tx) => queue.enqueue(tx, plain, { n: 1 }, {})));
    await runs.next();
    await runs.next();
    const id = await withCorrelation('request-of-a-client', () => asListener((tx) => queue.enqueue(tx, single, { n: 3 }, {})));
    await alone.next();
    await settled(id, 'completed');
    expect(names).toEqual(['request-of-a-client', 'request-of-a-client', id]);
    const unasked = await asListener((tx) => queue.enqueue(tx, plain, { n: 4 }, {}));
    await runs.next();
    expect(names.at(-1)).toBe(unasked);
  });
});
