import type { Ref } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import { type Key, inOrder, keyText, keysOf } from './key.js';
import { ThreadsMoved } from './threads.repository.js';

/** A row of something that a ref may name. */
interface Named {
  readonly id: string;
  readonly key: Key;
  readonly gone: boolean;
}

/** Rows that a ref tells to be one thing: what one host's name stands for, and what the network's does. */
export interface Join<Row> {
  /** By which it goes from now on. */
  readonly key: Key;
  readonly survivor: Row;
  readonly losers: readonly Row[];
}

/** The keys under which these may be stored, each once. */
export const everyKey = (refs: Iterable<Ref | undefined>): Key[] => {
  const keys = new Map<string, Key>();
  for (const ref of refs) if (ref !== undefined) for (const key of keysOf(ref)) keys.set(keyText(key), key);
  return [...keys.values()];
};

/**
 * What of the rows under these refs' keys is one thing. What is gone survives, because it must not come back; then what was told; then what
 * has the network's name already. In the order of their keys, so that two writers do not wait for each other in a ring.
 */
export const joinsOf = <Row extends Named>(refs: Iterable<Ref | undefined>, rows: ReadonlyMap<string, Row>, isTold: (row: Row) => boolean): readonly Join<Row>[] => {
  const found = new Map<string, { key: Key; rows: Map<string, Row> }>();
  const taken = new Set<string>();
  for (const ref of refs) {
    if (ref === undefined) continue;
    const [key, local] = keysOf(ref);
    const alias = local === undefined ? undefined : rows.get(keyText(local));
    if (alias === undefined || (taken.has(alias.id) && found.get(keyText(key))?.rows.has(alias.id) !== true)) continue;
    const join = found.get(keyText(key)) ?? { key, rows: new Map<string, Row>() };
    const own = rows.get(keyText(key));
    for (const row of own === undefined ? [alias] : [own, alias]) join.rows.set(row.id, row);
    taken.add(alias.id);
    found.set(keyText(key), join);
  }
  return [...found].sort(([a], [b]) => inOrder(a, b)).map(([, { key, rows: ofOne }]) => {
    const weight = (row: Row): number => Number(row.gone) * 4 + Number(isTold(row)) * 2 + Number(keyText(row.key) === keyText(key));
    const [survivor, ...losers] = [...ofOne.values()].sort((a, b) => weight(b) - weight(a) || inOrder(a.id, b.id)) as [Row, ...Row[]];
    return { key, survivor, losers };
  });
};

/** Makes one row of each, under the network's name. @throws ThreadsMoved where another transaction took that name meanwhile */
export const joinRows = async (tx: Tx, table: 'post' | 'profile', joins: readonly Join<Named>[]): Promise<void> => {
  if (joins.length === 0) return;
  const pairs = joins.flatMap(({ survivor, losers }) => losers.map((loser) => [loser.id, survivor.id] as const));
  if (pairs.length > 0) await tx.query(`select join_${table}s(loser, survivor) from unnest($1::uuid[], $2::uuid[]) as t(loser, survivor)`, [pairs.map(([loser]) => loser), pairs.map(([, survivor]) => survivor)]);
  const renamed = joins.filter(({ key, survivor }) => keyText(key) !== keyText(survivor.key));
  if (renamed.length === 0) return;
  const done = tx.query(`update ${table} t set remote_id = n.remote_id from unnest($1::uuid[], $2::text[]) as n(id, remote_id) where t.id = n.id`, [renamed.map(({ survivor }) => survivor.id), renamed.map(({ key }) => key.remoteId)]);
  await done.catch((error: unknown) => {
    throw (error as { readonly code?: string }).code === '23505' ? new ThreadsMoved('another took the name meanwhile', { cause: error }) : error;
  });
};
