import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { listCatalogue } from './catalogue.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

const asOwner = async <T>(work: (owner: pg.Client) => Promise<T>): Promise<T> => {
  const owner = new pg.Client(test.owner);
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
};
const names = (sql: string): Promise<string[]> => asOwner(async (owner) => (await owner.query<{ name: string }>(sql)).rows.map((row) => row.name));
const tables = (kind: string): string => `select table_name as name from table_kind where kind = '${kind}'`;
const hasLibrary = `exists (select 1 from pg_attribute a where a.attrelid = name::regclass and a.attname = 'library_id' and a.attnotnull)`;

/** Platform tables that the application reaches without row-level security, and why nothing of a library leaks by them. */
const openPlatformTables: Readonly<Record<string, string>> = {
  table_kind: 'names of tables',
  installation: 'when it was founded: the column with the set-up link is not granted',
  library_line: 'which library stands above which: ids alone',
};

describe('the catalogue of a migrated database', () => {
  it('is the committed one', async () => {
    const committed = readFileSync(new URL('catalogue.txt', import.meta.url), 'utf8').trimEnd().split('\n');
    const now = await asOwner(listCatalogue);
    const drift = [...committed.filter((line) => !now.includes(line)).map((line) => `- ${line}`), ...now.filter((line) => !committed.includes(line)).map((line) => `+ ${line}`)];
    if (drift.length > 0) throw new Error(`catalogue.txt is not what the migrations make; if this is wanted, renew it by "npm run catalogue":\n${drift.join('\n')}`);
    expect(now).toEqual(committed);
  });
});

describe('the kinds of table', () => {
  it('give every table exactly one', async () => {
    const existing = await names(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`);
    expect(await names('select table_name as name from table_kind order by 1')).toEqual(existing);
  });

  it('keep the world without libraries and closed to the application and to jobs', async () => {
    expect(await names(`select name from (${tables('world')}) t where exists (select 1 from pg_attribute a where a.attrelid = name::regclass and a.attname = 'library_id')`)).toEqual([]);
    expect(
      await names(`select distinct name from (${tables('world')}) t, unnest(array['earshot_app', 'earshot_worker']) r
        where has_any_column_privilege(r, name::regclass, 'select, insert, update, references') or has_table_privilege(r, name::regclass, 'select, insert, update, delete, truncate')`),
    ).toEqual([]);
  });

  it.each([
    ['owned', ['own', 'own_delete', 'own_insert', 'own_update']],
    ['inherited', ['inherited', 'own', 'own_delete', 'own_insert', 'own_update']],
  ])('give what is %s a library, row-level security and these policies for application and jobs', async (kind, policies) => {
    expect(await names(tables(kind))).not.toEqual([]);
    expect(await names(`select name from (${tables(kind)}) t where not ${hasLibrary}`)).toEqual([]);
    expect(await names(`select relname as name from pg_class where relname in (${tables(kind)}) and relnamespace = 'public'::regnamespace and not relrowsecurity`)).toEqual([]);
    expect(
      await names(`select table_name || ': ' || p.policies::text as name from table_kind t
        cross join lateral (select coalesce(array_agg(policyname::text order by policyname), '{}') policies from pg_policies
          where schemaname = 'public' and tablename = t.table_name and roles && '{earshot_app,earshot_worker}'::name[]) p
        where t.kind = '${kind}' and p.policies <> '{${policies.join(',')}}'::text[]`),
    ).toEqual([]);
  });

  it('tie everything that belongs to a conversation to the library of that conversation', async () => {
    expect(
      await names(`select t.name from (${tables('owned')}) t join pg_attribute a on a.attrelid = t.name::regclass and a.attname = 'conversation_id'
        where not exists (select 1 from pg_constraint k where k.conrelid = t.name::regclass and k.contype = 'f' and k.confrelid = 'conversation'::regclass
          and pg_get_constraintdef(k.oid) like 'FOREIGN KEY (conversation_id, library_id) REFERENCES conversation(id, library_id)%')`),
    ).toEqual([]);
  });

  it('bind the application to rows of its own in platform tables, but for those listed', async () => {
    expect(
      await names(`select c.relname as name from pg_class c join table_kind t on t.table_name = c.relname and t.kind = 'platform'
        where c.relnamespace = 'public'::regnamespace and not c.relrowsecurity
          and (has_any_column_privilege('earshot_app', c.oid, 'select, insert, update') or has_table_privilege('earshot_app', c.oid, 'select, insert, update, delete'))
        order by 1`),
    ).toEqual(Object.keys(openPlatformTables).sort());
    expect(await names(`select a.attname as name from pg_attribute a where has_column_privilege('earshot_app', a.attrelid, a.attnum, 'select')
      and (a.attrelid, a.attname) in (values ('account_secret'::regclass, 'sealed'::name), ('installation', 'setup_hash'))`)).toEqual([]);
  });

  it('let nobody but the owner run what passes row-level security, except what is granted by name', async () => {
    expect(await names(`select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef and has_function_privilege('public', oid, 'execute')`)).toEqual([]);
    expect(await names(`select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef and not coalesce(proconfig::text like '%search_path=%', false)`)).toEqual([]);
  });
});
