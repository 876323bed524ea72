import { z } from 'zod';
import { defineJob } from '../jobs/index.js';

/** Posts in one job at most: what a batch brought. */
export const mostPosts = 1_000;

/** Shows stored posts to the classifiers that are too slow for the pipeline: one job a batch, never one a post. */
export const classifyJob = defineJob({
  name: 'listening.classify', data: z.strictObject({ posts: z.array(z.uuid()).min(1).max(mostPosts) }), actsFor: 'installation',
  atOnce: 2, deadlineSeconds: 900, retry: { times: 6, firstSeconds: 30, longestSeconds: 3_600 },
});

/** Shows recent posts to classifiers that have not seen them: a new one, another version of one, one that failed. */
export const classifyAgainJob = defineJob({
  name: 'listening.classify-again', data: z.strictObject({}), actsFor: 'installation',
  atOnce: 1, deadlineSeconds: 3_000, retry: { times: 2, firstSeconds: 60, longestSeconds: 600 }, alone: true, schedule: '23 * * * *',
});
