import { z } from 'zod';
import { lineOf } from '../staff/index.js';
import { webhookKinds } from './webhook.row.js';

const url = z.string().max(2_000, 'An address has at most 2000 characters.').transform((text, context) => {
  const parsed = URL.parse(text.trim());
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    context.addIssue({ code: 'custom', message: 'This is not a web address (https://…, without a user name in it).' });
    return z.NEVER;
  }
  parsed.hash = '';
  return parsed;
});
const kinds = z.array(z.enum(webhookKinds)).min(1, 'A webhook is told of one kind of event at least.').max(100).transform((all) => [...new Set(all)]);

/** What somebody says who sets up a webhook. */
export const webhookInput = z.strictObject({ name: lineOf('The name', 200), url, kinds });
export const webhookChange = z.strictObject({ name: lineOf('The name', 200).optional(), url: url.optional(), kinds: kinds.optional(), on: z.boolean().optional() });
export type WebhookWish = z.input<typeof webhookInput>;
export type WebhookChange = z.input<typeof webhookChange>;
