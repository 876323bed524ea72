import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ashford } from '@earshot/plugin-practice/town';
import type { QueryResultRow } from 'pg';
import { processesIn } from '../../libs/core/src/database/embedded/processes.js';
import { endPostgresIn } from '../support/end-postgres.js';
import { type Position, beginning, nextStep } from '../../plugins/practice/src/position.js';
import { scriptOf, silence } from '../../plugins/practice/src/script.js';
import { askDatabase } from './ask-database.js';
import { EarshotProcess } from './earshot-process.js';
import { eventually } from '../support/eventually.js';

/** Killed without warning, again and again, the demonstration goes on where it was: nothing is lost and nothing is there twice. */
let folder: string;
let data: string;
const processes = new Set<EarshotProcess>();

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-crash-')));
  data = join(folder, 'data');
});
afterEach(async () => {
  for (const each of processes) await each.kill();
  await endPostgresIn(join(data, 'postgres'));
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 10 }));

const demo = (): EarshotProcess => {
  const earshot = new EarshotProcess(['demo'], { EARSHOT_DATA: data }, folder);
  processes.add(earshot);
  return earshot;
};

interface Stored {
  readonly cursor: Position;
  readonly counted: number;
  readonly known: readonly string[];
  readonly twice: number;
}

/** One statement, so that cursor, counts and posts are of the same moment. */
const stored = async (): Promise<Stored> => {
  const row = await askDatabase<Stored & QueryResultRow>(data, `
    select (select cursor from channel) as cursor,
           (select coalesce(sum(times), 0)::int from channel_count where outcome = 'kept') as counted,
           (select array_agg(remote_id) from post where network = 'practice' and known) as known,
           (select count(*) - count(distinct (network, remote_id)) from post)::int as twice`);
  if (row === undefined) throw new Error('the database does not run');
  return row;
};

/** Whatever the script says up to the cursor, and of it what followed people who refuse nothing said to everybody. */
const toldUpTo = async (cursor: Position): Promise<{ events: number; followed: readonly string[] }> => {
  const town = await ashford();
  const audible = { town, script: scriptOf(town), journal: [], seed: undefined };
  const followed = new Set<string>();
  let events = 0;
  for (let heard = beginning; heard.at !== cursor.at || heard.nth !== cursor.nth; ) {
    const step = nextStep(audible, heard);
    if (step === undefined) throw new Error('the cursor lies behind the end of the script');
    heard = step.after;
    if (step.happening?.what !== 'said') continue;
    events++;
    const { post } = step.happening;
    const author = town.people.get(post.by);
    // What is gone by now, or whose author blocks us by now, may have been gone already when its thread was looked at.
    const stays = post.deletedAt === undefined && author !== undefined && silence(author).from === Infinity;
    if (stays && author.followed && author.refusals.length === 0 && post.audience === 'public') followed.add(post.id);
  }
  return { events, followed: [...followed] };
};

const expectWhole = async (): Promise<Position> => {
  const { cursor, counted, known, twice } = await stored();
  const told = await toldUpTo(cursor);
  expect(twice).toBe(0);
  expect(told.followed.length).toBeGreaterThan(20);
  expect(told.followed.filter((id) => !known.includes(id))).toEqual([]);
  // Edits that came in one batch with their post count as one with it, and what a look at a thread brought is none of the channel's; a batch counted twice would be far above.
  expect(counted).toBeLessThanOrEqual(told.events);
  return cursor;
};

const movedOn = (from: Position): Promise<true> =>
  eventually('the town being heard further', async () => {
    const row = await askDatabase<{ cursor: Position | null }>(data, 'select cursor from channel').catch(() => undefined);
    return (row?.cursor != null && (row.cursor.at > from.at || row.cursor.nth > from.nth)) || undefined;
  }, 60_000);

describe('kill -9', () => {
  it('of Earshot while it listens, twice, then of PostgreSQL: nothing lost, nothing twice, and Ctrl-C still ends all', async () => {
    const first = demo();
    await first.until(/heard \d+/);
    await first.kill();
    expect(await processesIn(join(data, 'postgres'))).not.toEqual([]);

    const second = demo();
    await movedOn(beginning);
    await second.kill();

    const third = demo();
    await third.until(/Ctrl-C ends it/);
    const before = await expectWhole();

    const postmaster = Number((await readFile(join(data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await movedOn(before);
    await expectWhole();

    third.interrupt();
    expect(await third.end()).toBe(0);
    expect(await processesIn(join(data, 'postgres'))).toEqual([]);
    expect(third.said).toMatch(/SIGINT: stopping…\nStopped\.\n$/);
  }, 180_000);
});
