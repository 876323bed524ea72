import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { AttachmentsRepository } from './attachments.repository.js';

/** What was uploaded and attached to nothing is forgotten after a day. */
export const sweepJob = defineJob({
  name: 'attachments.sweep', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 300, retry: { times: 2, firstSeconds: 60, longestSeconds: 600 }, alone: true, schedule: '26 * * * *',
});

@Injectable()
export class AttachmentsSweep {
  constructor(jobs: Jobs, database: Database, attachments: AttachmentsRepository) {
    jobs.handle(sweepJob, async () => database.keeping((tx) => attachments.sweep(tx)));
  }
}
