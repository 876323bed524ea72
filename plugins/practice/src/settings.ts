import type { Ctx } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { parseDuration } from './duration.js';

/**
 * What the town's network does to a reply, so that training and tests can meet it on purpose. Each is deterministic.
 *
 * - `answers-late`: the reply is posted at once, and confirmed only 20 s later.
 * - `error-after-posting`: the reply is posted, and then the connection breaks (`outcome-unknown`); `find` finds it.
 * - `never-answers`: nothing is posted and the call hangs until it is aborted (`outcome-unknown`); `find` cannot tell, so a person decides.
 * - `rejects`: the reply is refused for good.
 * - `rate-limited`: refused until 60 s after it was first tried, then accepted.
 */
export const faults = ['none', 'answers-late', 'error-after-posting', 'never-answers', 'rejects', 'rate-limited'] as const;

const duration = (otherwise: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, 'must be an ISO 8601 duration such as P7D or PT12H')
    .default(otherwise);

export const settings = z.strictObject({
  speed: z.number().min(1).max(1000).default(60).describe('How many minutes pass in town while one passes here.'),
  passed: duration('P7D').describe('How much of the town\'s time is already over when the account starts, as an ISO 8601 duration.'),
  seed: z
    .int()
    .optional()
    .describe('Varies, by up to a fifth, how long townspeople take to answer the library; the same seed gives the same delays. Without it the delays are as written.'),
  fault: z.enum(faults).default('none').describe('A difficulty that the town makes when the library replies.'),
});
export type PracticeSettings = z.output<typeof settings>;

export const secrets = z.strictObject({});
export type PracticeSecrets = z.output<typeof secrets>;

export type PracticeCtx = Ctx<PracticeSettings, PracticeSecrets>;
