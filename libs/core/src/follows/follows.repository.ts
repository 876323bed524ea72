import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { followHistoryColumns, type FollowHistoryRow } from './follow-history.model.js';
import { followColumns, followListColumns, type FollowCategory, type FollowKind, type FollowListRow, type FollowRow } from './follow.row.js';

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

export interface FollowCount {
  readonly kind: FollowKind;
  readonly network: string;
  readonly count: number;
}

/** What the reader may see: written by their own libraries, or by one above. Named beside row-level security, so that the planner knows it too. */
const inSight = (table: string): string => `${table}.library_id in (select scope() union select scope_up())`;

/** Sorted by code points, and not by the database's locale: a page ends and begins at the same place whatever the cluster. */
export const listOrder = new Keyset('follow lists', 'asc', [{ column: 'lower(t.name) collate "C"', type: 'text' }, { column: 't.id', type: 'uuid' }]);
export const followOrder = new Keyset('follows', 'asc', [{ column: 'lower(f.label) collate "C"', type: 'text' }, { column: 'f.id', type: 'uuid' }]);

/** Reads follow lists and follows. Removed ones are found by id only: what was heard names them. */
@Injectable()
export class FollowsRepository {
  /** A page of {@link listOrder}: by name. */
  lists(reads: ReadScope, filter: { readonly libraryId?: string | undefined }, page: Page): Promise<readonly (FollowListRow & Keyed)[]> {
    const parameters: unknown[] = [filter.libraryId ?? null];
    return reads.query(
      `select ${followListColumns}, ${listOrder.select} from follow_list t
       where ${inSight('t')} and t.removed_at is null and ($1::uuid is null or t.library_id in (select ancestor_id from library_line where library_id = $1))
         ${page.after(parameters)} ${listOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  listsByIds(reads: Pick<ReadScope, 'query'>, ids: readonly string[]): Promise<readonly FollowListRow[]> {
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

  /** A page of {@link followOrder}: by label. */
  follows(reads: ReadScope, filter: FollowFilter, page: Page): Promise<readonly (FollowRow & Keyed)[]> {
    const parameters: unknown[] = [filter.libraryId ?? null, filter.listId ?? null, filter.kind ?? null, filter.category ?? null, filter.dueOn ?? null, filter.label ?? null];
    return reads.query(
      `select ${followColumns}, ${followOrder.select} from follow f
       where ${inSight('f')} and f.removed_at is null
         and ($1::uuid is null or f.library_id in (select ancestor_id from library_line where library_id = $1))
         and ($2::uuid is null or f.list_id = $2) and ($3::text is null or f.kind = $3) and ($4::text is null or f.category = $4)
         and ($5::text is null or f.review_on <= $5::date) and ($6::text is null or strpos(lower(f.label), lower($6)) > 0)
         ${page.after(parameters)} ${followOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /** The live follows of a list in the order of their adding, `most` of them after the one with the id `after`. */
  ofList(reads: Pick<ReadScope, 'query'>, { id, libraryId }: Pick<FollowListRow, 'id' | 'libraryId'>, after: string | undefined, most: number): Promise<readonly FollowRow[]> {
    return reads.query(
      `select ${followColumns} from follow f where f.list_id = $1 and f.library_id = $2 and f.removed_at is null and ($3::uuid is null or f.id > $3) order by f.id limit $4`,
      [id, libraryId, after ?? null, most],
    );
  }

  /** The weeks before these were followed. */
  histories(reads: ReadScope, ids: readonly string[]): Promise<readonly FollowHistoryRow[]> {
    return reads.query(`select ${followHistoryColumns} from follow_history h where ${inSight('h')} and h.follow_id = any($1::uuid[])`, [ids]);
  }

  /** The live follows by which a library hears: its own and those of the libraries above it, by kind and network. */
  counts(reads: ReadScope, libraryId: string): Promise<readonly FollowCount[]> {
    return reads.query(
      `select f.kind, f.network, count(*)::int as count from follow f
       where ${inSight('f')} and f.removed_at is null and f.library_id in (select ancestor_id from library_line where library_id = $1) group by 1, 2 order by 3 desc, 1, 2`,
      [libraryId],
    );
  }

  followsByIds(reads: ReadScope, ids: readonly string[]): Promise<readonly FollowRow[]> {
    return reads.query(`select ${followColumns} from follow f where ${inSight('f')} and f.id = any($1::uuid[])`, [ids]);
  }
}
