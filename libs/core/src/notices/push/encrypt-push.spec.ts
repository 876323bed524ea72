import { createECDH } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readPush } from '../../../../../test/support/push-service.js';
import { encryptPush } from './encrypt-push.js';

const pairOf = (privateKey: string) => {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  return pair;
};
/** RFC 8291, section 5. */
const keys = { p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth: 'BTBZMqHH6r4Tts7J_aSIgg' };
const browser = { ...keys, pair: pairOf('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94') };

describe('encryptPush', () => {
  it('does as the example of RFC 8291', () => {
    const once = { salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'), pair: pairOf('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw') };
    expect(encryptPush('When I grow up, I want to be a watermelon', keys, once).toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN');
  });
  it('is read by its browser, and is never the same twice', () => {
    const [one, other] = [encryptPush('Привет', keys), encryptPush('Привет', keys)];
    expect([readPush(browser, one), readPush(browser, other)]).toEqual(['Привет', 'Привет']);
    expect(one.equals(other)).toBe(false);
  });
});
