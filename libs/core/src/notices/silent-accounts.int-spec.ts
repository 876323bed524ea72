import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { Notices } from './notices.js';
import { wordsOf } from './notice-words.js';
import type { Occasion } from './occasion.js';
import { recipientsOf } from './recipients.js';
import { SilentAccounts } from './silent-accounts.js';

let scene: Scene;
let database: Database;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let [chief, head]: [string, string] = [] as never;
let [account, jobs, silent]: [string, JobsAtHand, SilentAccounts] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [] });
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  [chief, head] = [await scene.person(county, 'administrator'), await scene.person(ashford, 'administrator')];
  await scene.person(ashford, 'librarian');
});
beforeEach(async () => {
  for (const table of ['stop', 'channel', 'account']) await scene.query(`delete from ${table}`);
  account = await scene.account(ashford, { name: 'The town', health: 'well' });
  jobs = new JobsAtHand();
  silent = new SilentAccounts(jobs, database, new Notices(jobs));
});
afterAll(async () => {
  await database.close();
  await scene.close();
});

/** Minutes ago, by the database's clock. */
const ago = (minutes: number) => `now() - interval '${minutes} minutes'`;
const channel = (told: { readonly heard?: number; readonly created?: number; readonly pulseMs?: number; readonly blind?: number } = {}): Promise<unknown> =>
  scene.query(
    `insert into channel(id, account_id, library_id, key, mode, pulse_ms, heard_from, heard_until, created_at, blind_since)
     values ($1, $2, $3, $4, 'stream', $5, ${told.heard === undefined ? 'null, null' : `${ago(told.heard)}, ${ago(told.heard)}`}, ${ago(told.created ?? 10_000)}, ${told.blind === undefined ? 'null' : ago(told.blind)})`,
    [newId(), account, ashford.id, newId(), told.pulseMs ?? 1_000]);
/** Looked for twice, ten minutes apart. @returns what staff are told of since the last time */
const look = async (): Promise<readonly Occasion[]> => {
  const before = jobs.waiting.length;
  await silent.tell();
  await scene.query(`update account set silent_noted_at = silent_noted_at - interval '10 minutes'`);
  await silent.tell();
  return jobs.waiting.slice(before).map(({ data }) => data as Occasion);
};
const wordsNow = async (occasion: Occasion | undefined) => database.working(ashford.system, (tx) => wordsOf(tx, occasion as Occasion));

describe('an account that hears nothing though nothing failed', () => {
  it('is told of once, to administrators of the library and above it, until it hears again', async () => {
    await channel({ heard: 61 });
    const [told, ...more] = await look();
    expect([told, more]).toEqual([expect.objectContaining({ what: 'silent', accountId: account }), []]);
    expect(jobs.waiting.map(({ options }) => options.libraryId)).toEqual([ashford.id]);
    expect(await database.working(ashford.system, (tx) => recipientsOf(tx, ashford.id, told as Occasion))).toEqual([chief, head].sort());
    expect(await wordsNow(told)).toEqual({
      title: 'Nothing is heard: The town', body: expect.stringMatching(/^The account “The town” has heard nothing since \w+day,? \d+ \w+.* \d\d:\d\d, though nothing says that it failed\. Look at its channels\.$/), path: `/accounts/${account}`,
    });
    expect(await look()).toEqual([]);
    await scene.query('update channel set heard_until = now()');
    await silent.tell();
    expect(await wordsNow(told)).toBeUndefined();
    await scene.query(`update channel set heard_until = ${ago(90)}`);
    expect((await look()).map(({ key }) => key)).toEqual([expect.not.stringContaining(told?.key ?? '')]);
  });

  it('is not told of before it was so for ten minutes: it may be about to catch up', async () => {
    await channel({ heard: 300 });
    await silent.tell();
    await silent.tell();
    expect(jobs.waiting).toEqual([]);
    await scene.query('update channel set heard_until = now()');
    await silent.tell();
    await scene.query(`update channel set heard_until = ${ago(61)}`);
    await silent.tell();
    expect(jobs.waiting).toEqual([]);
  });

  it('may never have heard anything', async () => {
    await channel({ created: 70 });
    const [told] = await look();
    expect((await wordsNow(told))?.body).toContain('has heard nothing yet');
  });

  it('may be open and blind for an hour', async () => {
    await channel({ heard: 0, blind: 61 });
    const [told] = await look();
    expect((await wordsNow(told))?.body).toContain('is open, and does not bring what is said');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['heard something within the hour', () => channel({ heard: 59 })],
    ['heard something by another channel', () => channel({ heard: 600 }).then(() => channel({ heard: 1 }))],
    ['looks seldom', () => channel({ heard: 170, pulseMs: 3_600_000 })],
    ['was followed with a moment ago', () => channel({ created: 50 })],
    ['is blind since a moment ago', () => channel({ heard: 0, blind: 50 })],
    ['has no channels', async () => {}],
    ['wants a new sign-in, which was told', () => channel({ heard: 600 }).then(() => scene.query(`update account set health = 'sign-in-again'`))],
    ['failed, which was told', () => channel({ heard: 600 }).then(() => scene.query(`update account set health = 'failed'`))],
    ['is off', () => channel({ heard: 600 }).then(() => scene.query(`update account set state = 'off'`))],
    ['was taken away', () => channel({ heard: 600 }).then(() => scene.query('update account set removed_at = now()'))],
    ['is stopped, also from above', () => channel({ heard: 600 }).then(() => scene.query(`insert into stop(id, library_id, what, why, by_name) values ($1, $2, 'listening', 'a pause', 'Cora')`, [newId(), county.id]))],
  ])('is none that %s', async (_, arrange) => {
    await arrange();
    expect(await look()).toEqual([]);
  });
});
