import type { ClientBase } from 'pg';
import { readSql } from './read-sql.js';

const listing = readSql(import.meta.url, './catalogue.sql');

/**
 * What the schema of a migrated database consists of, one sorted line for each table, column, index, constraint, policy, grant, view,
 * function and trigger. The same on every supported PostgreSQL: catalogue.txt beside this file is that listing, and a test compares.
 */
export const listCatalogue = async (client: ClientBase): Promise<string[]> => {
  const { rows } = await client.query<{ text: string }>(listing);
  return rows.map((row) => row.text);
};
