import type { Tx } from '../../database/index.js';
import type { FollowKind } from '../follow.row.js';
import { type FollowTarget, identityOf } from '../found-entry.js';
import type { BoundListRow } from './bound-list.row.js';

/** One that the network told of and that was dealt with before. */
interface Known {
  readonly kind: FollowKind;
  readonly network: string;
  readonly key: string;
  readonly followId: string | null;
  /** It is followed now. */
  readonly live: boolean;
}

export interface ListDifference {
  /** Nobody dealt with them yet. */
  readonly came: readonly FollowTarget[];
  /** Follows of those who are on it no more. */
  readonly went: readonly string[];
  /** Why a person has to look before anything is done, whatever was chosen. */
  readonly held: string | null;
}

/** What a plugin tells of at most; a list that is cut there says nothing of who left. */
const mostTold = 20_000;
/** Fewer than a quarter of at least so many are what a mishap leaves, and no change of mind. */
const fewestToShrink = 4;

/**
 * What is otherwise than the last time that somebody decided. Whoever is on the network's list and followed by the follow list is in step, however that
 * came about; whoever was unfollowed here, or left out, stays so until they leave the network's list.
 */
export const differenceOf = async (tx: Tx, bound: BoundListRow, told: readonly FollowTarget[]): Promise<ListDifference> => {
  const on = new Map(told.map((target) => [identityOf(target), target]));
  const adopted = [...on.values()];
  await tx.query(
    `insert into bound_member(bound_id, library_id, kind, network, key, follow_id)
     select $1, $2, f.kind, f.network, f.key, f.id from unnest($4::text[], $5::text[], $6::text[]) t(kind, network, key)
     join follow f on f.list_id = $3 and f.library_id = $2 and f.kind = t.kind and f.network = t.network and f.key = t.key and f.removed_at is null
     on conflict (bound_id, kind, network, key) do update set follow_id = excluded.follow_id`,
    [bound.id, bound.libraryId, bound.listId, adopted.map(({ kind }) => kind), adopted.map(({ network }) => network), adopted.map(({ key }) => key)],
  );
  const known = await tx.query<Known>(
    `select m.kind, m.network, m.key, m.follow_id as "followId", f.id is not null and f.removed_at is null as live
     from bound_member m left join follow f on f.id = m.follow_id and f.library_id = m.library_id where m.bound_id = $1 and m.library_id = $2`, [bound.id, bound.libraryId]);
  const names = new Set(known.map((each) => identityOf(each)));
  const came = adopted.filter((target) => !names.has(identityOf(target)));
  const isOn = (each: Known): boolean => on.has(identityOf(each));
  const [staying, leaving] = [known.filter(isOn), known.filter((each) => !isOn(each))];
  if (told.length >= mostTold) return { came, went: [], held: `Its first ${mostTold} were read: who left it cannot be told.` };
  const gone = leaving.filter(({ live }) => !live);
  await tx.query('delete from bound_member where bound_id = $1 and library_id = $2 and (kind, network, key) in (select * from unnest($3::text[], $4::text[], $5::text[]))',
    [bound.id, bound.libraryId, gone.map(({ kind }) => kind), gone.map(({ network }) => network), gone.map(({ key }) => key)]);
  // Somebody who moved may be on it by both names.
  const kept = new Set(staying.map(({ followId }) => followId));
  const went = [...new Set(leaving.flatMap(({ live, followId }) => (live && followId !== null && !kept.has(followId) ? [followId] : [])))];
  return { came, went, held: heldFor(known.filter(({ live }) => live).length, staying.filter(({ live }) => live).length, told.length) };
};

const heldFor = (followed: number, still: number, told: number): string | null => {
  if (followed > 0 && told === 0) return 'Nobody is on it any more.';
  return followed >= fewestToShrink && 4 * still < followed ? `Of ${followed} who were followed by it, ${still} are still on it.` : null;
};
