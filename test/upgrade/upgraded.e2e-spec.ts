import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarshotProcess } from '../e2e/earshot-process.js';
import type { OwnDatabase } from '../e2e/own-database.js';
import { eventually } from '../support/eventually.js';
import { releases } from './fixtures.js';
import { openReleaseDatabase } from './release-database.js';

/** Of the newest release, as an administrator has it who upgrades: this program takes over what that one left, at its next start. */
let database: OwnDatabase;
let earshot: EarshotProcess;
interface Town { readonly channel: string; readonly at: number; readonly posts: number }
let before: Town | undefined;

const town = (): Promise<Town | undefined> =>
  database.ask<Town>(`select c.id as channel, (c.cursor ->> 'at')::float8 as at, (select count(*)::int from post where known) as posts from channel c join account a on a.id = c.account_id where a.plugin = 'practice'`);
const replyCalled = (text: string): Promise<{ state: string; tries: number } | undefined> => database.ask('select state, tries from reply where text = $1', [text]);

beforeAll(async () => {
  database = await openReleaseDatabase(releases.at(-1) ?? '');
  before = await town();
  earshot = await database.start({ EARSHOT_UNDO_SECONDS: '0' });
}, 90_000);
afterAll(() => database.close());

describe('an Earshot on the database that the release before left', () => {
  it('listens on from where that one stopped', async () => {
    const after = await eventually('more of the town being heard', async () => {
      const now = await town();
      return now !== undefined && now.at > (before?.at ?? Infinity) && now.posts > (before?.posts ?? Infinity) ? now : undefined;
    });
    expect(after.channel).toBe(before?.channel);
    expect(await database.ask('select count(*)::int - count(distinct (network, remote_id))::int as twice from post')).toEqual({ twice: 0 });
  }, 60_000);

  it('sends what was approved, takes what was on its way for sent, and nothing else', async () => {
    const sent = (text: string): Promise<unknown> => eventually(`"${text}" being sent`, async () => ((await replyCalled(text))?.state === 'sent' ? true : undefined), 60_000);
    await sent('This one goes out tomorrow.');
    await sent('This one is there, and we were not told.');
    expect(await replyCalled('This one goes out tomorrow.')).toEqual({ state: 'sent', tries: 1 });
    expect(await replyCalled('The town refuses this one.')).toMatchObject({ state: 'failed' });
    expect(await replyCalled('Nobody knows whether this one is there.')).toMatchObject({ state: 'unknown' });
    expect(await replyCalled('Not finished yet')).toMatchObject({ state: 'draft' });
    const said = await database.owner.query<{ text: string }>(`select d ->> 'text' as text from plugin_store s, jsonb_array_elements(s.value) d where s.key like 'journal.%' and d ->> 'did' = 'say' order by 1`);
    expect(said.rows.map(({ text }) => text)).toEqual(['This one goes out tomorrow.', 'This one is there, and we were not told.', 'We have just the book for that, on the shelf by the window.']);
  }, 120_000);

  it('does the jobs that were left, opens the secrets, and is well', async () => {
    await eventually('the import being looked up', () => database.ask(`select 1 from follow_import i join follow_list l on l.id = i.list_id where l.name = 'Papers' and i.state = 'ready'`));
    const doctor = database.run(['doctor', '--json']);
    await doctor.end();
    const found = new Map((JSON.parse(doctor.said) as { checks: { check: string; status: string }[] }).checks.map(({ check, status }) => [check, status]));
    expect([found.get('schema'), found.get('secrets'), found.get('database')]).toEqual(['ok', 'ok', 'ok']);
  }, 60_000);

  it('ends in order', async () => {
    earshot.interrupt();
    expect(await earshot.end()).toBe(0);
  }, 60_000);
});
