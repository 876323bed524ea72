import { newId, type Tx } from '../../database/index.js';
import type { FollowAct } from '../follow-desk.js';
import type { FollowImportsService } from '../imports/follow-imports.service.js';
import { boundChangeColumns, type BoundChangeRow, type BoundListRow } from './bound-list.row.js';
import type { HeldList } from './hold-bound.js';

/** Follows who came and ends the follows of who went, in the transaction that holds the list. Each ending is a decision as in a review, and can be undone like one. */
export const applyChange = async (act: FollowAct, { list, bound, change }: HeldList & { readonly change: BoundChangeRow }, imports: FollowImportsService): Promise<BoundChangeRow> => {
  const { tx, actor } = act;
  if (change.importId !== null) await imports.applyIn(act, change.importId);
  await rememberMembers(tx, bound, change.importId);
  const leaving = await tx.query<{ id: string }>(
    `select f.id from bound_leaving g join follow f on f.id = g.follow_id and f.library_id = g.library_id where g.change_id = $1 and g.library_id = $2 and f.list_id = $3 and f.removed_at is null order by f.id for update of f`,
    [change.id, change.libraryId, list.id]);
  await tx.query(
    `with decided as (
       insert into follow_decision(id, library_id, follow_id, kind, before, by_actor)
       select t.id, $2, f.id, 'remove', jsonb_build_object('reviewOn', f.review_on::text, 'quietUntil', f.quiet_until::text), $3 from unnest($4::uuid[], $5::uuid[]) t(id, follow_id) join follow f on f.id = t.follow_id and f.library_id = $2
       returning id, follow_id)
     update bound_leaving g set decision_id = d.id from decided d where g.change_id = $1 and g.library_id = $2 and g.follow_id = d.follow_id`,
    [change.id, change.libraryId, actor.id, leaving.map(() => newId()), leaving.map(({ id }) => id)]);
  const ended = await tx.query<{ accountId: string }>(`update follow set removed_at = now() where id = any($1::uuid[]) and library_id = $2 returning account_id as "accountId"`, [leaving.map(({ id }) => id), change.libraryId]);
  await tx.query('delete from bound_member where bound_id = $1 and library_id = $2 and follow_id = any($3::uuid[])', [bound.id, bound.libraryId, leaving.map(({ id }) => id)]);
  act.replan(ended.map(({ accountId }) => accountId));
  const [applied] = await tx.query<BoundChangeRow>(
    `update bound_change c set state = 'applied', decided_by = $3, decided_at = now() where c.id = $1 and c.library_id = $2 returning ${boundChangeColumns}`, [change.id, change.libraryId, actor.id]);
  await act.record(list, 'follow-list.kept-in-step', { bound: bound.id, change: change.id, came: change.came, went: ended.length });
  return applied as BoundChangeRow;
};

/** Of the lines of an import: who is followed now, under whichever name they are on the network's list. Who is being added in the background is found by the next look. */
export const rememberMembers = async (tx: Tx, bound: Pick<BoundListRow, 'id' | 'libraryId' | 'listId'>, importId: string | null): Promise<void> => {
  if (importId === null) return;
  await tx.query(
    `insert into bound_member(bound_id, library_id, kind, network, key, follow_id)
     select distinct on (l.given->>'kind', l.given->>'network', l.given->>'key') $1, $2, l.given->>'kind', l.given->>'network', l.given->>'key', f.id
     from follow_import_line l join follow f on f.list_id = $3 and f.library_id = l.library_id and f.kind = l.kind and f.network = l.network and f.key = l.key and f.removed_at is null
     where l.import_id = $4 and l.library_id = $2 and l.given is not null
     on conflict (bound_id, kind, network, key) do update set follow_id = excluded.follow_id`,
    [bound.id, bound.libraryId, bound.listId, importId]);
};
