import { Injectable, Optional } from '@nestjs/common';
import { Database, type Tx, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { StopNews } from './stop-news.js';
import { stopInput } from './stop.input.js';
import type { StopKind } from './stop.row.js';
import { StopsRepository } from './stops.repository.js';

/** Stops and resumes at a library and all below it. Administrators' work, with its entry in the audit log and its hint. */
@Injectable()
export class StopsService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly stops: StopsRepository,
    private readonly audit: Audit,
    @Optional() private readonly news?: StopNews,
  ) {}

  /** @throws PlatformError FORBIDDEN, NOT_FOUND; ZodError */
  stop(actor: Actor, libraryId: string, wish: { readonly what: StopKind; readonly why: string }): Promise<void> {
    const { what, why } = stopInput.parse(wish);
    return this.change(actor, libraryId, async (tx) => {
      const id = newId();
      const recalled = await this.stops.stop(tx, { id, libraryId, what, why, by: { id: actor.id, name: await nameOf(tx, actor) } });
      for (const hint of recalled) tx.hint(hint);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'library.stopped', subjectKind: 'library', subjectId: libraryId, detail: { what } });
      await this.news?.stopped(tx, { stopId: id, libraryId });
    });
  }

  /** What was stopped at this very library; what was stopped above it holds on. */
  resume(actor: Actor, libraryId: string): Promise<void> {
    return this.change(actor, libraryId, async (tx) => {
      if (!(await this.stops.resume(tx, libraryId, actor.id))) return;
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'library.resumed', subjectKind: 'library', subjectId: libraryId });
    });
  }

  private change(actor: Actor, libraryId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      await work(tx);
      tx.hint({ kind: 'library', id: libraryId, library: libraryId });
    });
  }
}

const nameOf = async (tx: Tx, actor: Actor): Promise<string> => {
  const [row] = await tx.query<{ name: string }>('select name from person where actor_id = $1 union all select name from token where actor_id = $1', [actor.id]);
  return row?.name ?? 'somebody';
};
