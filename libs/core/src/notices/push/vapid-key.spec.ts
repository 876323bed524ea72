import { describe, expect, it } from '@jest/globals';
import { readVapid } from '../../../../../test/support/push-service.js';
import { deriveSecret } from '../../config/index.js';
import { VapidKey } from './vapid-key.js';

const secret = deriveSecret(Buffer.alloc(32, 1), 'push');
const endpoint = new URL('https://push.example:8443/wpush/v2/abc');
const at = new Date('2026-01-14T17:00:00Z');

describe('VapidKey', () => {
  it('is the same pair in every process that has the secret, and another with another', () => {
    const key = new VapidKey(secret, undefined).publicKey;
    expect(Buffer.from(key, 'base64url')).toHaveLength(65);
    expect([new VapidKey(secret, undefined).publicKey, new VapidKey(deriveSecret(Buffer.alloc(32, 2), 'push'), undefined).publicKey]).toEqual([key, expect.not.stringMatching(key)]);
  });
  it('is one whatever the secret is', () => {
    const none = Buffer.alloc(32, 0xff).toString('base64url');
    const key = new VapidKey(none, undefined);
    expect(new VapidKey(none, undefined).publicKey).toBe(key.publicKey);
    expect(readVapid(key.authorization(endpoint, at), key.publicKey)).toHaveProperty('aud');
  });
  it('signs for the origin of an address, and for less than a day', () => {
    const key = new VapidKey(secret, 'https://earshot.library.example');
    expect(readVapid(key.authorization(endpoint, at), key.publicKey)).toEqual({ aud: 'https://push.example:8443', exp: at.getTime() / 1_000 + 43_200, sub: 'https://earshot.library.example' });
  });
  it('says nothing of a contact that it does not have', () => {
    const key = new VapidKey(secret, undefined);
    expect(readVapid(key.authorization(endpoint, at), key.publicKey)).not.toHaveProperty('sub');
  });
});
