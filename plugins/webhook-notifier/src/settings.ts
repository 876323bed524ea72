import type { Ctx } from '@earshot/plugin-sdk';
import { z } from 'zod';

export const settingsSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/u }).describe('Where notices are posted: the address of a program of your own, beginning with https://.'),
});

/** As Standard Webhooks has it: 24 to 64 bytes in base64. */
const isSecret = (text: string): boolean => {
  const bytes = Buffer.from(text.slice('whsec_'.length), 'base64');
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/u.test(text) && bytes.length >= 24 && bytes.length <= 64;
};

export const secretsSchema = z.strictObject({
  secret: z.string().refine(isSecret, 'A secret is whsec_ and then 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them.').describe('By what your program knows that a notice is ours: whsec_ and then what `openssl rand -base64 32` prints.'),
});

export type NotifierCtx = Ctx<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;
