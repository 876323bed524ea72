import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/index.js';
import { Audit } from '../../staff/index.js';
import type { ListSource } from '../documents/exchange-list.js';
import { FollowChanges } from '../follow-changes.js';
import { OwnLists } from '../own-lists.js';
import { followImportColumns, type FollowImportRow } from './follow-import.row.js';
import type { LookedUp } from './import-look-up.js';
import { ImportLinesRepository } from './import-lines.repository.js';
import { forgetDocument, moveTo } from './move-import.js';

/** Within the application's time for one statement (15 s), also on a slow machine. */
export const addedAtOnce = 2_000;

/**
 * Adds what an import shows to its list, all of it or nothing: in one transaction, which holds the list. Few lines are added while somebody waits; of
 * many, the import is `applying` until {@link ImportApplying.run} was through. Run twice at once, the second waits for the list and finds it done;
 * of one that was killed nothing is left, and the next begins anew.
 */
@Injectable()
export class ImportApplying {
  constructor(
    private readonly database: Database,
    private readonly lines: ImportLinesRepository,
    private readonly ownLists: OwnLists,
    private readonly audit: Audit,
    private readonly changes: FollowChanges,
  ) {}

  /** @param by who wants it @param past told of each part that was gone through; what it throws leaves nothing behind */
  async addAll(tx: Tx, held: FollowImportRow, by: string, past: (line: number) => Promise<void> = async () => {}): Promise<FollowImportRow> {
    const { last, toAdd } = await this.lines.extent(tx, held);
    let added = 0;
    for (let first = 1; first <= last; first += addedAtOnce) {
      const range = [first, first + addedAtOnce - 1] as const;
      await this.lines.refuse(tx, held, await this.ownLists.keptOut(tx, held.libraryId, await this.lines.somebody(tx, held, range)));
      added += await this.lines.add(tx, held, range, by);
      await past(Math.min(range[1], last));
    }
    if (added < toAdd) await this.lines.tellNotAdded(tx, held);
    if (held.source !== null) await noteSource(tx, held, held.source);
    await forgetDocument(tx, held);
    await this.audit.record(tx, { libraryId: held.libraryId, actorId: by, action: 'follow-list.imported', subjectKind: 'follow-list', subjectId: held.listId, detail: { import: held.id, follows: added } });
    tx.afterCommit(() => this.changes.changed(held.accountIds));
    return moveTo(tx, held, 'applied');
  }

  /** `over`: it is not to be applied any more. @throws where it is told to stop */
  run({ importId, actorId }: LookedUp, stop?: AbortSignal): Promise<'applied' | 'over'> {
    return this.database.working(actorId, async (tx) => {
      const [seen] = await tx.query<{ listId: string; libraryId: string }>(`select list_id as "listId", library_id as "libraryId" from follow_import where id = $1 and library_id in (select scope()) and state = 'applying'`, [importId]);
      if (seen === undefined) return 'over';
      const [list] = await tx.query<{ ended: boolean }>('select removed_at is not null as ended from follow_list where id = $1 and library_id = $2 for update', [seen.listId, seen.libraryId]);
      // Not locked: how far it is is written beside this transaction. Whoever changes its state has its list.
      const [held] = await tx.query<FollowImportRow & { readonly by: string }>(`select ${followImportColumns}, i.applied_by as by from follow_import i where i.id = $1 and i.library_id = $2 and i.state = 'applying'`, [importId, seen.libraryId]);
      if (held === undefined || list === undefined) return 'over';
      if (list.ended) {
        await moveTo(tx, held, 'discarded');
        return 'over';
      }
      await this.addAll(tx, held, held.by, async (line) => {
        stop?.throwIfAborted();
        await this.database.working(actorId, (beside) => beside.query('update follow_import set lines_applied = $3 where id = $1 and library_id = $2', [held.id, held.libraryId, line]));
      });
      return 'applied';
    });
  }
}

const noteSource = async (tx: Tx, { listId, libraryId }: FollowImportRow, source: ListSource): Promise<void> => {
  await tx.query(
    `update follow_list set sources = sources || jsonb_build_array($3::jsonb || jsonb_build_object('importedAt', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) where id = $1 and library_id = $2`,
    [listId, libraryId, JSON.stringify(source)],
  );
};
