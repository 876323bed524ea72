import { ECDH } from 'node:crypto';
import { z } from 'zod';
import { lineOf } from '../../staff/index.js';
import type { BrowserKeys } from './encrypt-push.js';
import { curve } from './vapid-key.js';

const uncompressedBytes = 65;
const authBytes = 16;

const isOnCurve = (key: string): boolean => {
  const point = Buffer.from(key, 'base64url');
  try {
    return point.length === uncompressedBytes && ECDH.convertKey(point, curve).length === uncompressedBytes;
  } catch {
    return false;
  }
};

const endpoint = z.string().max(2_000, 'An address has at most 2000 characters.').transform((text, context) => {
  const parsed = URL.parse(text);
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    context.addIssue({ code: 'custom', message: 'This is not the address of a browser, as its subscription gives it in `endpoint`.' });
    return z.NEVER;
  }
  return parsed;
});

/** What a browser's `PushSubscription` holds, and what it is called. */
export const subscriptionInput = z.strictObject({
  endpoint, browser: lineOf('The name of the browser', 100),
  p256dh: z.string().max(200).refine(isOnCurve, 'This is not the key `p256dh` of a subscription: a point on the curve P-256, uncompressed, in base64url.'),
  auth: z.string().max(200).refine((text) => Buffer.from(text, 'base64url').length === authBytes, 'This is not the secret `auth` of a subscription: 16 bytes in base64url.'),
});
export type SubscriptionWish = z.input<typeof subscriptionInput>;

/** What is sealed of a browser. */
export interface SealedBrowser extends BrowserKeys {
  readonly endpoint: string;
}
