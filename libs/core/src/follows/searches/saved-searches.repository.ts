import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { inOrder, type Keyed, Keyset, type Page, type RequestContext } from '../../graphql/index.js';
import { savedSearchColumns, type SavedSearchRow, type SearchEffect } from './saved-search.row.js';

export interface SearchFilter {
  /** Searches that this library uses: its own and those of the libraries above it. */
  readonly libraryId?: string | undefined;
  readonly does?: SearchEffect | undefined;
}

const inSight = 's.library_id in (select scope() union select scope_up())';
const searchKey = Symbol('saved search');

/** Sorted by code points, and not by the database's locale: a page ends and begins at the same place whatever the cluster. */
export const searchOrder = new Keyset('saved searches', 'asc', [{ column: 'lower(s.name) collate "C"', type: 'text' }, { column: 's.id', type: 'uuid' }]);

/** Reads saved searches. Those that ended are found by id only. */
@Injectable()
export class SavedSearchesRepository {
  /** A page of {@link searchOrder}: by name. */
  page(reads: ReadScope, { libraryId, does }: SearchFilter, page: Page): Promise<readonly (SavedSearchRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId ?? null, does ?? null];
    return reads.query(
      `select ${savedSearchColumns}, ${searchOrder.select} from saved_search s
       where ${inSight} and s.removed_at is null and ($1::uuid is null or s.library_id in (select ancestor_id from library_line where library_id = $1)) and ($2::text is null or s.does = $2)
         ${page.after(parameters)} ${searchOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  byId(request: RequestContext, id: string): Promise<SavedSearchRow | undefined> {
    const read = async (ids: readonly string[]): Promise<readonly (SavedSearchRow | undefined)[]> =>
      inOrder(ids, await request.reads.query<SavedSearchRow>(`select ${savedSearchColumns} from saved_search s where ${inSight} and s.id = any($1::uuid[])`, [ids]), (row) => row.id);
    return request.loader<string, SavedSearchRow | undefined>(searchKey, read).load(id);
  }
}
