import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { AdvisorRefreshes } from '../plugins/index.js';

const retry = { times: 0, firstSeconds: 1, longestSeconds: 1 };

/** Looks every minute whose index is due. */
const dueJob = defineJob({ name: 'advising.look-for-old-indexes', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 60, retry, alone: true, schedule: '* * * * *' });
/** Longer than the hour that an advisor has. What fails is tried again by {@link AdvisorRefreshes}, later and later. */
const refreshJob = defineJob({ name: 'advising.refresh-index', data: z.strictObject({ accountId: z.uuid() }), actsFor: 'installation', atOnce: 2, deadlineSeconds: 3_700, retry, alone: true });

/** Brings the indexes of advisors up to date when they are due: of two accounts at once in a process, of each in one process. */
@Injectable()
export class RefreshJobs {
  constructor(
    private readonly database: Database,
    private readonly refreshes: AdvisorRefreshes,
    jobs: Jobs,
  ) {
    jobs.handle(dueJob, async () => {
      const due = await this.refreshes.due();
      await this.database.listening(async (tx) => {
        for (const accountId of due) await jobs.enqueue(tx, refreshJob, { accountId }, { key: accountId });
      });
    });
    jobs.handle(refreshJob, async ({ data, abort }) => {
      await this.refreshes.refresh(data.accountId, abort);
    });
  }
}
