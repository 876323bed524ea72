import { Injectable } from '@nestjs/common';
import { Database, type ReadScope } from '../../database/index.js';
import { writtenChoice, writtenDays, writtenId } from '../../follows/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import { type RetentionKind, retentionDefaults, retentionKinds } from './retention-kinds.js';

/** How long a library keeps one kind. */
export interface RetentionRow {
  readonly kind: RetentionKind;
  readonly days: number;
  /** Which library says so: itself or one above it; null: the program. */
  readonly setAt: string | null;
}

/** How long libraries keep what they heard. */
@Injectable()
export class RetentionPolicies {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  /** What holds at a library of the reader's, every kind. */
  async holdingAt(reads: Pick<ReadScope, 'query'>, libraryId: string): Promise<readonly RetentionRow[]> {
    const rows = await reads.query<{ kind: RetentionKind; days: number; library_id: string }>(
      `select distinct on (r.kind) r.kind, r.days, r.library_id from library_line up join retention_policy r on r.library_id = up.ancestor_id
       where up.library_id = $1 and up.library_id in (select scope()) order by r.kind, up.distance`, [libraryId]);
    return retentionKinds.map((kind) => {
      const said = rows.find((row) => row.kind === kind);
      return { kind, days: said?.days ?? retentionDefaults[kind], setAt: said?.library_id ?? null };
    });
  }

  /** `days` null: as the library above, else the program, says. What was heard already is kept by the new rule from now on. */
  async set(actor: Actor, told: { readonly libraryId: string; readonly kind: string; readonly days: number | null }): Promise<readonly RetentionRow[]> {
    const [libraryId, kind, days] = [writtenId(told.libraryId, 'libraryId'), writtenChoice(told.kind, retentionKinds, 'kind'), writtenDays(told.days, 'days')];
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      if (days === null) await tx.query('delete from retention_policy where library_id = $1 and kind = $2', [libraryId, kind]);
      else
        await tx.query(
          `insert into retention_policy(library_id, kind, days, set_by) values ($1, $2, $3, $4)
           on conflict (library_id, kind) do update set days = excluded.days, set_by = excluded.set_by, set_at = now()`, [libraryId, kind, days, actor.id]);
      await tx.query('update conversation set keep_until = null where library_id in (select library_id from library_line where ancestor_id = $1) and merged_into is null and keep_until is not null', [libraryId]);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'retention.set', subjectKind: 'library', subjectId: libraryId, detail: { kind, days } });
      return this.holdingAt(tx, libraryId);
    });
  }
}
