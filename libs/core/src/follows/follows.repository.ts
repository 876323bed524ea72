import { Injectable } from '@nestjs/common';
import type { ReadScope, Tx } from '../database/index.js';
import { followColumns, followListColumns, type FollowCategory, type FollowKind, type FollowListRow, type FollowRow, type LiveFollow } from './follow.row.js';

export interface FollowFilter {
  /** Follows by which this library hears: its own and those of the libraries above it. */
  readonly libraryId?: string | undefined;
  readonly listId?: string | undefined;
  readonly kind?: FollowKind | undefined;
  readonly category?: FollowCategory | undefined;
  /** Whose review date is this day or earlier. */
  readonly dueOn?: string | undefined;
  /** A part of the label, whatever its case. */
  readonly label?: string | undefined;
}

export interface NameKey {
  readonly at: string;
  readonly id: string;
}

/** What the reader may see: written by their own libraries, or by one above. Named beside row-level security, so that the planner knows it too. */
const inSight = (table: string): string => `${table}.library_id in (select scope() union select scope_up())`;
/** Sorted by code points, and not by the database's locale: a page ends and begins at the same place whatever the cluster. */
const byName = (column: string): string => `lower(${column}) collate "C"`;

/** Reads follow lists and follows. Removed ones are found by id only: what was heard names them. */
@Injectable()
export class FollowsRepository {
  /** In the order of their names. */
  lists(reads: ReadScope, filter: { readonly libraryId?: string | undefined }, page: { readonly limit: number; readonly after?: NameKey | undefined }): Promise<readonly (FollowListRow & { readonly sortKey: string })[]> {
    return reads.query(
      `select ${followListColumns}, ${byName('t.name')} as "sortKey" from follow_list t
       where ${inSight('t')} and t.removed_at is null
         and ($1::uuid is null or t.library_id in (select ancestor_id from library_line where library_id = $1))
         and ($2::text is null or (${byName('t.name')}, t.id) > ($2 collate "C", $3::uuid)) order by ${byName('t.name')}, t.id limit $4`,
      [filter.libraryId ?? null, page.after?.at ?? null, page.after?.id ?? null, page.limit],
    );
  }

  listsByIds(reads: ReadScope, ids: readonly string[]): Promise<readonly FollowListRow[]> {
    return reads.query(`select ${followListColumns} from follow_list t where ${inSight('t')} and t.id = any($1::uuid[])`, [ids]);
  }

  /** How many live follows each list has. */
  async sizes(reads: ReadScope, listIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await reads.query<{ id: string; size: number }>(
      `select f.list_id as id, count(*)::int as size from follow f where ${inSight('f')} and f.list_id = any($1::uuid[]) and f.removed_at is null group by f.list_id`,
      [listIds],
    );
    return new Map(rows.map(({ id, size }) => [id, size]));
  }

  /** In the order of their labels. */
  follows(reads: ReadScope, filter: FollowFilter, page: { readonly limit: number; readonly after?: NameKey | undefined }): Promise<readonly (FollowRow & { readonly sortKey: string })[]> {
    return reads.query(
      `select ${followColumns}, ${byName('f.label')} as "sortKey" from follow f
       where ${inSight('f')} and f.removed_at is null
         and ($1::uuid is null or f.library_id in (select ancestor_id from library_line where library_id = $1))
         and ($2::uuid is null or f.list_id = $2) and ($3::text is null or f.kind = $3) and ($4::text is null or f.category = $4)
         and ($5::text is null or f.review_on <= $5::date) and ($6::text is null or strpos(lower(f.label), lower($6)) > 0)
         and ($7::text is null or (${byName('f.label')}, f.id) > ($7 collate "C", $8::uuid)) order by ${byName('f.label')}, f.id limit $9`,
      [filter.libraryId ?? null, filter.listId ?? null, filter.kind ?? null, filter.category ?? null, filter.dueOn ?? null, filter.label ?? null, page.after?.at ?? null, page.after?.id ?? null, page.limit],
    );
  }

  followsByIds(reads: ReadScope, ids: readonly string[]): Promise<readonly FollowRow[]> {
    return reads.query(`select ${followColumns} from follow f where ${inSight('f')} and f.id = any($1::uuid[])`, [ids]);
  }

  /**
   * Every live follow of every library, ordered by id; with `listIds`, of these lists only, as a hint names them.
   * Only in a transaction of the listener, whom no library bounds.
   */
  liveForMatching(tx: Tx, listIds?: readonly string[]): Promise<LiveFollow[]> {
    return tx.query<LiveFollow>(
      `select f.id, f.library_id as "libraryId", f.list_id as "listId", f.account_id as "accountId", f.kind, f.network, f.key, f.category, f.keep_days as "keepDays"
       from follow f where f.removed_at is null and ($1::uuid[] is null or f.list_id = any($1)) order by f.id`,
      [listIds ?? null],
    );
  }
}
