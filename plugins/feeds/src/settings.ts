import type { Ctx } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { PULSE_MINUTES } from './pace.js';

export const settingsSchema = z.object({
  pollMinutes: z.number().min(PULSE_MINUTES).max(1_440).default(PULSE_MINUTES).describe('How often each feed is read, in minutes. A feed that asks to be read less often is.'),
  maxBytes: z.int().min(10_000).max(50_000_000).default(5_000_000).describe('The largest document that is read, in bytes after decompression.'),
  requestSeconds: z.number().min(1).max(120).default(30).describe('How long a site may take to send a whole document.'),
  includeComments: z.boolean().default(true).describe('Read the comments below the entries that you follow, where a site has a feed of them.'),
});

/** What staff decide about an account of feeds. */
export type FeedsSettings = z.output<typeof settingsSchema>;

/** Feeds are public: there is nothing to keep secret. */
export const secretsSchema = z.object({});

export type FeedsCtx = Ctx<FeedsSettings, z.output<typeof secretsSchema>>;
