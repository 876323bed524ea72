import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { EarshotProcess } from './earshot-process.js';
import { followTown, foundLibrary } from './found-library.js';
import { type OwnDatabase, openDatabase } from './own-database.js';

/** Two processes that listen, one library at each of two towns, and somebody at the terminal who stops one of them. */
let database: OwnDatabase;
beforeAll(async () => {
  database = await openDatabase();
}, 60_000);
afterAll(() => database.close());

const listener = (): Promise<EarshotProcess> => database.start({ EARSHOT_ROLES: 'listen' });
const command = async (...words: string[]): Promise<string> => {
  const run = database.run(words);
  expect({ code: await run.end(), said: run.said }).toMatchObject({ code: 0 });
  return run.said;
};

interface Reading { readonly holder: string | null; readonly at: number; readonly untilStopped: number | null }
const reading = (handle: string): Promise<Reading | undefined> =>
  database.ask(
    `select c.lease_holder as holder, coalesce((c.cursor ->> 'at')::float8, -1) as at, extract(epoch from c.state_since - (select max(stopped_at) from stop))::float8 as "untilStopped"
     from channel c join library l on l.id = c.library_id where l.handle = $1 and c.removed_at is null`, [handle]);
const movesOn = async (handle: string): Promise<Reading> => {
  const before = (await reading(handle))?.at ?? -1;
  return eventually(`${handle} being heard`, async () => {
    const now = await reading(handle);
    return now !== undefined && now.holder !== null && now.at > before ? now : undefined;
  }, 60_000);
};

describe('earshot stop', () => {
  it('takes hold in whichever process reads, within two seconds, and in no other library; a process that starts later heeds it, and resuming goes on from there', async () => {
    const [one] = [await listener(), await listener()];
    for (const name of ['Ashford', 'Birch']) await followTown(database.owner, await foundLibrary(database.owner, name));
    await movesOn('ashford');
    await movesOn('birch');

    expect(await command('stop', 'listening', '--library', 'ashford', '--why', 'the server moves')).toContain('Stopped: ashford and all below it listens to nothing');
    const stopped = await eventually('ashford being given back', async () => {
      const now = await reading('ashford');
      return now?.holder === null ? now : undefined;
    });
    expect(stopped.untilStopped).toBeLessThan(2);

    // Whoever starts anew, and takes what another leaves, leaves this alone.
    await one?.kill();
    await listener();
    await movesOn('birch');
    expect(await reading('ashford')).toMatchObject({ holder: null, at: stopped.at });
    const doctor = JSON.parse(await command('doctor', '--json')) as { checks: { check: string; status: string; words: string }[] };
    expect(doctor.checks.find(({ check }) => check === 'stops')).toMatchObject({ status: 'warn', words: expect.stringMatching(/^ashford, since .*: Listening was stopped by .+ on .+: the server moves\.$/) });

    expect(await command('resume', '--library', 'ashford')).toContain('Resumed: ashford and all below it.');
    expect((await movesOn('ashford')).at).toBeGreaterThan(stopped.at);
    expect(await database.ask('select count(*)::int - count(distinct (network, remote_id))::int as twice from post')).toEqual({ twice: 0 });
  }, 240_000);
});
