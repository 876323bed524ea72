import { z } from 'zod';
import { defineJob } from '../../jobs/index.js';

/** What a saved search raised is weighed again, once it ended, came back, or raises no more. Done by the pipeline. */
export const searchChangedJob = defineJob({
  name: 'follows.search-changed',
  data: z.strictObject({ searchId: z.uuid() }),
  actsFor: 'installation',
  atOnce: 1,
  deadlineSeconds: 1_800,
  retry: { times: 5, firstSeconds: 5, longestSeconds: 300 },
});
