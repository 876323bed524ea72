import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';
const keyBytes = 32;

/** As Standard Webhooks writes one (https://www.standardwebhooks.com, seen 2026-11-27): base64 of the key after `whsec_`. */
export const newWebhookSecret = (): string => prefix + randomBytes(keyBytes).toString('base64');

const signature = (secret: string, signed: string): string => `v1,${createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64')).update(signed).digest('base64')}`;

/**
 * The headers by which a receiver knows that a message is ours, whole and of now: an HMAC-SHA256 over id, seconds since 1970 and body, parted by full stops.
 * @param secrets those that hold: a signature by each, so that a receiver may go on with the one before.
 */
export const webhookHeaders = (secrets: readonly string[], told: { readonly id: string; readonly at: Date; readonly body: string }): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(told.at.getTime() / 1_000));
  const signed = `${told.id}.${timestamp}.${told.body}`;
  return { 'content-type': 'application/json', 'webhook-id': told.id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map((secret) => signature(secret, signed)).join(' ') };
};
