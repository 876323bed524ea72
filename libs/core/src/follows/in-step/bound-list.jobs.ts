import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../database/index.js';
import { Jobs, defineJob } from '../../jobs/index.js';
import { ListLook } from './list-look.js';

const mostAtOnce = 200;
const retry = { times: 0, firstSeconds: 1, longestSeconds: 1 };

/** Looks every few minutes which lists are due. */
const dueJob = defineJob({ name: 'follows.look-for-due-lists', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 120, retry, alone: true, schedule: '*/5 * * * *' });
/** What fails is tried again by {@link ListLook}, later and later; what a network asks to wait for is gone on with by the next. */
export const lookJob = defineJob({ name: 'follows.look-at-list', data: z.strictObject({ boundId: z.uuid() }), actsFor: 'library', atOnce: 2, deadlineSeconds: 1_800, retry, alone: true, outside: true });

/** Lists on networks are looked at again when they are due: each in one process at a time. */
@Injectable()
export class BoundListJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    look: ListLook,
  ) {
    jobs.handle(dueJob, () => this.enqueueDue());
    jobs.handle(lookJob, async ({ data: { boundId }, abort, library: { actorId } }) => void (await look.run({ boundId, actorId }, abort)));
  }

  async enqueueDue(): Promise<void> {
    const due = await this.database.beforeJob<{ boundId: string; libraryId: string; actorId: string }>('select bound_id as "boundId", library_id as "libraryId", actor_id as "actorId" from due_bound_lists($1)', [mostAtOnce]);
    for (const { boundId, libraryId, actorId } of due) await this.database.working(actorId, (tx) => this.jobs.enqueue(tx, lookJob, { boundId }, { libraryId, key: boundId }));
  }
}
