import { describe, expect, it } from '@jest/globals';
import { errorOf, type Failure, goneOf, isAbsent } from './remote-errors.js';

const now = new Date('2026-03-12T12:00:00Z');
const failure = (status: number, name = '', words = '', more: Partial<Failure> = {}): Failure => ({ host: 'pds.example', status, name, words, ...more });

describe('an answer of the network', () => {
  it.each([
    [failure(401, 'AuthenticationRequired', 'Invalid identifier or password'), 'auth'],
    [failure(400, 'ExpiredToken', 'Token has expired'), 'auth'],
    [failure(400, 'InvalidToken', 'Token could not be verified'), 'auth'],
    [failure(401, 'AccountTakedown', 'Account has been taken down'), 'auth'],
    [failure(403, 'Forbidden', 'no'), 'rejected'],
    [failure(400, 'InvalidRequest', 'Input/record must have the property "text"'), 'rejected'],
    [failure(429, 'RateLimitExceeded', 'Rate Limit Exceeded'), 'rate-limited'],
    [failure(502, 'UpstreamFailure', 'Upstream service unreachable'), 'unreachable'],
    [failure(504, 'UpstreamTimeout', 'timeout'), 'unreachable'],
    [failure(500, 'InternalServerError', 'Internal Server Error'), 'unreachable'],
    [failure(404), 'unreachable'],
    [failure(400), 'unreachable'],
  ])('%o is %s', (given, kind) => {
    expect(errorOf(given, now)).toMatchObject({ name: 'RemoteError', kind, facts: { host: 'pds.example' } });
  });

  it.each([
    [{ reset: String(now.getTime() / 1_000 + 90) }, '2026-03-12T12:01:30.000Z'],
    [{ retryAfter: '30' }, '2026-03-12T12:00:30.000Z'],
    [{}, '2026-03-12T12:05:00.000Z'],
    [{ reset: '99999999999' }, '2026-03-13T12:00:00.000Z'],
    [{ reset: 'soon' }, '2026-03-12T12:05:00.000Z'],
  ])('pauses with %o until %s', (headers, until) => {
    expect(errorOf(failure(429, 'RateLimitExceeded', '', headers), now).facts.retryAfter?.toISOString()).toBe(until);
  });

  it('tells who is gone, and why', () => {
    expect(goneOf(failure(400, 'AccountTakedown', 'Account has been suspended'))).toBe('suspended');
    expect(goneOf(failure(400, 'AccountDeactivated', 'Account is deactivated'))).toBe('deactivated');
    expect(goneOf(failure(400, 'InvalidRequest', 'Profile not found'))).toBe('deleted');
    expect(goneOf(failure(400, 'InvalidRequest', 'Error: actor must be a valid did or a handle'))).toBeUndefined();
    expect(goneOf(failure(502, 'UpstreamFailure', 'Profile not found'))).toBeUndefined();
  });

  it('tells what is not there from what could not be asked', () => {
    expect(isAbsent(failure(400, 'RecordNotFound', 'Could not locate record'))).toBe(true);
    expect(isAbsent(failure(400, 'NotFound', 'Post not found: at://x'))).toBe(true);
    expect(isAbsent(failure(400, 'InvalidRequest', 'Invalid at-uri'))).toBe(false);
    expect(isAbsent(failure(500, 'InternalServerError', 'Could not locate record'))).toBe(false);
  });
});
