import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Jobs, defineJob } from '../../jobs/index.js';
import { Rounds } from '../rounds.js';
import { NoticeMailer } from './notice-mailer.js';

/** Sends what is due: as soon as something is, and each minute besides, which is when digests leave and what failed is tried again. */
export const mailJob = defineJob({
  name: 'notices.mail', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 1_800, retry: { times: 2, firstSeconds: 10, longestSeconds: 60 }, alone: true, schedule: '* * * * *',
});

@Injectable()
export class MailJob {
  constructor(jobs: Jobs, rounds: Rounds, mailer: NoticeMailer) {
    jobs.handle(mailJob, async ({ abort }) => {
      await rounds.tell(abort);
      await mailer.run(abort);
    });
  }
}
