import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { EarshotProcess } from './earshot-process.js';
import { followTown, foundLibrary } from './found-library.js';
import { type OwnDatabase, openDatabase } from './own-database.js';

/** One PostgreSQL, and processes that come and go. */
let database: OwnDatabase;
beforeAll(async () => {
  database = await openDatabase();
}, 60_000);
afterAll(() => database.close());

const listener = (): Promise<EarshotProcess> => database.start({ EARSHOT_ROLES: 'listen' });

interface Reading {
  readonly holder: string | null;
  readonly token: string;
  readonly at: number | null;
}
const reading = (): Promise<Reading | undefined> => database.ask(`select lease_holder as holder, lease_token as token, (cursor ->> 'at')::float8 as at from channel where removed_at is null`);
/** Once this process has the channel and has stored more than `from`. */
const heardBy = ({ pid }: EarshotProcess, from: number, withinMs: number): Promise<Reading> =>
  eventually(`the channel being read by process ${pid}`, async () => {
    const now = await reading();
    return now?.holder?.includes(`:${pid}:`) === true && (now.at ?? -1) > from ? now : undefined;
  }, withinMs);

describe('a process that is killed while it listens', () => {
  it('is taken over within 30 s, from the cursor that it stored', async () => {
    const first = await listener();
    await followTown(database.owner, await foundLibrary(database.owner));
    const before = await heardBy(first, -1, 60_000);
    const second = await listener();
    // Whoever comes later takes nothing from one that lives.
    expect((await reading())?.token).toBe(before.token);

    first.child.kill('SIGKILL');
    const killedAt = performance.now();
    await first.end();
    const left = await reading();
    const after = await heardBy(second, left?.at ?? 0, 30_000);
    const seconds = (performance.now() - killedAt) / 1_000;
    expect(seconds).toBeLessThan(30);
    // Once for the taking, and once before it where the second saw that the first is gone.
    expect(Number(after.token)).toBeGreaterThan(Number(before.token));
    expect(await database.ask('select count(*)::int - count(distinct (network, remote_id))::int as twice from post')).toEqual({ twice: 0 });
  }, 120_000);
});
