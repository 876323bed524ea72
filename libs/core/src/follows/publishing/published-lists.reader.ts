import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { Keyset, type Keyed, type Page } from '../../graphql/index.js';
import { publishedListColumns, type PublishedListRow, publishedMemberColumns, type PublishedMemberRow, type PublishedMemberState } from './published-list.row.js';
import { type Shown, shownSql } from './who-is-shown.js';

export const publishedListOrder = new Keyset('published lists', 'asc', [{ column: 'p.id', type: 'uuid' }]);
export const publishedMemberOrder = new Keyset('members of published lists', 'asc', [{ column: 'm.network', type: 'text' }, { column: 'm.key', type: 'text' }]);
export const shownOrder = new Keyset('who is shown', 'asc', [{ column: 's.id', type: 'uuid' }]);

export interface MemberCount {
  readonly publishedId: string;
  readonly state: PublishedMemberState;
  readonly count: number;
}

/** Reads what is shown on networks: lists that the reader's own libraries write. */
@Injectable()
export class PublishedListsReader {
  /** A page of {@link publishedListOrder}, without those that ended. */
  lists(reads: ReadScope, filter: { readonly listId?: string | undefined }, page: Page): Promise<readonly (PublishedListRow & Keyed)[]> {
    const parameters: unknown[] = [filter.listId ?? null];
    return reads.query(
      `select ${publishedListColumns}, ${publishedListOrder.select} from published_list p where p.library_id in (select scope()) and p.state <> 'ended' and ($1::uuid is null or p.list_id = $1) ${page.after(parameters)} ${publishedListOrder.orderBy} limit ${page.limit}`, parameters);
  }

  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly PublishedListRow[]> {
    return reads.query(`select ${publishedListColumns} from published_list p where p.library_id in (select scope()) and p.id = any($1::uuid[])`, [ids]);
  }

  counts(reads: ReadScope, ids: readonly string[]): Promise<readonly MemberCount[]> {
    return reads.query(`select published_id as "publishedId", state, count(*)::int as count from published_member where published_id = any($1::uuid[]) and library_id in (select scope()) group by 1, 2`, [ids]);
  }

  /** A page of {@link publishedMemberOrder}. */
  members(reads: ReadScope, { id, libraryId }: { readonly id: string; readonly libraryId: string }, page: Page): Promise<readonly (PublishedMemberRow & Keyed)[]> {
    const parameters: unknown[] = [id, libraryId];
    return reads.query(
      `select ${publishedMemberColumns}, ${publishedMemberOrder.select} from published_member m where m.published_id = $1 and m.library_id = $2 ${page.after(parameters)} ${publishedMemberOrder.orderBy} limit ${page.limit}`, parameters);
  }

  /** A page of {@link shownOrder}: every follow of a list, whether it would be shown or not. */
  follows(reads: ReadScope, { listId, libraryId }: { readonly listId: string; readonly libraryId: string }, page: Page): Promise<readonly (Shown & Keyed)[]> {
    const parameters: unknown[] = [listId, libraryId];
    return reads.query(`select s.*, ${shownOrder.select} from (${shownSql}) s where true ${page.after(parameters)} ${shownOrder.orderBy} limit ${page.limit}`, parameters);
  }
}
