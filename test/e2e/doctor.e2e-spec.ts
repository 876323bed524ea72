import { readFile, stat, writeFile } from 'node:fs/promises';
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
  expect(process.said).toMatch(/^\{/);
  return { code, said: process.said, told: JSON.parse(process.said) as Told };
};
const troubles = ({ told }: { told: Told }): readonly (readonly string[])[] => told.checks.filter(({ status }) => status !== 'ok').map(({ check, status }) => [check, status]);

describe('earshot doctor', () => {
  it('finds nothing in an installation that is well, and ends with 0; each of its checks is in the table of docs/operating.md', async () => {
    const seen = await doctor({ EARSHOT_PORT: new URL(earshot.server.url).port });
    expect(troubles(seen)).toEqual([]);
    expect(seen).toMatchObject({ code: 0, told: { status: 'ok' } });
    const table = /## The doctor\n[^]*?\n(\|[^]*?)\n\n/.exec(await readFile(join(import.meta.dirname, '../../docs/operating.md'), 'utf8'))?.[1] ?? '';
    const documented = table.split('\n').flatMap((row) => row.split('|')[1]?.match(/(?<=`)[^`,]+(?=`)/g) ?? []);
    // Told in the place of others: where a login is missing, and where the schema is of another version.
    const instead = ['logins', 'listening'];
    const logins = seen.told.checks.filter(({ check }) => check.startsWith('login '));
    expect(logins.map(({ check }) => check)).toEqual(['app', 'worker', 'listener', 'keeper'].map((role) => `login earshot_${role}`));
    expect([...new Set(seen.told.checks.map(({ check }) => (check.startsWith('login ') ? 'login …' : check))), ...instead].sort()).toEqual([...documented].sort());
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

  it('tells of a schema that is not the one it knows as one thing, and does not crash on it', async () => {
    await earshot.owner.query('alter table coverage_gap rename to gap_of_coverage');
    try {
      const { told } = await doctor();
      expect(told.checks.at(-1)).toEqual({ check: 'listening', status: 'fail', words: 'The schema is not the one that this version knows (42P01).', cure: 'See what "schema" says above.' });
    } finally {
      await earshot.owner.query('alter table gap_of_coverage rename to coverage_gap');
    }
  }, 60_000);

  it('names a plugin that is missing', async () => {
    const config = join(earshot.dataDirectory, 'plugins.json');
    await writeFile(config, '{ "plugins": ["earshot-plugin-nowhere"] }');
    const { told } = await doctor({ EARSHOT_CONFIG: config });
    expect(told.checks.find(({ check }) => check === 'plugins')).toMatchObject({ status: 'fail', words: expect.stringContaining('earshot-plugin-nowhere'), cure: expect.anything() });
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
