import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../database/index.js';
import { Jobs, defineJob } from '../../jobs/index.js';
import { PublishingRun } from './publishing-run.js';

const mostAtOnce = 200;
const retry = { times: 0, firstSeconds: 1, longestSeconds: 1 };

/** Looks every minute which lists changed, or are to be gone on with. */
const dueJob = defineJob({ name: 'follows.look-for-lists-to-publish', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 120, retry, alone: true, schedule: '* * * * *' });
/** What fails is tried again by {@link PublishingRun}, later and later. */
export const publishJob = defineJob({ name: 'follows.publish-list', data: z.strictObject({ publishedId: z.uuid() }), actsFor: 'library', atOnce: 2, deadlineSeconds: 1_800, retry, alone: true, outside: true });

/** Lists that are shown on networks are compared when they are due: each in one process at a time. */
@Injectable()
export class PublishingJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    run: PublishingRun,
  ) {
    jobs.handle(dueJob, () => this.enqueueDue());
    jobs.handle(publishJob, async ({ data: { publishedId }, abort, library: { actorId } }) => void (await run.run({ publishedId, actorId }, abort)));
  }

  async enqueueDue(): Promise<void> {
    const due = await this.database.beforeJob<{ publishedId: string; libraryId: string; actorId: string }>('select published_id as "publishedId", library_id as "libraryId", actor_id as "actorId" from due_published_lists($1)', [mostAtOnce]);
    for (const { publishedId, libraryId, actorId } of due) await this.database.working(actorId, (tx) => this.jobs.enqueue(tx, publishJob, { publishedId }, { libraryId, key: publishedId }));
  }
}
