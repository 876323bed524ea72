import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { foundDemo } from '../../apps/cli/src/demo/found-demo.js';
import { EarshotProcess } from './earshot-process.js';
import { type RunningEarshot, runEarshot } from './running-earshot.js';

/** `earshot doctor`, beside an Earshot that runs: what it says of one that is well, and of what was broken on purpose. */
let earshot: RunningEarshot;
beforeAll(async () => {
  earshot = await runEarshot({ EARSHOT_ROLES: 'api' }, foundDemo);
  // Nobody listens here: what is due must not look late.
  await earshot.owner.query(`update channel set next_at = now() + interval '1 day'`);
}, 60_000);
afterAll(() => earshot.stop());

interface Told { readonly status: string; readonly checks: readonly { readonly check: string; readonly status: string; readonly words: string; readonly cure?: string }[] }

const doctor = async (settings: Readonly<Record<string, string>> = {}): Promise<{ code: unknown; said: string; told: Told }> => {
  const process = new EarshotProcess(['doctor', '--json'], { EARSHOT_DATA: earshot.dataDirectory, ...settings }, earshot.dataDirectory);
  const code = await process.end();
  return { code, said: process.said, told: JSON.parse(process.said) as Told };
};
const troubles = ({ told }: { told: Told }): readonly (readonly string[])[] => told.checks.filter(({ status }) => status !== 'ok').map(({ check, status }) => [check, status]);

describe('earshot doctor', () => {
  it('finds nothing in an installation that is well, and ends with 0', async () => {
    const seen = await doctor();
    expect(troubles(seen)).toEqual([]);
    expect(seen).toMatchObject({ code: 0, told: { status: 'ok' } });
    expect(seen.told.checks.map(({ check }) => check)).toEqual(expect.arrayContaining([
      'node', 'settings', 'data folder', 'disk space', 'installation key', 'plugins', 'port', 'database', 'PostgreSQL', 'character type', 'clock', 'schema',
      'login earshot_app', 'login earshot_worker', 'login earshot_listener', 'secrets', 'accounts', 'channels', 'lateness', 'gaps', 'dead letters', 'replies',
    ]));
  }, 60_000);

  it('names what is broken, with what to do and no secret, and ends with 1', async () => {
    const { owner } = earshot;
    const { rows } = await owner.query<{ id: string; library_id: string }>('select id, library_id from account limit 1');
    const account = rows[0];
    await owner.query('alter role earshot_worker bypassrls');
    await owner.query(`update account set health = 'sign-in-again', health_words = 'hunter2 was said' where id = $1`, [account?.id]);
    await owner.query(`insert into account_secret(account_id, sealed) values ($1, 'sealed by another key')`, [account?.id]);
    const channel = `insert into channel(id, account_id, library_id, key, mode, pulse_ms, state, next_at) values (gen_random_uuid(), $1, $2, $3, 'poll', 1000, $4, now() - interval '1 hour') returning id`;
    await owner.query(channel, [account?.id, account?.library_id, 'late', 'waiting']);
    const stopped = (await owner.query<{ id: string }>(channel, [account?.id, account?.library_id, 'set aside', 'quarantined'])).rows[0]?.id;
    await owner.query(`insert into coverage_gap(id, channel_id, library_id, gap_to, why) values (gen_random_uuid(), $1, $2, now(), 'hunter2')`, [stopped, account?.library_id]);
    await owner.query(`insert into dead_letter(id, channel_id, library_id, why, digest) values (gen_random_uuid(), $1, $2, 'hunter2', 'x')`, [stopped, account?.library_id]);
    const seen = await doctor();
    expect(troubles(seen)).toEqual([
      ['login earshot_worker', 'fail'], ['secrets', 'fail'], ['accounts', 'warn'], ['channels', 'warn'], ['lateness', 'warn'], ['gaps', 'warn'], ['dead letters', 'warn'],
    ]);
    expect(seen).toMatchObject({ code: 1, told: { status: 'fail' } });
    expect(seen.told.checks.filter(({ status, cure }) => status !== 'ok' && cure === undefined)).toEqual([]);
    expect(seen.said).not.toContain('hunter2');
  }, 60_000);

  it('names all bad settings at once', async () => {
    const seen = await doctor({ EARSHOT_PORT: 'many', EARSHOT_PROT: '80' });
    expect(seen).toMatchObject({ code: 1, told: { checks: [{ check: 'node' }, { check: 'settings', status: 'fail', words: expect.stringMatching(/EARSHOT_PROT[^]*EARSHOT_PORT must be/) }] } });
  }, 60_000);

  it('starts and makes nothing where no Earshot runs', async () => {
    const nowhere = join(earshot.dataDirectory, 'nowhere');
    const seen = await doctor({ EARSHOT_DATA: nowhere });
    expect(troubles(seen)).toEqual([['data folder', 'warn'], ['installation key', 'warn'], ['database', 'warn']]);
    expect(seen.code).toBe(0);
    await expect(stat(nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);
});
