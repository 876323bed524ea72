import { describe, expect, it } from '@jest/globals';
import { BatchError, RemoteError, type RemoteErrorKind, remoteErrorKinds } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import { PluginFault } from '../plugin-fault.error.js';
import { type Circumstances, type Ending, decide } from './channel-verdict.js';

const now = new Date('2026-03-01T10:00:00Z');
const hour = 3_600_000;
const told = (channel: Partial<Circumstances['channel']> = {}, rest: Partial<Circumstances> = {}): Circumstances => ({
  channel: { plugin: 'town', mode: 'poll', pulseMs: 60_000, cursor: 1, failures: 0, heardUntil: new Date(now.getTime() - hour), ...channel }, batches: 0, now, random: 0.5, ...rest,
});
const failed = (error: unknown): Ending => ({ kind: 'failed', error });

describe('decide', () => {
  it('opens a stream again at once where it brought something, and backs off where it closes as soon as it opens', () => {
    expect(decide({ kind: 'returned' }, told({ mode: 'stream' }, { batches: 1 }))).toMatchObject({ state: 'waiting', nextInMs: 1_000 });
    expect(decide({ kind: 'returned' }, told({ mode: 'stream' }))).toMatchObject({ state: 'backing-off', failures: 1 });
  });

  it('blames no plugin for a database that is away', () => {
    expect(decide({ kind: 'database-gone' }, told())).toMatchObject({ state: 'backing-off', failures: 1, words: expect.stringContaining('database of Earshot') });
  });

  it('never waits longer than the pulse of a poll', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
      const { nextInMs } = decide({ kind: 'returned' }, told({}, { random }));
      return nextInMs <= 60_000 && nextInMs >= 54_000;
    }));
  });

  it('backs off up to an hour, whatever the number of failures', () => {
    fc.assert(fc.property(fc.nat(2_000_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const { nextInMs } = decide(failed(new RemoteError('unreachable', 'away')), told({ failures }, { random }));
      return nextInMs >= 2_500 && nextInMs <= hour;
    }));
  });

  it('waits as long as the network asked, a day at most, and never less', () => {
    const pause = (retryAfter?: Date) => decide(failed(new RemoteError('rate-limited', 'slow down', retryAfter === undefined ? {} : { retryAfter })), told()).nextInMs;
    expect(pause(new Date(now.getTime() + 600_000))).toBe(630_000);
    expect(pause(new Date(now.getTime() - 600_000))).toBe(1_050);
    expect(pause(new Date('9999-01-01'))).toBe(24 * hour);
    expect(pause(new Date(Number.NaN))).toBe(63_000);
    expect(pause()).toBe(63_000);
  });

  it('records a gap for a lost cursor, unless nothing can be missing', () => {
    const lost = (readableFrom?: Date, channel = {}) => decide(failed(new RemoteError('cursor-lost', 'too old', readableFrom === undefined ? {} : { readableFrom })), told(channel));
    expect(lost()).toMatchObject({ state: 'waiting', resetCursor: true, gap: { from: new Date(now.getTime() - hour), to: now } });
    expect(lost(new Date(now.getTime() - 1)).gap?.to).toEqual(new Date(now.getTime() - 1));
    expect(lost(new Date(now.getTime() - 2 * hour)).gap).toBeUndefined();
    expect(lost(undefined, { heardUntil: null }).gap).toBeUndefined();
    expect(lost(undefined, { failures: 4 })).toMatchObject({ state: 'waiting', gap: { to: now } });
    expect(lost(undefined, { cursor: null }).state).toBe('backing-off');
    expect(lost(undefined, { cursor: null }).gap).toBeUndefined();
  });

  it('names unreadable data by the digest that it was told, or by one of its own where that could not be stored', () => {
    const digestOf = (digest: unknown) => decide(failed(new RemoteError('invalid-data', 'no feed', { digest: digest as string })), told()).letter?.digest;
    expect(digestOf('bytes(3) sha256:00')).toBe('bytes(3) sha256:00');
    for (const odd of ['a\0b', '\ud800', '図'.repeat(1_000), 'x'.repeat(2_001), '', 7]) expect(digestOf(odd)).toMatch(/^\{.*\} sha256:[0-9a-f]{16}$/);
  });

  it('sets a plugin aside for what is no RemoteError, and repeats nobody\'s words', () => {
    for (const error of [new Error('@anna wrote this'), '@anna', undefined, null, 7, { kind: 'auth' }, Object.assign(new Error('x'), { name: 'RemoteError', kind: 'anna' })]) {
      const verdict = decide(failed(error), told());
      expect(verdict.state).toBe('quarantined');
      expect(verdict.words).not.toContain('anna');
    }
    expect(decide(failed(new PluginFault('town', 'gave nothing')), told()).words).toContain('"town" gave nothing');
    expect(decide(failed(new BatchError('no batch')), told()).state).toBe('quarantined');
  });

  it('knows what to do about every kind, and says it in words that can be stored', () => {
    fc.assert(fc.property(fc.constantFrom(...remoteErrorKinds), fc.string({ unit: 'binary', maxLength: 5_000 }), (kind: RemoteErrorKind, message) => {
      const { words = '', nextInMs } = decide(failed(new RemoteError(kind, message)), told());
      return words.length <= 2_000 && words !== '' && words.isWellFormed() && !words.includes('\0') && Number.isFinite(nextInMs) && nextInMs >= 0;
    }), { examples: [['auth', '\0'], ['rejected', ' ']] });
  });
});
