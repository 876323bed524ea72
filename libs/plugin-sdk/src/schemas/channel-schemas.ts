import { z } from 'zod';
import type { Channel } from '../channel.js';
import { limits } from '../limits.js';
import type { Target } from '../target.js';
import { schemaOf } from './schema-of.js';
import { filledTextOf, idSchema } from './values.js';

/** Checks a {@link Target}. */
export const targetSchema = schemaOf<Target>()(
  z.object({
    kind: z.enum(['profile', 'hashtag', 'feed', 'list', 'search', 'timeline', 'mentions']),
    key: idSchema,
    label: filledTextOf(limits.line),
  }),
);

/** Checks a {@link Channel} of a plan; its pulse is between a tenth of a second and a week. */
export const channelSchema = schemaOf<Channel>()(
  z.object({
    key: idSchema,
    mode: z.enum(['poll', 'stream']),
    pulseMs: z.number().min(100).max(7 * 86_400_000),
    targets: z.array(targetSchema),
    retarget: z.enum(['live', 'reopen']),
  }),
);
