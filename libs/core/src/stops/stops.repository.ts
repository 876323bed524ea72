import { Injectable } from '@nestjs/common';
import type { Hint } from '../database/index.js';
import type { Queryable } from '../staff/index.js';
import { type StopKind, type StopRow, stopColumns } from './stop.row.js';

export interface NewStop {
  readonly id: string;
  /** Null: the whole installation. */
  readonly libraryId: string | null;
  readonly what: StopKind;
  readonly why: string;
  readonly by: { readonly id: string | null; readonly name: string };
}

/** Rows of stop: one that holds at each place at most. */
@Injectable()
export class StopsRepository {
  /** Of each of these libraries whatever holds there, stopped at it, above it or everywhere; the widest first. */
  holding(reads: Queryable, libraryIds: readonly string[]): Promise<(StopRow & { readonly forId: string })[]> {
    return reads.query(
      `select ${stopColumns}, l.id as "forId" from unnest($1::uuid[]) l(id) join stop s on s.library_id is null or exists (select 1 from library_line n where n.library_id = l.id and n.ancestor_id = s.library_id)
       where s.resumed_at is null order by l.id, s.what = 'all' desc, s.library_id is not null, s.stopped_at`,
      [libraryIds],
    );
  }

  /** Everything that is stopped now. */
  all(reads: Queryable): Promise<(StopRow & { readonly handle: string | null })[]> {
    return reads.query(`select ${stopColumns}, l.handle from stop s left join library l on l.id = s.library_id where s.resumed_at is null order by s.library_id is not null, l.handle`);
  }

  /**
   * Takes the place of what was stopped there before. It waits for those who take work this moment, and nobody takes any before it is committed. Where nothing
   * is to be sent, what was approved and has not left is a draft again.
   * @returns what of replies and their conversations is to be read again
   */
  async stop(tx: Queryable, { id, libraryId, what, why, by }: NewStop): Promise<readonly Hint[]> {
    await this.resume(tx, libraryId, by.id);
    // Whoever stops it by the API tells of it in the same step.
    await tx.query('insert into stop(id, library_id, what, why, stopped_by, by_name, told_at) values ($1, $2, $3, $4, $5, $6, case when $5::uuid is not null then now() end)', [id, libraryId, what, why, by.id, by.name]);
    return what === 'listening' ? [] : tx.query<Hint>('select kind, id, library_id as library, version from recall_replies($1, $2)', [libraryId, by.id]);
  }

  /** @returns whether anything was stopped there. */
  async resume(tx: Queryable, libraryId: string | null, by: string | null): Promise<boolean> {
    // The statement's own trigger waits for the same lock, and after that it would not see what another who stopped it there had written meanwhile.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('stop', 0))`);
    const rows = await tx.query('update stop set resumed_at = now(), resumed_by = $2 where library_id is not distinct from $1 and resumed_at is null returning id', [libraryId, by]);
    return rows.length > 0;
  }
}
