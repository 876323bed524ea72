import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { type Keyed, Keyset, type Page } from '../../graphql/index.js';
import { type DoNotRow, doNotColumns } from './do-not.row.js';

export const doNotOrder = new Keyset('do-not entries', 'desc', [{ column: 'd.at', type: 'timestamptz' }, { column: 'd.id', type: 'uuid' }]);

/** Reads entries as the reader may: those of their libraries, and of all above them, which hold for them too. */
@Injectable()
export class DoNotRepository {
  /** What holds for a library, the newest first: of its own and of those above it. */
  holdingFor(reads: ReadScope, libraryId: string, page: Page): Promise<readonly (DoNotRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId];
    return reads.query(
      `select ${doNotColumns}, ${doNotOrder.select} from do_not_list d
       where d.lifted_at is null and d.library_id in (select l.ancestor_id from library_line l where l.library_id = $1 and l.library_id in (select scope()))
       ${page.after(parameters)} ${doNotOrder.orderBy} limit ${page.limit}`, parameters);
  }

  /** Entries that name these profiles. */
  ofProfiles(reads: ReadScope, profileIds: readonly string[]): Promise<readonly DoNotRow[]> {
    return reads.query(
      `select ${doNotColumns} from do_not_list d
       where d.profile_id = any($1::uuid[]) and d.lifted_at is null and d.library_id in (select scope() union select scope_up()) order by d.at, d.id`,
      [profileIds],
    );
  }
}
