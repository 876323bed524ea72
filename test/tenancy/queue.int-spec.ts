import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../libs/core/src/database/ids.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import type { TestDatabase } from '../support/test-database.js';
import { Intruder, type Outcome } from './intruder.js';
import { type Somebody, type TwoLibraries, openTwoLibraries } from './two-libraries.js';
import type { WholeLibrary } from './whole-library.js';

/**
 * The schema of the job queue, by any SQL of the application's logins and the jobs', in the name of somebody of Ashford: nothing of a job of Millbrook,
 * a library beside it, is seen or changed, and no job is written down by which somebody gets done what is not theirs to do.
 */
let both: TwoLibraries;
let test: TestDatabase;
let scene: Scene;
let [ashford, millbrook]: [WholeLibrary, WholeLibrary] = [] as never;
let somebody: readonly Somebody[];
/** Of each table of the schema, by its name. */
const columns = new Map<string, readonly string[]>();
const kinds = {
  ofLibraries: ['advising.advise', 'follows.apply-import', 'follows.look-at-list', 'follows.look-up-import', 'follows.publish-list', 'notices.send', 'notices.tell'],
  ofTheInstallation: ['advising.refresh-index', 'health.heartbeat', 'listening.classify', 'privacy.let-go', '__pgboss__send-it'],
  ofPosts: ['follows.search-changed'],
};

beforeAll(async () => {
  both = await openTwoLibraries();
  ({ test, scene, ashford, millbrook, somebody } = both);
  for (const kind of Object.values(kinds).flat()) await scene.query(`select pgboss.create_queue($1, '{"policy": "standard"}')`, [kind]);
  for (const { library } of [ashford, millbrook]) for (const state of ['created', 'active', 'failed']) await jobOf(library, state);
  await scene.query(`insert into pgboss.schedule(name, cron) values ('privacy.let-go', '0 3 * * *')`);
  const found = await scene.query<{ table: string; columns: string[] }>(
    `select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'pgboss'::regnamespace and c.relkind in ('r', 'p') group by c.relname`);
  for (const { table, columns: of } of found) columns.set(table, of);
}, 60_000);
afterAll(() => both.close());

const jobOf = ({ id, name }: SceneLibrary, state: string): Promise<unknown> =>
  scene.query(`insert into pgboss.job(name, state, group_id, data, output, policy) values ('notices.tell', $1, $2, to_jsonb($3::text), to_jsonb($3::text), 'standard')`, [state, id, name]);

const changesNothing = ({ code, rows }: Outcome): boolean => code === '42501' || (code === undefined && rows === 0);
/** For everybody; what it answers with is wrong. */
const everybody = async (look: (by: Somebody) => Promise<readonly string[]>): Promise<string[]> => {
  const wrong: string[] = [];
  for (const by of somebody) wrong.push(...(await look(by)).map((what) => `${by.who}: ${what}`));
  return wrong;
};
const each = (statements: readonly string[]) => async ({ intruder }: Somebody): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const sql of statements) {
    const outcome = await intruder.try(sql);
    if (!changesNothing(outcome)) wrong.push(`${sql}: ${outcome.said}`);
  }
  return wrong;
};

describe('a job of the library beside', () => {
  const tables = ['job', 'job_common'];

  it('is not seen, and not counted', async () => {
    expect(await everybody(each(tables.flatMap((table) => [...(columns.get(table) ?? []).map((column) => `select "${column}" from pgboss.${table} where group_id = '${millbrook.library.id}'`)])))).toEqual([]);
    expect(await everybody(async ({ intruder }) => ((await intruder.read('select id, name, state from pgboss.job_common')) ?? []).length === 3 ? [] : ['does not see the three jobs of Ashford'])).toEqual([]);
  });

  it('is not changed, and not taken away; nor is one’s own', async () => {
    expect(await everybody(each(tables.flatMap((table) => [`delete from pgboss.${table}`, ...(columns.get(table) ?? []).map((column) => `update pgboss.${table} set "${column}" = "${column}"`)])))).toEqual([]);
  });
});

describe('what else stands in the schema', () => {
  const others = (): readonly string[] => [...columns.keys()].filter((table) => table !== 'job' && table !== 'job_common');

  it('shows the names and settings of queues, and not how much is in them to who works in a library’s name by the application', async () => {
    expect(await everybody(each(others().filter((table) => table !== 'queue').map((table) => `select * from pgboss.${table}`)))).toEqual([]);
    const counts = (columns.get('queue') ?? []).filter((column) => /_count$|_delta$|_on$|bins|history|oldest/.test(column));
    expect(counts.length).toBeGreaterThan(10);
    for (const by of somebody.filter(({ role }) => role === 'app')) expect(await each(counts.map((column) => `select ${column} from pgboss.queue`))(by)).toEqual([]);
  });

  it('is not changed, added to or taken away', async () => {
    const statements = others().flatMap((table) => [`delete from pgboss.${table}`, ...(columns.get(table) ?? []).map((column) => `update pgboss.${table} set "${column}" = "${column}"`)]);
    expect(await everybody(each([...statements, `insert into pgboss.schedule(name, cron) values ('listening.classify', '* * * * *')`, `select pgboss.create_queue('another', '{"policy": "standard"}')`]))).toEqual([]);
  });

  it('has a queue that nobody of a library ends', async () => {
    for (const { intruder } of somebody) await intruder.try(`select pgboss.delete_queue('notices.tell')`);
    expect(await scene.query(`select count(*)::int as jobs from pgboss.job j join pgboss.queue q on q.name = j.name where j.name = 'notices.tell'`)).toEqual([{ jobs: 6 }]);
  });
});

type Row = Readonly<Record<string, unknown>>;
const insert = ({ intruder }: Somebody, row: Row): Promise<Outcome> => {
  const names = Object.keys(row);
  return intruder.try(`insert into pgboss.job_common(${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`, Object.values(row));
};
const own = (name: string, more: Row = {}): Row => ({ name, group_id: ashford.library.id, policy: 'standard', ...more });
const alone = (name: string, key: string): Row => own(name, { policy: 'exclusive', singleton_key: key });

describe('a job that is written down', () => {
  it('is one of a kind that is done for one’s own library, or that concerns what all heard: the rest of this would prove nothing', async () => {
    const good: readonly Row[] = [
      ...['advising.advise', 'follows.apply-import', 'follows.look-up-import', 'notices.tell'].map((kind) => own(kind)),
      alone('follows.look-at-list', ashford.ids.boundList), alone('follows.publish-list', ashford.ids.publishedList), { name: 'follows.search-changed', policy: 'standard' },
    ];
    for (const by of somebody) for (const row of good) expect({ who: by.who, row, said: (await insert(by, row)).said }).toEqual({ who: by.who, row, said: '1 rows' });
    const [job] = somebody.filter(({ role }) => role === 'worker');
    expect((await insert(job as Somebody, own('notices.send', { data: JSON.stringify({ accountId: ashford.ids.account }) }))).said).toBe('1 rows');
  });

  it.each<[string, () => readonly Row[]]>([
    ['for the library beside', () => kinds.ofLibraries.map((name) => ({ ...own(name), group_id: millbrook.library.id }))],
    ['for a library that is not there', () => [{ ...own('notices.tell'), group_id: newId() }]],
    ['for the installation', () => [...kinds.ofTheInstallation, ...kinds.ofLibraries].map((name) => ({ name, policy: 'standard' }))],
    ['of the installation’s work in a library’s name', () => [...kinds.ofTheInstallation, ...kinds.ofPosts].map((name) => own(name))],
    ['by an account of the library beside', () => [own('notices.send', { data: JSON.stringify({ accountId: millbrook.ids.account }) })]],
    ['in the way of one of the library beside', () => [
      alone('follows.look-at-list', millbrook.ids.boundList), alone('follows.publish-list', millbrook.ids.publishedList), alone('notices.tell', 'x'), own('notices.tell', { policy: 'short' }), own('notices.tell', { policy: null }),
      own('notices.tell', { singleton_on: new Date(0) }), own('follows.look-at-list'),
    ]],
    ['that has others follow it', () => [own('notices.tell', { dead_letter: 'privacy.let-go' })]],
  ])('is not one %s', async (_, rows) => {
    expect(await everybody(async (by) => {
      const wrong: string[] = [];
      for (const row of rows()) {
        const { code, said } = await insert(by, row);
        if (code !== '42501') wrong.push(`${JSON.stringify(row)}: ${said}`);
      }
      return wrong;
    })).toEqual([]);
  });

  it('is not done already, nor failed in somebody’s words, where the application writes it down', async () => {
    for (const by of somebody.filter(({ role }) => role === 'app'))
      for (const forged of [{ state: 'completed' }, { output: '{"message": "call this number"}' }, { started_on: new Date() }, { retry_count: 3 }, { source_name: 'privacy.let-go' }])
        expect({ forged, code: (await insert(by, own('notices.tell', forged))).code }).toEqual({ forged, code: '42501' });
  });
});

describe('the listener', () => {
  it('writes jobs down for all libraries, and sees none of them but when it is due', async () => {
    const listener = await Intruder.open(test.config('listener'), ashford.library.system);
    try {
      for (const row of [own('notices.tell'), { ...own('notices.tell'), group_id: millbrook.library.id }, { name: 'listening.classify', policy: 'standard' }]) expect((await insert({ who: 'the listener', role: 'worker', intruder: listener }, row)).said).toBe('1 rows');
      for (const column of (columns.get('job_common') ?? []).filter((name) => name !== 'id' && name !== 'start_after')) expect({ column, code: (await listener.try(`select "${column}" from pgboss.job_common`)).code }).toEqual({ column, code: '42501' });
      for (const sql of ['delete from pgboss.job_common', 'update pgboss.job_common set name = name', 'select 1 from pgboss.job', 'select 1 from pgboss.schedule', 'select queued_count from pgboss.queue']) expect({ sql, code: (await listener.try(sql)).code }).toEqual({ sql, code: '42501' });
    } finally {
      await listener.close();
    }
  });
});
