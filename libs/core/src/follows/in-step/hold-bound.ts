import { PlatformError } from '../../errors/index.js';
import type { FollowAct } from '../follow-desk.js';
import type { FollowListRow } from '../follow.row.js';
import { writtenId } from '../written-words.js';
import { boundChangeColumns, type BoundChangeRow, boundListColumns, type BoundListRow } from './bound-list.row.js';

export interface HeldList {
  readonly list: FollowListRow;
  readonly bound: BoundListRow;
}

/** The binding, locked, and its follow list, which is locked first as everywhere. @throws PlatformError NOT_FOUND, FORBIDDEN */
export const holdBound = async (act: FollowAct, told: string): Promise<HeldList> => {
  const boundId = writtenId(told, 'boundListId');
  const noSuch = new PlatformError('NOT_FOUND', 'No list is kept in step by this id.', 'boundListId');
  const [seen] = await act.tx.query<{ listId: string }>('select list_id as "listId" from bound_list where id = $1 and library_id in (select scope())', [boundId]);
  if (seen === undefined) throw noSuch;
  const list = await act.list(seen.listId);
  const [bound] = await act.tx.query<BoundListRow>(`select ${boundListColumns} from bound_list b where b.id = $1 and b.library_id = $2 for update`, [boundId, list.libraryId]);
  if (bound === undefined) throw noSuch;
  return { list, bound };
};

/** The same, and a change that was found. */
export const holdChange = async (act: FollowAct, told: string): Promise<HeldList & { readonly change: BoundChangeRow }> => {
  const changeId = writtenId(told, 'changeId');
  const noSuch = new PlatformError('NOT_FOUND', 'There is no such change of a list.', 'changeId');
  const [seen] = await act.tx.query<{ boundId: string }>('select bound_id as "boundId" from bound_change where id = $1 and library_id in (select scope())', [changeId]);
  if (seen === undefined) throw noSuch;
  const held = await holdBound(act, seen.boundId);
  const [change] = await act.tx.query<BoundChangeRow>(`select ${boundChangeColumns} from bound_change c where c.id = $1 and c.library_id = $2 for update`, [changeId, held.list.libraryId]);
  if (change === undefined) throw noSuch;
  return { ...held, change };
};
