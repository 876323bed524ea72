import { describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { fillVerdict } from './fill-verdict.js';

const now = new Date('2026-03-02T09:00:00Z');
const told = { now, notedAt: now, posts: 0, tries: 0 };
const after = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const failed = (error: unknown) => ({ kind: 'failed', error }) as const;

describe('what becomes of a gap', () => {
  it.each([
    [true, 0, 'closed'],
    [true, 7, 'closed'],
    [false, 7, 'partly-closed'],
    [false, 0, 'lost'],
  ] as const)('where the network says that it is whole: %s, and it brought %s posts: %s', (whole, posts, state) => {
    expect(fillVerdict({ kind: 'answered', whole }, { ...told, posts })).toEqual({ state });
  });
  it('is for later where the network cannot be asked now, twice as late each time, for three days', () => {
    const away = failed(new RemoteError('unreachable', 'away'));
    expect(fillVerdict(away, told)).toEqual({ tryAt: after(5), tries: 1 });
    expect(fillVerdict(away, { ...told, tries: 3 })).toEqual({ tryAt: after(40), tries: 4 });
    expect(fillVerdict(away, { ...told, tries: 30 })).toEqual({ tryAt: after(360), tries: 31 });
    expect(fillVerdict(away, { ...told, notedAt: after(-73 * 60) })).toEqual({ state: 'lost' });
    expect(fillVerdict(away, { ...told, notedAt: after(-73 * 60), posts: 1 })).toEqual({ state: 'partly-closed' });
  });
  it('waits as long as the network asks', () => {
    expect(fillVerdict(failed(new RemoteError('rate-limited', 'slow down', { retryAfter: after(90) })), told)).toEqual({ tryAt: after(90), tries: 1 });
  });
  it('is decided where the network refuses', () => {
    expect(fillVerdict(failed(new RemoteError('rejected', 'no')), told)).toEqual({ state: 'lost' });
  });
  it('is for another process, at once, where this one stops', () => {
    expect(fillVerdict({ kind: 'interrupted' }, { ...told, tries: 2 })).toEqual({ tryAt: now, tries: 2 });
  });
});
