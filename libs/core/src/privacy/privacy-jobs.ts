import { z } from 'zod';
import { sweepPresence } from '../conversations/index.js';
import type { Database } from '../database/index.js';
import { type Jobs, defineJob } from '../jobs/index.js';
import type { Logger } from '../logging/index.js';
import { type Classifiers, effectsOf } from '../understanding/index.js';
import { heedRefusals } from './refusals/heed-refusals.js';
import type { RetentionService } from './retention/retention.service.js';

const retry = { times: 2, firstSeconds: 30, longestSeconds: 300 };

/** Each minute: what a crash left of refusals that came later, until when what changed is kept, and who is in a conversation no more. */
export const tendJob = defineJob({ name: 'privacy.tend', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 300, retry, alone: true, schedule: '* * * * *' });
/** Each hour, for libraries where it is night. */
export const letGoJob = defineJob({ name: 'privacy.let-go', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 3_000, retry, alone: true, schedule: '11 * * * *' });

export const handlePrivacyJobs = (jobs: Jobs, with_: { readonly database: Database; readonly retention: RetentionService; readonly classifiers: Classifiers; readonly log: Logger }): void => {
  const { database, retention, classifiers, log } = with_;
  jobs.handle(tendJob, async ({ abort }) => {
    while (!abort.aborted && (await heedRefusals(database, effectsOf(classifiers.list()))) > 0);
    await retention.workOut(abort);
    await sweepPresence(database);
  });
  jobs.handle(letGoJob, async ({ abort }) => {
    const gone = await retention.night(abort);
    if (gone.conversations > 0) log.info('What was over was let go', { ...gone });
  });
};
