import { Injectable } from '@nestjs/common';
import { Database, type ReadScope } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { hashOf } from '../staff/index.js';

export interface ChangedConversation {
  readonly id: string;
  readonly libraryId: string;
  readonly version: number;
}

export interface Changes {
  readonly conversations: readonly ChangedConversation[];
  /** Where `conversations` does not say it all, because there is too much, or no knowing. */
  readonly readAll: boolean;
  /** For the next question. */
  readonly cursor: string;
}

interface Row extends Partial<ChangedConversation> {
  readonly oldestOpen: string;
  readonly next: string;
}

const limit = 500;
const notPermitted = '42501';

/**
 * What changed since a moment, so that nothing is missed between one subscription and the next.
 *
 * A moment is the oldest transaction that had not ended: whatever commits later has that number or a higher one, however long it took.
 * So a change is told at least once, and perhaps again. Numbers count within one cluster of databases, which the cursor names.
 */
@Injectable()
export class ChangesService {
  private cluster: Promise<string> | undefined;

  constructor(private readonly database: Database) {}

  /**
   * @param libraries undefined: all of the actor's.
   * @throws PlatformError BAD_INPUT for a cursor that is none; NOT_FOUND for a library that is not the actor's.
   */
  async since(reads: ReadScope, cursor: string | undefined, libraries: readonly string[] | undefined): Promise<Changes> {
    const cluster = await this.clusterName();
    const since = cursor === undefined ? undefined : readCursor(cursor);
    const chosen = await this.librariesOf(reads, libraries);
    const known = since?.cluster === cluster ? since.transaction : undefined;
    const rows = await reads.query<Row>(
      `with moment as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as oldest, pg_snapshot_xmax(pg_current_snapshot()) as next)
       select m.oldest::text as "oldestOpen", m.next::text as next, c.id, c.library_id as "libraryId", c.version
       from moment m left join lateral (
         select id, library_id, version from conversation where library_id = any($1::uuid[]) and changed_xid >= $2::xid8 order by changed_xid limit ${limit + 1}) c on $2 is not null`,
      [chosen, known ?? null],
    );
    const [moment] = rows;
    if (moment === undefined) throw new Error('a left join of one row answered none');
    const conversations = rows.filter((row): row is Row & ChangedConversation => row.id != null).map(({ id, libraryId, version }) => ({ id, libraryId, version }));
    // From the future: of this cluster as it was before somebody restored an older state of it.
    const readAll = known === undefined || BigInt(known) > BigInt(moment.next) || conversations.length > limit;
    return { conversations: readAll ? [] : conversations, readAll, cursor: writeCursor({ cluster, transaction: moment.oldestOpen }) };
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

interface Moment {
  readonly cluster: string;
  readonly transaction: string;
}

const written = /^changes ([\w-]{16}) (\d{1,19})$/;
const writeCursor = ({ cluster, transaction }: Moment): string => Buffer.from(`changes ${cluster} ${transaction}`).toString('base64url');
const readCursor = (cursor: string): Moment => {
  const [, cluster, transaction] = written.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (cluster === undefined || transaction === undefined) throw new PlatformError('BAD_INPUT', 'This cursor is not one of changes.', 'cursor');
  return { cluster, transaction };
};
