import { Injectable } from '@nestjs/common';
import { Database, type Hint, type ReadScope } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { hashOf } from '../staff/index.js';
import { readCursor, writeCursor } from './changes-cursor.js';

export interface Change {
  readonly kind: Hint['kind'];
  readonly id: string;
  readonly libraryId: string;
  readonly version: number | null;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** There are more: ask again with the cursor, at once. */
  readonly more: boolean;
  /** Where `changes` cannot say it all, because there is no knowing. */
  readonly readAll: boolean;
  /** For the next question. */
  readonly cursor: string;
}

interface Row extends Partial<Change> {
  readonly oldestOpen: string;
  readonly next: string;
  readonly minute: number;
  readonly transaction: string | null;
}
type ChangeRow = Row & Change & { readonly transaction: string };

const limit = 500;
/** Less than the 30 days for which changes are noted. */
const knownMinutes = 29 * 24 * 60;
const first = { kind: '', id: '00000000-0000-0000-0000-000000000000' };
const notPermitted = '42501';

/** One page, by transaction, kind and id, which no two changes share. Conversations, and notices to whoever they are for, say themselves when they changed; the rest is noted. */
const sql = `with moment as materialized (
    select pg_snapshot_xmin(pg_current_snapshot()) as oldest, pg_snapshot_xmax(pg_current_snapshot()) as next, floor(extract(epoch from now()) / 60)::int as minute)
  select m.oldest::text as "oldestOpen", m.next::text as next, m.minute, c.kind, c.id, c.library_id as "libraryId", c.version, c.xid::text as transaction
  from moment m left join lateral (
    (select 'conversation' as kind, id, library_id, version, changed_xid as xid from conversation
       where library_id = any($1::uuid[]) and changed_xid >= $2::xid8 and (changed_xid, 'conversation', id) > ($2::xid8, $3::text, $4::uuid) order by changed_xid, id limit ${limit + 1})
    union all
    (select 'notice', id, library_id, null, changed_xid from notice
       where person_id = actor_id() and library_id = any($1::uuid[]) and changed_xid >= $2::xid8 and (changed_xid, 'notice', id) > ($2::xid8, $3::text, $4::uuid) order by changed_xid, id limit ${limit + 1})
    union all
    (select kind, id, library_id, version, xid from change
       where (library_id = any($1::uuid[]) or (inherited and library_id in (select scope_up()) and library_id not in (select scope())))
         and xid >= $2::xid8 and (xid, kind, id) > ($2::xid8, $3::text, $4::uuid) order by xid, kind, id limit ${limit + 1})
    order by xid, kind, id limit ${limit + 1}) c on $2 is not null
  order by c.xid, c.kind, c.id`;

/**
 * What changed since a moment, of everything that hints tell of, so that nothing is missed between one subscription and the next.
 *
 * A moment is the oldest transaction that had not ended: whatever commits later has that number or a higher one, however long it took.
 * So a change is told at least once, and perhaps again. What is told page by page goes on, after its last page, from the moment of its
 * first. Numbers count within one cluster of databases, which the cursor names.
 */
@Injectable()
export class ChangesService {
  private cluster: Promise<string> | undefined;

  constructor(private readonly database: Database) {}

  /**
   * @param libraries undefined: all of the actor's. What libraries above set up is told besides.
   * @throws PlatformError BAD_INPUT for a cursor that is none; NOT_FOUND for a library that is not the actor's.
   */
  async since(reads: ReadScope, cursor: string | undefined, libraries: readonly string[] | undefined): Promise<Changes> {
    const cluster = await this.clusterName();
    const since = cursor === undefined ? undefined : readCursor(cursor);
    const chosen = await this.librariesOf(reads, libraries);
    const known = since?.cluster === cluster ? since : undefined;
    const { kind, id } = known?.within ?? first;
    const rows = await reads.query<Row>(sql, [chosen, known?.transaction ?? null, kind, id]);
    const [moment] = rows;
    if (moment === undefined) throw new Error('a left join of one row answered none');
    // From the future: of this cluster as it was before somebody restored an older state of it.
    const readAll = known === undefined || BigInt(known.transaction) > BigInt(moment.next) || moment.minute - known.minute > knownMinutes;
    const now = { cluster, transaction: moment.oldestOpen, minute: moment.minute };
    if (readAll) return { changes: [], more: false, readAll, cursor: writeCursor(now) };
    const told = rows.filter((row): row is ChangeRow => row.transaction !== null);
    const then = known.within?.then ?? moment.oldestOpen;
    const last = told[limit - 1];
    const changes = told.slice(0, limit).map(({ kind: of, id: which, libraryId, version }) => ({ kind: of, id: which, libraryId, version }));
    if (told.length <= limit || last === undefined) return { changes, more: false, readAll, cursor: writeCursor({ ...now, transaction: then }) };
    return { changes, more: true, readAll, cursor: writeCursor({ ...now, transaction: last.transaction, within: { kind: last.kind, id: last.id, then } }) };
  }

  private async librariesOf(reads: ReadScope, wanted: readonly string[] | undefined): Promise<readonly string[]> {
    const rows = await reads.query<{ id: string }>('select library_id as id from actor_scope where actor_id = $1 and ($2::uuid[] is null or library_id = any($2))', [reads.actor, wanted ?? null]);
    if (wanted !== undefined && rows.length < new Set(wanted).size) throw new PlatformError('NOT_FOUND', 'There is no such library among yours.', 'libraries');
    return rows.map(({ id }) => id);
  }

  private clusterName(): Promise<string> {
    this.cluster ??= this.readClusterName().catch((error: unknown) => {
      this.cluster = undefined;
      throw error;
    });
    return this.cluster;
  }

  private async readClusterName(): Promise<string> {
    const [installation] = await this.database.beforeSignIn<{ at: string }>(`select extract(epoch from created_at)::text as at from installation`);
    return hashOf(`${installation?.at ?? ''} ${await this.systemIdentifier()}`).toString('base64url').slice(0, 16);
  }

  private async systemIdentifier(): Promise<string> {
    try {
      const [system] = await this.database.beforeSignIn<{ id: string }>('select system_identifier::text as id from pg_control_system()');
      return system?.id ?? '';
    } catch (error) {
      // Some who host PostgreSQL keep it from their customers; then the day of the installation has to do.
      if ((error as { code?: string }).code === notPermitted) return '';
      throw error;
    }
  }
}
