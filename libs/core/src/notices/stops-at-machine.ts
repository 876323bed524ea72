import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { Notices } from './notices.js';

const stopsJob = defineJob({
  name: 'notices.stops', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 300, retry: { times: 0, firstSeconds: 1, longestSeconds: 1 }, alone: true, schedule: '* * * * *',
});

/** What was stopped by the terminal, or by Earshot itself where its database was put back: there nobody runs who could tell staff, so it is looked for each minute. What is resumed by then is told to nobody. */
@Injectable()
export class StopsAtMachine {
  constructor(jobs: Jobs, private readonly database: Database, private readonly notices: Notices) {
    jobs.handle(stopsJob, () => this.tell());
  }

  async tell(): Promise<void> {
    await this.database.listening(async (tx) => {
      const untold = await tx.query<{ stopId: string; libraryId: string | null }>(`update stop set told_at = now() where told_at is null and resumed_at is null returning id as "stopId", library_id as "libraryId"`);
      for (const stop of untold) await this.notices.stopped(tx, stop);
    });
  }
}
