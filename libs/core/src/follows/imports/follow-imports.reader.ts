import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { Keyset, type Keyed, type Page } from '../../graphql/index.js';
import { followImportColumns, type FollowImportLineRow, type FollowImportRow, importLineColumns, type LineOutcome, outcomeNow } from './follow-import.row.js';

export const importOrder = new Keyset('follow imports', 'desc', [{ column: 'i.made_at', type: 'timestamptz' }, { column: 'i.id', type: 'uuid' }]);
export const importLineOrder = new Keyset('follow import lines', 'asc', [{ column: 'l.entry', type: 'bigint' }]);

export interface OutcomeCount {
  readonly importId: string;
  readonly outcome: LineOutcome;
  readonly count: number;
}

/** Reads imports and their lines: those of lists that the reader's own libraries write. */
@Injectable()
export class FollowImportsReader {
  /** A page of {@link importOrder}: the latest first. */
  imports(reads: ReadScope, filter: { readonly listId?: string | undefined }, page: Page): Promise<readonly (FollowImportRow & Keyed)[]> {
    const parameters: unknown[] = [filter.listId ?? null];
    return reads.query(
      `select ${followImportColumns}, ${importOrder.select} from follow_import i
       where i.library_id in (select scope()) and ($1::uuid is null or i.list_id = $1) ${page.after(parameters)} ${importOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly FollowImportRow[]> {
    return reads.query(`select ${followImportColumns} from follow_import i where i.library_id in (select scope()) and i.id = any($1::uuid[])`, [ids]);
  }

  /** A page of {@link importLineOrder}: as in the document. */
  lines(reads: ReadScope, { id, libraryId }: { readonly id: string; readonly libraryId: string }, outcomes: readonly LineOutcome[] | undefined, page: Page): Promise<readonly (FollowImportLineRow & Keyed)[]> {
    const parameters: unknown[] = [id, libraryId, outcomes ?? null];
    return reads.query(
      `select ${importLineColumns}, ${importLineOrder.select} from follow_import_line l join follow_import i on i.id = l.import_id and i.library_id = l.library_id
       where l.import_id = $1 and l.library_id = $2 and ($3::text[] is null or ${outcomeNow} = any($3)) ${page.after(parameters)} ${importLineOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  counts(reads: ReadScope, ids: readonly string[]): Promise<readonly OutcomeCount[]> {
    return reads.query(
      `select l.import_id as "importId", ${outcomeNow} as outcome, count(*)::int as count from follow_import_line l join follow_import i on i.id = l.import_id and i.library_id = l.library_id
       where l.import_id = any($1::uuid[]) and l.library_id in (select scope()) group by 1, 2`,
      [ids],
    );
  }
}
