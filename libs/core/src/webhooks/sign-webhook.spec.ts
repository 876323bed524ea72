import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newWebhookSecret, webhookHeaders } from './sign-webhook.js';

const told = { id: '0190a5de-0000-7000-8000-000000000000', at: new Date('2026-11-27T10:00:00.900Z'), body: '{"type":"webhook.test"}' };

describe('the signature of a webhook', () => {
  it('covers id, whole seconds and body, keyed by the decoded secret', () => {
    const key = Buffer.from('a key of thirty-two bytes, exact');
    const headers = webhookHeaders([`whsec_${key.toString('base64')}`], told);
    const expected = createHmac('sha256', key).update(`${told.id}.1795773600.${told.body}`).digest('base64');
    expect(headers).toEqual({ 'content-type': 'application/json', 'webhook-id': told.id, 'webhook-timestamp': '1795773600', 'webhook-signature': `v1,${expected}` });
  });

  it('is the one that the scheme’s own libraries make', () => {
    // By the test of its reference libraries: secret, id, timestamp, body, signature.
    const headers = webhookHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1_614_265_330_000), body: '{"test": 2432232314}' });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('comes by each secret that holds', () => {
    const [one, other] = [newWebhookSecret(), newWebhookSecret()];
    const both = webhookHeaders([one, other], told)['webhook-signature']?.split(' ');
    expect(both).toEqual([webhookHeaders([one], told)['webhook-signature'], webhookHeaders([other], told)['webhook-signature']]);
    expect(new Set(both).size).toBe(2);
  });

  it('has keys of 32 random bytes', () => {
    const secret = newWebhookSecret();
    expect(secret).toMatch(/^whsec_/u);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(newWebhookSecret()).not.toBe(secret);
  });
});
