import { type Tx, readSql } from '../database/index.js';
import type { Origin } from '../plugins/index.js';
import type { Cause, Suppression } from '../privacy/index.js';
import type { Purpose } from '@earshot/plugin-sdk';
import { keyOf } from './key.js';
import type { TurnedAway } from './screen.js';

const rememberSql = readSql(import.meta.url, './sql/remember-not-kept.sql');
/** Signs are a plugin's own words, and short. */
const longestSign = 200;

/** Remembers why posts were not kept, by hashes alone: in the transaction that counts them. */
export const rememberTurnedAway = async (tx: Tx, away: readonly TurnedAway[], { accountId, channelId }: Pick<Origin, 'accountId' | 'channelId'>, at: Date, suppression: Suppression): Promise<void> => {
  if (away.length === 0) return;
  const refs = away.map(({ post }) => ({ key: keyOf(post.ref), author: post.author === undefined ? undefined : keyOf(post.author) }));
  await tx.query(rememberSql, [
    accountId, channelId ?? null, at,
    refs.map(({ key }) => suppression.post(key.network, key.remoteId)),
    away.map(({ post }, index) => (post.url === null || post.url === undefined || post.url === refs[index]?.key.remoteId ? null : suppression.post(post.ref.network, post.url))),
    refs.map(({ author }) => (author === undefined ? null : suppression.profile(author.network, author.remoteId))),
    away.map(({ cause }) => cause), away.map(({ because }) => because?.purpose ?? null), away.map(({ because }) => because?.sign.slice(0, longestSign) ?? null),
  ]);
};

/** Why a post was not kept, as it was decided then. */
export interface Remembered {
  readonly cause: Cause;
  /** Null, as `sign`: our own lists decided. */
  readonly purpose: Purpose | null;
  readonly sign: string | null;
  readonly at: Date;
}

/** Of the accounts by which these libraries hear, the latest first. `named`: the network's id of the post, or its address. */
export const recallTurnedAway = (tx: Tx, named: string, networks: readonly string[], libraries: readonly string[], suppression: Suppression): Promise<readonly Remembered[]> =>
  tx.query<Remembered>(
    `select n.cause, n.purpose, n.sign, n.at from not_kept n join account a on a.id = n.account_id
     where (n.post = any($1::bytea[]) or n.address = any($1::bytea[])) and a.library_id in (select l.ancestor_id from library_line l where l.library_id = any($2::uuid[])) order by n.at desc`,
    [networks.map((network) => suppression.post(network, named)), libraries]);
