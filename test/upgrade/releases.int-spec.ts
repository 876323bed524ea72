import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingMigrations, prepareDatabase } from '@earshot/core/database';
import { installJobQueue } from '@earshot/core/jobs';
import pg from 'pg';
import { listCatalogue } from '../../libs/core/src/database/catalogue.js';
import { rolePassword } from '../support/template.js';
import { createEmptyDatabase } from '../support/test-database.js';
import { releases, restoreFixture } from './fixtures.js';

interface Table { readonly name: string; readonly columns: string }
interface Held { readonly name: string; readonly rows: number; readonly digest: string }

/** What each version adds lines to. */
const lists = ['migrations', 'table_kind'];

/** Every table with its columns as they are now. */
const tablesOf = async (client: pg.Client): Promise<Table[]> =>
  (await client.query<Table>(
    `select c.oid::regclass::text as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p') and (c.relnamespace = 'public'::regnamespace and c.relname <> all ($1) or c.oid = 'pgboss.job'::regclass)
     group by c.oid order by 1`, [lists])).rows;

/** What these columns of each hold, whatever was added beside them. */
const held = async (client: pg.Client, tables: readonly Table[]): Promise<Held[]> => {
  const all: Held[] = [];
  for (const { name, columns } of tables)
    all.push(...(await client.query<Held>(`select '${name}' as name, count(*)::int as rows, md5(coalesce(string_agg(r.line, e'\\n' order by r.line), '')) as digest from (select row(${columns})::text as line from ${name}) r`)).rows);
  return all;
};

it('keeps the databases of releases', () => expect(releases).toContain('0.1.0'));

describe.each(releases)('a database of %s', (version) => {
  let client: pg.Client;
  let before: Held[];
  let tables: Table[];

  beforeAll(async () => {
    const owner = await createEmptyDatabase();
    await restoreFixture(owner, version);
    client = new pg.Client(owner);
    client.on('error', () => undefined);
    await client.connect();
    tables = await tablesOf(client);
    before = await held(client, tables);
    await prepareDatabase({ owner, password: rolePassword, also: installJobQueue });
  }, 60_000);
  afterAll(() => client.end());

  it('holds something of everything, so that an upgrade can lose it', () => {
    const rows = Object.fromEntries(before.map((table) => [table.name, table.rows]));
    const of = ['library', 'person', 'session', 'account', 'account_secret', 'channel', 'channel_count', 'plugin_store', 'follow_list', 'follow', 'follow_history', 'follow_import', 'follow_import_line', 'saved_search',
      'post', 'profile', 'thread', 'thread_look', 'finding', 'suppression', 'erasure', 'conversation', 'hearing', 'search_match', 'note', 'tag', 'timeline', 'thread_claim', 'outcome', 'reply', 'audit', 'change', 'pgboss.job'];
    expect(of.filter((name) => (rows[name] ?? 0) === 0)).toEqual([]);
    expect(rows['post']).toBeGreaterThan(100);
    expect(rows['reply']).toBe(8);
  });

  it('comes to this version with all that it holds', async () => {
    expect(await held(client, tables)).toEqual(before);
    expect(await missingMigrations(client)).toEqual([]);
  });

  it('has the schema then that an empty one gets', async () => {
    expect(await listCatalogue(client)).toEqual(readFileSync(new URL('../../libs/core/src/database/catalogue.txt', import.meta.url), 'utf8').trimEnd().split('\n'));
  });
});
