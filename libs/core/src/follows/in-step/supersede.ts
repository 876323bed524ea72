import type { FollowAct } from '../follow-desk.js';
import type { BoundListRow } from './bound-list.row.js';

/** What was found before and nobody decided on, no longer holds. The lines of its import say nothing any more. */
export const supersede = async ({ tx }: FollowAct, { id, libraryId }: Pick<BoundListRow, 'id' | 'libraryId'>): Promise<void> => {
  const gone = await tx.query<{ importId: string | null }>(
    `update bound_change set state = 'superseded' where bound_id = $1 and library_id = $2 and state in ('looking-up', 'waiting', 'held') returning import_id as "importId"`, [id, libraryId]);
  const imports = gone.flatMap(({ importId }) => importId ?? []);
  await tx.query(`delete from follow_import_line l using follow_import i where i.id = any($1::uuid[]) and i.library_id = $2 and i.state in ('receiving', 'looking-up', 'ready') and l.import_id = i.id and l.library_id = i.library_id`, [imports, libraryId]);
  await tx.query(
    `update follow_import set state = 'discarded', ended_at = now(), lease_token = lease_token + 1, lease_until = null, version = version + 1
     where id = any($1::uuid[]) and library_id = $2 and state in ('receiving', 'looking-up', 'ready')`, [imports, libraryId]);
};
