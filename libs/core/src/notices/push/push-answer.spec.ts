import { describe, expect, it } from '@jest/globals';
import { outcomeOf, restMs } from './push-answer.js';

const now = Date.parse('2026-01-14T17:00:00Z');
const kindOf = (status: number): string => outcomeOf({ status }, 'push.example', now).kind;

describe('outcomeOf', () => {
  it.each([[200, 'taken'], [201, 'taken'], [202, 'taken'], [404, 'gone'], [410, 'gone'], [307, 'refused'], [400, 'refused'], [403, 'refused'], [413, 'refused'], [408, 'later'], [429, 'later'], [500, 'later'], [503, 'later']])('of %i is %s', (status, kind) => {
    expect(kindOf(status)).toBe(kind);
  });
  it('asks for as long as the service does', () => {
    expect(outcomeOf({ status: 429, retryAfter: new Date(now + 90_000) }, 'push.example', now)).toEqual({ kind: 'later', words: 'push.example answered with 429.', askedForMs: 90_000 });
  });
  it('is another try where nobody answered', () => {
    expect(outcomeOf({ words: 'push.example did not answer within 10 seconds.' }, 'push.example', now)).toEqual({ kind: 'later', words: 'push.example did not answer within 10 seconds.', askedForMs: 0 });
  });
  it('says what to do where the service knows another sender', () => {
    expect(outcomeOf({ status: 403 }, 'push.example', now)).toMatchObject({ words: expect.stringContaining('subscribe this browser anew') });
  });
});

describe('restMs', () => {
  it('is twice as long each time, an hour at most', () => {
    expect([1, 2, 3, 7, 8, 1_000].map((failures) => restMs(failures, 0, 0.5))).toEqual([30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000]);
  });
  it('is as long as it was asked for, a day at most', () => {
    expect([restMs(1, 90_000, 0.5), restMs(1, 10 * 86_400_000, 0.5), restMs(1, -5, 0.5)]).toEqual([90_000, 86_400_000, 30_000]);
  });
});
