import { createHmac } from 'node:crypto';

/** The headers of a message as Standard Webhooks signs it (https://www.standardwebhooks.com, seen 2026-11-27): an HMAC-SHA256 over id, seconds since 1970 and body, parted by full stops. */
export const signedHeaders = (secret: string, told: { readonly id: string; readonly at: Date; readonly body: string }): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(told.at.getTime() / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${told.id}.${timestamp}.${told.body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': told.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
