import type { Ref } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import { keyOf, keyText } from './key.js';

/** Another transaction told meanwhile what one of our names stands for: nothing was stored, the same batch is named and screened anew. */
export class NamesMoved extends Error {
  override readonly name = 'NamesMoved';
}

/** A row, and the ref that names it. */
export interface NamedRow {
  readonly ref: Ref;
  readonly id: string;
}

/**
 * Writes down what single hosts call these rows: once a name is there, nobody else gives it away. Also what has no other name than that yet is
 * written down, so that whoever tells the network's name for it waits for us, or we find theirs.
 * @throws NamesMoved
 */
export const nameLocally = async (tx: Tx, table: 'post' | 'profile', rows: readonly NamedRow[]): Promise<void> => {
  const named = rows.flatMap(({ ref, id }) => (ref.local === undefined ? [] : [{ network: ref.network, ...ref.local, localId: ref.local.id, row: id, isOnly: ref.id === undefined || keyText(keyOf({ network: ref.network, local: ref.local })) === keyText(keyOf(ref)) }]));
  if (named.length === 0) return;
  const columns = [named.map((each) => each.network), named.map((each) => each.host), named.map((each) => each.localId), named.map((each) => each.row)];
  await tx.query(
    `insert into ${table}_alias(network, host, local_id, ${table}_id) select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) as t(network, host, local_id, row_id)
     order by network, host, local_id on conflict do nothing`, columns);
  const moved = await tx.query(
    `select 1 from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::boolean[]) as t(network, host, local_id, row_id, no_other)
     join ${table}_alias a using (network, host, local_id) join ${table} other on other.id = a.${table}_id
     where a.${table}_id <> t.row_id and (t.no_other or other.remote_id = t.host || '/' || t.local_id) limit 1`, [...columns, named.map(({ isOnly }) => isOnly)]);
  if (moved.length > 0) throw new NamesMoved(`a ${table} was named meanwhile`);
};
