import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EarshotProcess, fromSource } from '../e2e/earshot-process.js';
import { followTown } from '../e2e/found-library.js';
import type { OwnDatabase } from '../e2e/own-database.js';
import { eventually } from '../support/eventually.js';
import { releases } from './fixtures.js';
import { openReleaseDatabase } from './release-database.js';
import { releaseAtHand, unpackRelease } from './release.js';

/**
 * The real program of the release before goes on while a later one migrates beside it, and until it is replaced. In a checkout without history, as an
 * archive of the sources is, this very version is the one before tomorrow's.
 */
const version = releases.at(-1) ?? '';
const isReal = releaseAtHand(version) !== undefined;
/** As a release may: whatever the old one works with gets a column, an index, a trigger; and there is a table that it does not know. */
const TOMORROW = `
  alter table conversation add column tomorrow int not null default 0; alter table post add column tomorrow text; alter table channel add column tomorrow int; alter table reply add column tomorrow int;
  create index post_tomorrow on post(tomorrow) where tomorrow is not null;
  create table tomorrow(id int primary key); insert into table_kind values ('tomorrow', 'platform')`;
const tomorrow = fromSource(undefined, 'test/upgrade/tomorrow.mjs');
const settings = { EARSHOT_UNDO_SECONDS: '0' };

let [folder, database, program]: [string, OwnDatabase, readonly string[]] = [] as never;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-release-'));
  [program, database] = await Promise.all([isReal ? unpackRelease(version, join(folder, 'program')) : fromSource(), openReleaseDatabase(version)]);
}, 60_000);
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** What the release heard of its own town is over by today. */
const followTodaysTown = async (): Promise<void> => {
  const library = await database.ask<{ id: string }>('select id from library where parent_id is null');
  await followTown(database.owner, library?.id ?? '', 'A town of today');
};
/** Once this process has the town's channel and has heard more of it than `from`. */
const heardBy = ({ pid }: EarshotProcess, from: number): Promise<number> =>
  eventually(`process ${pid} hearing the town`, async () => {
    const now = await database.ask<{ at: number | null; holder: string | null }>(`select (c.cursor ->> 'at')::float8 as at, c.lease_holder as holder from channel c join account a on a.id = c.account_id where a.name = 'A town of today'`);
    return now?.holder?.includes(`:${pid}:`) === true && now.at !== null && now.at > from ? now.at : undefined;
  }, 60_000);
/** A person approves this draft, as the API writes it down. */
const approve = (text: string): Promise<unknown> =>
  database.owner.query(`update reply set state = 'approved', approved_by = drafted_by, approved_kind = 'person', approved_text = text, approved_at = now(), due_at = now() where text = $1`, [text]);
/** Once it is sent, and by one try. */
const sent = async (text: string): Promise<void> => {
  const reply = await eventually(`"${text}" being sent`, () => database.ask<{ tries: number }>(`select tries from reply where text = $1 and state = 'sent'`, [text]), 60_000);
  expect(reply.tries).toBe(1);
};

describe(`${isReal ? `the real Earshot ${version}` : 'this version (the history is not at hand)'} at work while a later one migrates`, () => {
  it('goes on listening and sending until it is replaced, and does not start again', async () => {
    await followTodaysTown();
    const old = database.run(['start'], settings, program);
    await old.until(/listens at http/);
    await sent('This one goes out tomorrow.');
    const before = await heardBy(old, -1);

    await approve('Not finished yet');
    const migrates = database.run(['start'], { ...settings, TOMORROW, EARSHOT_ROLES: 'api' }, tomorrow);
    await migrates.until(/listens at http/);
    await sent('Not finished yet');
    await approve('Please look at this one.');
    await sent('Please look at this one.');
    const beside = await heardBy(old, before);
    expect([old.child.exitCode, old.said]).toEqual([null, expect.not.stringContaining('"level":"error"')]);

    const next = database.run(['start'], { ...settings, TOMORROW }, tomorrow);
    await next.until(/listens at http/);
    old.interrupt();
    expect(await old.end()).toBe(0);
    await heardBy(next, beside);
    expect(await database.ask('select count(*)::int - count(distinct (network, remote_id))::int as twice from post')).toEqual({ twice: 0 });
    expect(await database.ask(`select count(*)::int as failed from pgboss.job where state = 'failed'`)).toEqual({ failed: 0 });

    const again = database.run(['start'], settings, program);
    expect(await again.end()).toBe(1);
    expect(again.said).toMatch(/^Earshot cannot go on(?: \(DATABASE_NEWER\))?: This database was written by a newer Earshot: it has .*Tomorrow9999999999999\.\n {2}What to do: Start the newer version/);
  }, 240_000);
});
