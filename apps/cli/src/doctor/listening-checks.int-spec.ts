import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@earshot/core/config';
import { newId } from '@earshot/core/database';
import type { Client } from 'pg';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { connectOwner, createTestDatabase } from '../../../../test/support/test-database.js';
import { checkListening } from './listening-checks.js';
import { checkLiving, checkPush } from './living-checks.js';

/** What the doctor says of accounts, channels, replies, stops and jobs: each trouble is made, on an installation that is well but for it. */
let owner: Client;
let scene: Scene;
let town: SceneLibrary;
let account: string;
let channel: string;
beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  owner = await connectOwner(test);
  for (const kind of ['notices.tell', 'privacy.tend', '__pgboss__send-it']) await scene.query(`select pgboss.create_queue($1, '{"policy": "standard"}')`, [kind]);
});
afterAll(async () => {
  await owner.end();
  await scene.close();
});
beforeEach(async () => {
  await scene.query('truncate account cascade');
  await scene.query('delete from stop');
  await scene.query('delete from pgboss.job');
  account = await scene.account(town, { name: 'The town' });
  channel = await channelOf(account);
});

const channelOf = async (of: string, told: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const row = { id: newId(), account_id: of, library_id: town.id, key: newId(), mode: 'poll', pulse_ms: 60_000, next_at: new Date(Date.now() + 3_600_000), heard_from: new Date(), heard_until: new Date(), ...told };
  await scene.query(`insert into channel(${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, n) => `$${n + 1}`).join(', ')})`, Object.values(row));
  return row.id;
};
const reply = async (state: string, told: Readonly<Record<string, unknown>> = {}): Promise<void> => {
  const { conversation, post } = await scene.heard(town);
  const person = await scene.person(town);
  const row = {
    id: newId(), library_id: town.id, conversation_id: conversation, account_id: account, to_post_id: post, key: newId(), text: 'x', state, drafted_by: person, approved_by: person, approved_kind: 'person', approved_text: 'x', ...told,
  };
  await scene.query(`insert into reply(${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, n) => `$${n + 1}`).join(', ')})`, Object.values(row));
};
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
const all = async () => [...(await checkListening(owner)), ...(await checkLiving(owner))];
/** What it says is not well: the check, its words and its cure. */
const troubles = async (): Promise<unknown[]> => (await all()).filter(({ status }) => status !== 'ok').map(({ check, status, words, cure }) => [check, status, words, cure]);

describe('an installation that is well', () => {
  it('has no finding, and says of each thing that it is well', async () => {
    await scene.account(town, { name: 'Off', state: 'off', health: 'failed' });
    await reply('approved', { due_at: minutesAgo(9) });
    await reply('failed', { changed_at: minutesAgo(8 * 24 * 60) });
    await scene.query(`insert into pgboss.job(name, state) values ('notices.tell', 'created')`);
    expect(await troubles()).toEqual([]);
    expect((await all()).map(({ check, words }) => [check, words])).toEqual([
      ['accounts', '1 account is on, and none says that it is ill.'], ['channels', 'None of 1 channel is set aside or stopped.'], ['lateness', 'No channel that is due waits for somebody to read it.'],
      ['gaps', 'No gap in what was heard is open.'], ['dead letters', 'Nothing unreadable came in within a week.'], ['replies', 'No reply failed within a week, none is in doubt, none waits too long.'],
      ['stops', 'Nobody has stopped anything.'], ['last heard', 'Every account was heard within the last 1 min.'], ['jobs', 'No job failed for good within a week, and none has waited for ten minutes.'],
      ['database size', expect.stringMatching(/^The database takes \d+\.\d\d GB\.$/)],
    ]);
  });
});

describe('accounts', () => {
  it('need a new sign-in, or are not well; of many five are named', async () => {
    await scene.query(`update account set health = 'troubled'`);
    expect(await troubles()).toEqual([['accounts', 'warn', 'Not well: The town.', expect.stringContaining('dashboard')]]);
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) await scene.account(town, { name, health: 'sign-in-again' });
    expect(await troubles()).toEqual([['accounts', 'warn', 'Somebody has to sign in again to: A, B, C, D, E and 2 more. Not well besides: The town.', 'Sign in; the account says by which page.']]);
  });

  it('have not been heard for long: an hour, or three pauses of their own', async () => {
    await scene.query('update channel set heard_until = $1', [minutesAgo(61)]);
    const slow = await scene.account(town, { name: 'Slow' });
    await channelOf(slow, { pulse_ms: 3_600_000, heard_until: minutesAgo(170) });
    expect(await troubles()).toEqual([['last heard', 'warn', 'Nothing was heard for long by: The town (61 min).', expect.stringContaining('earshot coverage')]]);
    await scene.query('update channel set heard_until = $1 where account_id = $2', [minutesAgo(190), slow]);
    expect(await troubles()).toEqual([['last heard', 'warn', 'Nothing was heard for long by: Slow (190 min), The town (61 min).', expect.anything()]]);
    await scene.query('update channel set heard_from = null, heard_until = null');
    expect((await all()).find(({ check }) => check === 'last heard')?.words).toBe('No account has heard anything yet.');
    await scene.query('update channel set created_at = $1 where account_id = $2', [minutesAgo(200), slow]);
    expect(await troubles()).toEqual([['last heard', 'warn', 'Nothing was heard for long by: Slow (200 min).', expect.anything()]]);
  });
});

describe('channels', () => {
  it.each(['quarantined', 'stopped'])('are %s', async (state) => {
    await scene.query('update channel set state = $1', [state]);
    expect(await troubles()).toEqual([['channels', 'warn', '1 channel is set aside or stopped, of: The town.', expect.stringContaining('let it try again')]]);
  });

  it('are due and nobody reads them, unless somebody stopped that', async () => {
    await scene.query('update channel set next_at = $1', [minutesAgo(6)]);
    expect(await troubles()).toEqual([['lateness', 'warn', '1 channel is due for more than five minutes and nobody reads them, of: The town.', expect.stringContaining('role listen')]]);
    await scene.query(`update channel set lease_until = now() + interval '10 seconds'`);
    expect(await troubles()).toEqual([]);
    await scene.query(`update channel set lease_until = null, heard_until = $1`, [minutesAgo(90)]);
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), $1, 'listening', 'the server moves', 'Ann Lee')`, [town.id]);
    expect(await troubles()).toEqual([['stops', 'warn', expect.stringMatching(/^library-1, since 20\S+Z: Listening was stopped by Ann Lee: the server moves\.$/), expect.stringContaining('`earshot resume`')]]);
  });

  it.each(['open', 'partly-closed'])('have a gap that is %s', async (state) => {
    await scene.query(`insert into coverage_gap(id, channel_id, library_id, gap_to, why, state) values (gen_random_uuid(), $1, $2, now(), 'hunter2', $3)`, [channel, town.id, state]);
    expect(await troubles()).toEqual([['gaps', 'warn', '1 gap in what was heard is open.', expect.stringContaining('from when to when')]]);
    await scene.query(`update coverage_gap set state = 'lost'`);
    expect(await troubles()).toEqual([]);
  });

  it('brought what nobody can read, within a week', async () => {
    await scene.query(`insert into dead_letter(id, channel_id, library_id, why, digest) values (gen_random_uuid(), $1, $2, 'hunter2', 'x')`, [channel, town.id]);
    expect(await troubles()).toEqual([['dead letters', 'warn', '1 kind of thing that came in within a week could not be read, by: practice.', expect.stringContaining('authors of the plugin')]]);
    await scene.query(`update dead_letter set last_at = now() - interval '8 days'`);
    expect(await troubles()).toEqual([]);
  });
});

describe('replies', () => {
  it.each([
    ['unknown', {}, 'Of 1 reply nobody knows whether it arrived.', 'Staff decide about those in doubt and those that failed.'],
    ['failed', {}, '1 reply failed within a week.', 'Staff decide about those in doubt and those that failed.'],
    ['approved', { due_at: minutesAgo(11) }, '1 approved reply is due for ten minutes and was not sent.', 'Staff decide about those in doubt and those that failed. Does a process with the role work run?'],
  ])('are %s', async (state, told, words, cure) => {
    await reply(state, told);
    expect(await troubles()).toEqual([['replies', 'warn', words, cure]]);
  });

  it('wait where everything was stopped, which is no trouble of theirs', async () => {
    await reply('approved', { due_at: minutesAgo(11) });
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), null, 'all', 'the server moves', 'Ann Lee')`);
    expect(await troubles()).toEqual([['stops', 'warn', expect.stringMatching(/^The whole installation, since .+: Stopped by Ann Lee: the server moves\.$/), expect.anything()]]);
  });
});

describe('jobs', () => {
  it('failed for good, or wait for somebody who does them; those of the queue’s own clockwork are not told', async () => {
    await scene.query(`insert into pgboss.job(name, state, start_after) values ('notices.tell', 'failed', now()), ('notices.tell', 'failed', now()), ('privacy.tend', 'created', now() - interval '12 minutes'), ('__pgboss__send-it', 'created', now() - interval '1 hour')`);
    expect(await troubles()).toEqual([['jobs', 'warn', 'Failed for good within a week: notices.tell (2); due for ten minutes and not begun: privacy.tend (12 min).', expect.stringMatching(/`retryJob`\. Does a process with the role work run\?$/)]]);
  });
});

describe('push', () => {
  const push = (settings: Readonly<Record<string, string>> = { EARSHOT_PUBLIC_URL: 'https://earshot.library.example' }) => checkPush(owner, readConfig(settings, { read: () => undefined }));
  const browser = async (host: string, failures = 0): Promise<void> => {
    await scene.query(`insert into push_subscription(id, person_id, endpoint_hash, sealed, host, browser, failures) values ($1, $2, sha256($3), $3, $4, 'Firefox', $5)`, [newId(), await scene.person(town), Buffer.from(newId()), host, failures]);
  };
  beforeEach(() => scene.query('delete from push_subscription'));

  it('says how many browsers are told', async () => {
    expect(await push()).toEqual({ check: 'push', status: 'ok', words: 'Browsers can be told, and none is subscribed.' });
    await browser('push.example');
    await browser('push.example', 6);
    expect(await push()).toEqual({ check: 'push', status: 'ok', words: '2 browsers of staff are told.' });
  });
  it('warns of push services that take nothing', async () => {
    await browser('push.example');
    for (const failures of [7, 90]) await browser('push.example', failures);
    await browser('other.example');
    expect(await push()).toMatchObject({ check: 'push', status: 'warn', words: 'Nothing was taken for browsers of staff, 7 times in a row or more, by: push.example (2 of 3).', cure: expect.stringContaining('pushSubscriptions') });
  });
  it('says why none can be told', async () => {
    expect(await push({ EARSHOT_PUBLIC_URL: 'http://earshot.library.example' })).toMatchObject({ status: 'ok', words: expect.stringContaining('EARSHOT_PUBLIC_URL') });
  });
});
