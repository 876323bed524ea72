import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { harmless, register } from './register.js';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open(await createTestDatabase());
});
afterAll(() => scene.close());

const registered = register.flatMap(({ table, columns }) => Object.keys(columns).map((column) => `${table}.${column}`));
const all = [...registered, ...Object.values(harmless).flat()].sort();

it('names every column that could hold a text, in one list and once', async () => {
  const columns = await scene.query<{ name: string }>(
    `select t.relname || '.' || a.attname as name from pg_attribute a join pg_class t on t.oid = a.attrelid
     where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and t.relname <> 'migrations' and a.attnum > 0 and not a.attisdropped
       and a.atttypid <> all(array['uuid', 'boolean', 'int', 'bigint', 'float8', 'date', 'timestamptz', 'xid8', 'int[]']::regtype[])`,
  );
  const existing = columns.map(({ name }) => name).sort();
  expect({ missing: existing.filter((name) => !all.includes(name)), unknown: all.filter((name) => !existing.includes(name)), twice: all.filter((name, index) => all.indexOf(name) !== index) })
    .toEqual({ missing: [], unknown: [], twice: [] });
});

it('says of every table whose rows they are, and by which key', async () => {
  for (const { table, key, ofPosts, ofProfiles } of register) {
    expect(ofPosts ?? ofProfiles).toBeDefined();
    const keys = await scene.query<{ name: string }>(
      `select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) where i.indrelid = $1::regclass and i.indisprimary order by 1`, [table]);
    expect({ table, key: keys.map(({ name }) => name) }).toEqual({ table, key: [...key].sort() });
  }
});
