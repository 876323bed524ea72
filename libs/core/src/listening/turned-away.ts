import { type Tx, readSql } from '../database/index.js';
import type { Origin } from '../plugins/index.js';
import type { Cause, Suppression } from '../privacy/index.js';
import type { Purpose } from '@earshot/plugin-sdk';
import { keyOf, refText } from './key.js';
import type { TurnedAway } from './screen.js';
import { type HashesOfBatch, ownHashes } from './still-welcome.js';

const rememberSql = readSql(import.meta.url, './sql/remember-not-kept.sql');
/** Signs are a plugin's own words, and short. */
const longestSign = 200;

/** Remembers why posts were not kept, by hashes alone: in the transaction that counts them. */
export const rememberTurnedAway = async (
  tx: Tx, away: readonly TurnedAway[], { origin, at, hashes, suppression }: { readonly origin: Origin; readonly at: Date; readonly hashes: HashesOfBatch; readonly suppression: Suppression },
): Promise<void> => {
  if (away.length === 0) return;
  const own = away.map(({ post }) => hashes.get(refText(post.ref)) ?? ownHashes(post, suppression));
  await tx.query(rememberSql, [
    origin.accountId, origin.channelId ?? null, at, own.map(({ post }) => post),
    away.map(({ post }) => (post.url === null || post.url === undefined || post.url === keyOf(post.ref).remoteId ? null : suppression.post(post.ref.network, post.url))),
    own.map(({ author }) => author ?? null), away.map(({ cause }) => cause), away.map(({ because }) => because?.purpose ?? null), away.map(({ because }) => because?.sign.slice(0, longestSign) ?? null),
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
