import { describe, expect, it } from '@jest/globals';
import { isRemoteError, RemoteError, remoteErrorKinds } from './remote-error.js';

describe('RemoteError', () => {
  it.each(remoteErrorKinds)('is recognised with kind %s', (kind) => {
    expect(isRemoteError(new RemoteError(kind, 'what happened'))).toBe(true);
  });

  it('keeps its facts, and its cause where errors keep theirs', () => {
    const cause = new Error('ECONNREFUSED');
    const retryAfter = new Date(0);
    const error = new RemoteError('rate-limited', 'slow down', { retryAfter, cause });
    expect(error.facts.retryAfter).toBe(retryAfter);
    expect(error.cause).toBe(cause);
  });

  it('has no cause when none was given', () => {
    expect('cause' in new RemoteError('auth', 'signed out')).toBe(false);
  });

  it('recognises one made by another copy of this package', () => {
    const foreign = Object.assign(new Error('gone'), { name: 'RemoteError', kind: 'unreachable', facts: {} });
    expect(isRemoteError(foreign)).toBe(true);
  });

  it.each([
    ['another error', new Error('unreachable')],
    ['an unknown kind', Object.assign(new Error('x'), { name: 'RemoteError', kind: 'teapot' })],
    ['no kind', Object.assign(new Error('x'), { name: 'RemoteError' })],
    ['no error', { name: 'RemoteError', kind: 'auth' }],
    ['nothing', undefined],
  ])('does not take %s for one', (_what, value) => {
    expect(isRemoteError(value)).toBe(false);
  });
});
