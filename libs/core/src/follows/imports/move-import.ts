import type { Tx } from '../../database/index.js';
import { followImportColumns, type FollowImportRow } from './follow-import.row.js';

/** Into another state, in a transaction that holds its list; whoever looked it up has it no more. */
export const moveTo = async (tx: Tx, held: Pick<FollowImportRow, 'id' | 'libraryId' | 'listId'>, state: FollowImportRow['state']): Promise<FollowImportRow> => {
  const [row] = await tx.query<FollowImportRow>(
    `update follow_import i set state = $3, ended_at = case when $4 then now() end, lease_token = lease_token + 1, lease_until = null, version = version + 1
     where i.id = $1 and i.library_id = $2 returning ${followImportColumns}`,
    [held.id, held.libraryId, state, state === 'applied' || state === 'discarded'],
  );
  tx.hint({ kind: 'follow-list', id: held.listId, library: held.libraryId });
  return row as FollowImportRow;
};

/** Its lines say what there is to say. */
export const forgetDocument = async (tx: Tx, { id, libraryId }: Pick<FollowImportRow, 'id' | 'libraryId'>): Promise<void> => {
  await tx.query('delete from follow_import_part where import_id = $1 and library_id = $2', [id, libraryId]);
};
