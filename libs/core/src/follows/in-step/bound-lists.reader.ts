import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { Keyset, type Keyed, type Page } from '../../graphql/index.js';
import { boundChangeColumns, type BoundChangeRow, boundListColumns, type BoundListRow } from './bound-list.row.js';

export const boundListOrder = new Keyset('lists kept in step', 'asc', [{ column: 'b.id', type: 'uuid' }]);
export const boundChangeOrder = new Keyset('changes of lists', 'desc', [{ column: 'c.found_at', type: 'timestamptz' }, { column: 'c.id', type: 'uuid' }]);

/** Who went: the follow, and the decision that ended it, where it was applied. */
export interface LeavingRow {
  readonly changeId: string;
  readonly followId: string;
  readonly decisionId: string | null;
}
export const leavingOrder = new Keyset('who went', 'asc', [{ column: 'g.follow_id', type: 'uuid' }]);

/** Reads what is kept in step: that of lists that the reader's own libraries write. */
@Injectable()
export class BoundListsReader {
  /** A page of {@link boundListOrder}, without those that ended. */
  lists(reads: ReadScope, filter: { readonly listId?: string | undefined }, page: Page): Promise<readonly (BoundListRow & Keyed)[]> {
    const parameters: unknown[] = [filter.listId ?? null];
    return reads.query(
      `select ${boundListColumns}, ${boundListOrder.select} from bound_list b where b.library_id in (select scope()) and b.state <> 'ended' and ($1::uuid is null or b.list_id = $1) ${page.after(parameters)} ${boundListOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly BoundListRow[]> {
    return reads.query(`select ${boundListColumns} from bound_list b where b.library_id in (select scope()) and b.id = any($1::uuid[])`, [ids]);
  }

  /** A page of {@link boundChangeOrder}: the latest first. */
  changes(reads: ReadScope, { id, libraryId }: { readonly id: string; readonly libraryId: string }, page: Page): Promise<readonly (BoundChangeRow & Keyed)[]> {
    const parameters: unknown[] = [id, libraryId];
    return reads.query(
      `select ${boundChangeColumns}, ${boundChangeOrder.select} from bound_change c where c.bound_id = $1 and c.library_id = $2 and c.state <> 'superseded' ${page.after(parameters)} ${boundChangeOrder.orderBy} limit ${page.limit}`, parameters);
  }

  changesByIds(reads: ReadScope, ids: readonly string[]): Promise<readonly BoundChangeRow[]> {
    return reads.query(`select ${boundChangeColumns} from bound_change c where c.library_id in (select scope()) and c.id = any($1::uuid[])`, [ids]);
  }

  /** The one of each list that waits for somebody. */
  waiting(reads: ReadScope, boundIds: readonly string[]): Promise<readonly BoundChangeRow[]> {
    return reads.query(`select ${boundChangeColumns} from bound_change c where c.library_id in (select scope()) and c.bound_id = any($1::uuid[]) and c.state in ('waiting', 'held')`, [boundIds]);
  }

  /** A page of {@link leavingOrder}. */
  leaving(reads: ReadScope, { id, libraryId }: { readonly id: string; readonly libraryId: string }, page: Page): Promise<readonly (LeavingRow & Keyed)[]> {
    const parameters: unknown[] = [id, libraryId];
    return reads.query(
      `select g.change_id as "changeId", g.follow_id as "followId", g.decision_id as "decisionId", ${leavingOrder.select} from bound_leaving g where g.change_id = $1 and g.library_id = $2 ${page.after(parameters)} ${leavingOrder.orderBy} limit ${page.limit}`, parameters);
  }
}
