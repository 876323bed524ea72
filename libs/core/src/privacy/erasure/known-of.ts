import type { Tx } from '../../database/index.js';
import { register } from '../register/register.js';
import { columnsOf } from '../register/statements.js';
import type { Person } from './person-of.js';

const all = ['words', 'derived', 'identifier', 'quotable'] as const;
/** A search index is of no use to a reader: it is made of the text beside it. */
const unreadable = new Set(['post.search']);

/** All that the register finds of somebody, table by table: their own rows whole, and what staff wrote in the conversations where they spoke. */
export const knownOf = async (tx: Tx, person: Person): Promise<Readonly<Record<string, readonly object[]>>> => {
  const posts = (await tx.query<{ id: string }>('select id from post where author_id = $1', [person.id])).map(({ id }) => id);
  const known: Record<string, readonly object[]> = {};
  for (const entry of register) {
    const columns = columnsOf(entry, all).filter((name) => !unreadable.has(`${entry.table}.${name}`));
    const more = entry.table === 'post' ? ['network', 'posted_at', 'heard_at', 'gone_at', 'gone_why'] : [];
    known[entry.table] = await tx.query(
      `select ${[...new Set([...entry.key, ...columns, ...more])].map((name) => `t.${name}`).join(', ')} from ${entry.table} t where ${entry.ofPosts ?? entry.ofProfiles} order by ${entry.key.map((name) => `t.${name}`).join(', ')}`,
      [entry.ofPosts === undefined ? [person.id] : posts]);
  }
  return known;
};
