import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@earshot/core/config';
import { knownMigrations, newId } from '@earshot/core/database';
import type { Client } from 'pg';
import { type TestDatabase, connectOwner, createTestDatabase } from '../../../../test/support/test-database.js';
import type { Checked } from './checked.js';
import { checkDatabase, checkLogins, checkSecrets, reachDatabase } from './database-checks.js';

let test: TestDatabase;
let owner: Client;
beforeAll(async () => {
  test = await createTestDatabase();
  owner = await connectOwner(test);
});
afterAll(() => owner.end());

const configOf = (settings: Readonly<Record<string, string>>) => readConfig(settings, { read: () => undefined });
/** What is made here is gone afterwards. */
const where = async <T>(sql: string, look: () => Promise<T>): Promise<T> => {
  await owner.query(`begin; ${sql}`);
  try {
    return await look();
  } finally {
    await owner.query('rollback');
  }
};
/** A server that answers this where it is asked that, and else as ours does. */
const answering = (asked: RegExp, row: object): Client =>
  ({ query: (sql: string, values?: unknown[]) => (asked.test(sql) ? Promise.resolve({ rows: [row], rowCount: 1 }) : owner.query(sql, values)) }) as unknown as Client;
const check = (all: readonly Checked[], name: string): Checked | undefined => all.find((each) => each.check === name);

describe('the database', () => {
  it('is one that suits', async () => {
    const all = await checkDatabase(owner);
    expect(all.map(({ check: name, status }) => [name, status])).toEqual([['PostgreSQL', 'ok'], ['character type', 'ok'], ['clock', 'ok'], ['schema', 'ok']]);
    expect(check(all, 'PostgreSQL')?.words).toMatch(/^PostgreSQL \d+\.\d+, in UTF8\.$/);
  });

  it('cannot be reached, which is told without a password', async () => {
    const { checked, owner: none } = await reachDatabase(configOf({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/theirs' }));
    expect([checked, none]).toEqual([{ check: 'database', status: 'fail', words: expect.stringMatching(/me at 127\.0\.0\.1:1, database theirs/), cure: expect.stringContaining('Check DATABASE_URL') }, undefined]);
    expect(checked.words).not.toContain('hunter2');
  });

  it('is not there where no Earshot runs', async () => {
    const { checked } = await reachDatabase(configOf({ EARSHOT_DATA: '/nowhere/at/all' }));
    expect(checked).toMatchObject({ check: 'database', status: 'warn', words: expect.stringContaining('No Earshot runs on /nowhere/at/all'), cure: 'Run the doctor beside a running Earshot.' });
  });

  it.each([
    [{ version: 140_011, encoding: 'UTF8', may_create: true }, 'This PostgreSQL is version 14; Earshot needs 15 or newer.', 'Upgrade PostgreSQL'],
    [{ version: 150_000, encoding: 'SQL_ASCII', may_create: true }, 'The database is encoded in SQL_ASCII; Earshot needs UTF8.', `ENCODING 'UTF8'`],
    [{ version: 150_000, encoding: 'UTF8', may_create: false }, 'The user of DATABASE_URL may not create tables in this database.', 'ALTER DATABASE'],
  ])('does not suit: %j', async (server, words, cure) => {
    expect(check(await checkDatabase(answering(/server_version_num/, server)), 'PostgreSQL')).toEqual({ check: 'PostgreSQL', status: 'fail', words, cure: expect.stringContaining(cure) });
  });

  it.each(['C', 'POSIX'])('knows no letters but those of ASCII: %s', async (ctype) => {
    expect(check(await checkDatabase(answering(/datctype/, { ctype })), 'character type')).toMatchObject({ status: 'warn', words: expect.stringContaining(`LC_CTYPE of this database is ${ctype}`), cure: expect.stringContaining(`LC_CTYPE 'C.UTF-8'`) });
  });

  it.each([-9_000, 9_000])('has a clock of its own, by %d ms', async (by) => {
    expect(check(await checkDatabase(answering(/clock_timestamp/, { now: new Date(Date.now() + by) })), 'clock')).toMatchObject({ status: 'warn', words: expect.stringMatching(/differ by \d+\.\d s\.$/), cure: expect.stringContaining('NTP') });
  });

  it('has a schema of before, or of later', async () => {
    const last = knownMigrations.at(-1) ?? '';
    const schema = (sql: string) => where(sql, async () => check(await checkDatabase(owner), 'schema'));
    expect(await schema(`delete from migrations where name = '${last}'`)).toEqual({ check: 'schema', status: 'warn', words: `The database lacks ${last}.`, cure: expect.stringContaining('npx earshot migrate') });
    expect(await schema(`insert into migrations(timestamp, name) values (9999999999999, 'Tomorrow9999999999999')`)).toMatchObject({ status: 'fail', words: expect.stringContaining('it has Tomorrow9999999999999'), cure: expect.stringContaining('Start the newer version') });
  });
});

describe('the logins', () => {
  const logins = (of: Client, appUrl?: string) =>
    checkLogins(of, test.owner, configOf(appUrl === undefined ? {} : { DATABASE_URL: 'postgres://owner@127.0.0.1/theirs', EARSHOT_APP_DATABASE_URL: appUrl }), Buffer.alloc(32, 99));

  it('are missing', async () => {
    expect(await logins(answering(/from pg_roles/, { name: 'earshot_listener' }))).toEqual([
      { check: 'logins', status: 'fail', words: 'The database has no login earshot_app, earshot_worker, earshot_keeper.', cure: expect.stringContaining('earshot roles') },
    ]);
  });

  it('have another password than the key gives', async () => {
    expect(await logins(owner)).toEqual(['app', 'worker', 'listener', 'keeper'].map((role) => ({
      check: `login earshot_${role}`, status: 'fail', words: `The role earshot_${role} exists, with another password than this installation's key gives it.`, cure: expect.stringContaining('Restore the key file'),
    })));
  });

  it('own tables, or are not bound, where the administrator named their own', async () => {
    const { user = '', password, host = '', port } = test.owner;
    const told = await logins(owner, `postgres://${user}:${encodeURIComponent(String(password))}@${encodeURIComponent(host)}:${port}/${test.name}`);
    expect(check(told, 'login earshot_app')).toMatchObject({ status: 'fail', words: expect.stringContaining(`role ${user} is not bound by row-level security`), cure: expect.stringContaining(`ALTER ROLE ${user} NOSUPERUSER NOBYPASSRLS`) });
  });

  it('are not let in at all', async () => {
    const told = await logins(owner, 'postgres://me:hunter2@127.0.0.1:1/theirs');
    expect(check(told, 'login earshot_app')).toEqual({ check: 'login earshot_app', status: 'fail', words: 'The database does not let me in (ECONNREFUSED).', cure: 'Check EARSHOT_APP_DATABASE_URL.' });
  });
});

describe('the secrets of accounts', () => {
  const opens = (accountId: string): void => {
    if (accountId.endsWith('0')) throw new Error('not sealed by this key');
  };
  const account = `insert into library(id, root_id, kind, name, handle) values ('${'1'.repeat(8)}-0000-4000-8000-000000000001', '${'1'.repeat(8)}-0000-4000-8000-000000000001', 'library', 'Ashford', 'ashford');`;
  const sealed = (id: string, name: string): string =>
    `insert into account(id, library_id, plugin, name) values ('${id}', '${'1'.repeat(8)}-0000-4000-8000-000000000001', 'practice', '${name}'); insert into account_secret(account_id, sealed) values ('${id}', 'x');`;
  const ending = (digit: string): string => `${newId().slice(0, -1)}${digit}`;

  it('are none, are opened, or are not', async () => {
    expect(await checkSecrets(owner, opens)).toEqual({ check: 'secrets', status: 'ok', words: 'No account has secrets.' });
    const good = account + sealed(ending('1'), 'Ours');
    expect(await where(good, () => checkSecrets(owner, opens))).toEqual({ check: 'secrets', status: 'ok', words: 'The key opens the secrets of 1 account, and no other has any.' });
    expect(await where(good + sealed(ending('0'), 'Theirs'), () => checkSecrets(owner, opens))).toEqual({
      check: 'secrets', status: 'fail', words: 'The installation key does not open the secrets of: Theirs.', cure: expect.stringContaining('sign these accounts in again'),
    });
  });
});
