import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listCatalogue } from '../../libs/core/src/database/catalogue.js';
import { fromSource } from '../e2e/earshot-process.js';
import { type OwnDatabase, openDatabase } from '../e2e/own-database.js';
import { eventually } from '../support/eventually.js';

/** Tomorrow's migration changes something, waits in its middle for a lock that the test holds, and changes something more. */
const middle = 7_001;
const TOMORROW = `alter table conversation add column tomorrow int; select pg_advisory_xact_lock(${middle}); create table tomorrow(id int); insert into table_kind values ('tomorrow', 'platform')`;
const tomorrow = fromSource(undefined, 'test/upgrade/tomorrow.mjs');

let database: OwnDatabase;
beforeAll(async () => {
  database = await openDatabase();
  expect(await database.run(['migrate']).end()).toBe(0);
}, 60_000);
afterAll(() => database.close());

/** Once so many wait for the lock of this number. */
const waitFor = (lock: string, count: number): Promise<unknown> =>
  eventually(`${count} waiting for ${lock}`, async () =>
    database.ask(`select 1 from pg_locks l where l.locktype = 'advisory' and not l.granted and l.objid = (${lock})::bigint & 4294967295 having count(*) = $1`, [count]));
const atMiddle = `select ${middle}`;
const atDoor = `select hashtext('earshot.migrations')`;

describe('a later version that migrates', () => {
  it('leaves nothing behind where it is killed in the middle; the version before starts, and the next start does it whole', async () => {
    const schema = await listCatalogue(database.owner);
    await database.owner.query('select pg_advisory_lock($1)', [middle]);
    const killed = database.run(['migrate'], { TOMORROW }, tomorrow);
    await waitFor(atMiddle, 1);
    await killed.kill();
    // The server sees that nobody is there any more, though nothing of what the migration waits for came.
    await waitFor(atMiddle, 0);
    expect(await listCatalogue(database.owner)).toEqual(schema);
    expect(await database.run(['migrate']).end()).toBe(0);
    await database.owner.query('select pg_advisory_unlock($1)', [middle]);

    const whole = database.run(['migrate'], { TOMORROW }, tomorrow);
    expect([await whole.end(), whole.said]).toEqual([0, expect.stringContaining('Tomorrow9999999999999')]);
    expect(await listCatalogue(database.owner)).toEqual(expect.arrayContaining(['table tomorrow', 'column conversation.tomorrow integer']));
    await database.owner.query(`drop table tomorrow; alter table conversation drop column tomorrow; delete from table_kind where table_name = 'tomorrow'; delete from migrations where name like 'Tomorrow%'`);
  }, 120_000);

  it('leaves the database as it was where it fails, and says so; the version before starts', async () => {
    const schema = await listCatalogue(database.owner);
    const had = await database.ask('select array_agg(name order by id) as names from migrations');
    const fails = database.run(['start'], { TOMORROW: `alter table conversation add column tomorrow int; create table tomorrow(id int); select 1 / 0` }, tomorrow);
    expect(await fails.end()).toBe(1);
    expect(fails.said).toMatch(/^Earshot cannot go on \(MIGRATION_FAILED\): The database could not be brought to this version: division by zero\. Nothing of it was changed\.\n {2}What to do: Start the version before again, which works on with this database, and report this message\. [^\n]+\n$/);
    expect([await listCatalogue(database.owner), await database.ask('select array_agg(name order by id) as names from migrations')]).toEqual([schema, had]);
    const before = await database.start({ EARSHOT_ROLES: 'api' });
    before.interrupt();
    expect(await before.end()).toBe(0);
  }, 120_000);

  it('is one of two that start at once: the other waits, and both run', async () => {
    await database.owner.query('select pg_advisory_lock($1)', [middle]);
    const both = [1, 2].map(() => database.run(['start'], { TOMORROW, EARSHOT_ROLES: 'api' }, tomorrow));
    await waitFor(atMiddle, 1);
    await waitFor(atDoor, 1);
    await database.owner.query('select pg_advisory_unlock($1)', [middle]);
    for (const each of both) await each.until(/listens at http/);
    expect(await database.ask(`select count(*)::int as times from migrations where name like 'Tomorrow%'`)).toEqual({ times: 1 });

    const before = database.run(['start'], { EARSHOT_ROLES: 'api' });
    expect(await before.end()).toBe(1);
    expect(before.said).toMatch(/^Earshot cannot go on \(DATABASE_NEWER\): This database was written by a newer Earshot: it has Tomorrow9999999999999\.\n {2}What to do: Start the newer version, or restore a backup from before the upgrade\.\n$/);
  }, 120_000);
});
