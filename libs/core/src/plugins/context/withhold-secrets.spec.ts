import { describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { withholdSecrets } from './withhold-secrets.js';

const secrets = { token: 'tok-0123456789', nested: { refresh: ['ref-9876543210'] }, short: 'abc' };

describe('withholdSecrets', () => {
  it('takes secrets out of an error, its stack, its causes and those that it gathers, and leaves it what it was', () => {
    const inner = new TypeError('Headers.append: "Bearer tok-0123456789" is an invalid header value.');
    const error = new RemoteError('rejected', 'ref-9876543210 is no good, nor is tok-0123456789 (abc)', { cause: new AggregateError([inner], 'tok-0123456789') });
    const clean = withholdSecrets(error, secrets);
    expect(clean).toBe(error);
    expect(error).toMatchObject({ kind: 'rejected', message: '[secret] is no good, nor is [secret] (abc)' });
    for (const one of [error, error.cause as Error, inner]) expect(`${one.message} ${one.stack}`).not.toMatch(/0123456789|9876543210/u);
  });

  it('ends with a cause that goes in a circle, and leaves alone what is no error or has no secret', () => {
    const round = new Error('tok-0123456789');
    round.cause = round;
    expect((withholdSecrets(round, secrets) as Error).message).toBe('[secret]');
    expect(withholdSecrets('tok-0123456789', secrets)).toBe('tok-0123456789');
    const plain = new Error('nothing');
    expect(withholdSecrets(plain, undefined)).toBe(plain);
    expect(withholdSecrets(plain, secrets)).toBe(plain);
    expect(plain.message).toBe('nothing');
  });

  it('reaches what cannot be written to as usual', () => {
    expect((withholdSecrets(new DOMException('tok-0123456789', 'AbortError'), secrets) as Error).message).toBe('[secret]');
  });
});
