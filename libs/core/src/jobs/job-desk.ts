import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { JobQueue } from './job-queue.js';
import type { JobRow } from './job.row.js';
import { JobsRepository } from './jobs.repository.js';

/** What administrators do with jobs. */
@Injectable()
export class JobDesk {
  constructor(
    private readonly database: Database,
    private readonly repository: JobsRepository,
    private readonly queue: JobQueue,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  /**
   * Lets a failed job run once more.
   * @returns undefined where it has not failed
   * @throws PlatformError NOT_FOUND, FORBIDDEN
   */
  async retry(actor: Actor, id: string): Promise<JobRow | undefined> {
    const job = await this.database.as(actor.id, async (tx) => {
      const [found] = await this.repository.byId(tx, id);
      if (found === undefined) throw new PlatformError('NOT_FOUND', 'There is no such job.', 'id');
      const libraryId = found.libraryId ?? (await this.root(tx, actor));
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      if (found.state !== 'failed') return undefined;
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'job.retried', subjectKind: 'job', subjectId: id });
      return found;
    });
    if (job === undefined) return undefined;
    await this.queue.retry(job.kind, id);
    return this.database.as(actor.id, async (tx) => (await this.repository.byId(tx, id))[0]);
  }

  /** The installation's own jobs are the matter of whoever administers a whole tree of libraries. */
  private async root(tx: Tx, actor: Actor): Promise<string> {
    const [root] = await tx.query<{ id: string }>(
      `select l.id from library l join actor_scope s on s.library_id = l.id where s.actor_id = $1 and l.parent_id is null order by role_weight(s.role) desc, l.id limit 1`, [actor.id]);
    if (root === undefined) throw new PlatformError('FORBIDDEN', 'This job is of the whole installation: its administrators can try it again.');
    return root.id;
  }
}
