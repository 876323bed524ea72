import type { Ctx } from '@earshot/plugin-sdk';
import { isAbsolute } from 'node:path';
import { z } from 'zod';

export const settings = z.strictObject({
  path: z
    .string()
    .refine(isAbsolute, 'must be an absolute path on the server')
    .describe('The archive file, or a folder of archive files, on the server. Nothing outside of it is ever read.'),
});
export type ArchiveSettings = z.output<typeof settings>;

export const secrets = z.strictObject({});
export type ArchiveSecrets = z.output<typeof secrets>;

export type ArchiveCtx = Ctx<ArchiveSettings, ArchiveSecrets>;
