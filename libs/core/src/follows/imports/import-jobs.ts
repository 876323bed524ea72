import { z } from 'zod';
import { defineJob } from '../../jobs/index.js';

/** The lines of one import, as long as there are some that nobody knows. */
export const lookUpImportJob = defineJob({
  name: 'follows.look-up-import',
  data: z.object({ importId: z.uuid() }),
  actsFor: 'library',
  atOnce: 2,
  // Longer than that, it hands itself on: a network may be slow for hours.
  deadlineSeconds: 1_800,
  retry: { times: 10, firstSeconds: 30, longestSeconds: 600 },
  outside: true,
});

/** What one import shows, added in one transaction: it waits for nobody but whoever changes the same list. */
export const applyImportJob = defineJob({
  name: 'follows.apply-import',
  data: z.object({ importId: z.uuid() }),
  actsFor: 'library',
  atOnce: 1,
  deadlineSeconds: 900,
  retry: { times: 5, firstSeconds: 10, longestSeconds: 300 },
});

/** What lines of lists said is forgotten after thirty days. */
export const forgetImportsJob = defineJob({
  name: 'follows.forget-imports',
  data: z.object({}),
  actsFor: 'installation',
  atOnce: 1,
  deadlineSeconds: 600,
  retry: { times: 3, firstSeconds: 60, longestSeconds: 600 },
  alone: true,
  schedule: '20 3 * * *',
});
