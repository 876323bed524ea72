import { describe, expect, it } from '@jest/globals';
import { readReasons, reasonsInWords, type Reason } from './reasons.js';

const now = new Date('2026-05-04T12:00:00Z');
const ago = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

describe('reasonsInWords', () => {
  const seenAt = (hours: number, answers = 0) => ({ answers, seenAt: ago(hours), timeZone: 'Europe/Berlin' });

  it('says the evidence in the order of the ranking', () => {
    const reasons: readonly Reason[] = [
      { kind: 'finding', label: 'need.implicit', title: 'implied need', score: 0.824 },
      { kind: 'place', library: 'l', place: 'Ashford', by: 'text' },
      { kind: 'unanswered' },
    ];
    expect(reasonsInWords(reasons, { waitingSince: ago(3.4), now, sight: seenAt(0.1) })).toBe('implied need 0.82 · about Ashford, which you serve · nobody answered for 3 h (seen at 13:54)');
  });

  it('does not say that it is about a place where only its author lives', () => {
    expect(reasonsInWords([{ kind: 'place', library: 'l', place: 'Ashford', by: 'author' }], { now })).toBe('its author is in Ashford, which you serve');
  });

  it('says that staff brought it in', () => {
    expect(reasonsInWords([{ kind: 'brought-in' }, { kind: 'finding', label: 'need.implicit', title: 'unspoken need', score: 0.9 }], { now })).toBe('brought in by hand · unspoken need 0.90');
  });

  it('does not say that nobody answered where nobody waits', () => {
    expect(reasonsInWords([{ kind: 'addressed' }, { kind: 'unanswered' }], { now })).toBe('addressed to you');
  });

  it.each([
    [0, '1 min'],
    [0.5, '30 min'],
    [47, '47 h'],
    [49, '2 days'],
    [-1, '1 min'],
  ])('counts %s hours as %s', (hours, words) => {
    expect(reasonsInWords([{ kind: 'unanswered' }], { waitingSince: ago(hours), now })).toBe(`no answer heard for ${words}`);
  });

  it('claims that nobody answered only as far as somebody looked', () => {
    const said = (sight: ReturnType<typeof seenAt> | undefined): string => reasonsInWords([{ kind: 'unanswered' }], { waitingSince: ago(30), now, sight });
    expect(said(undefined)).toBe('no answer heard for 30 h');
    expect(said({ answers: 0, seenAt: null as never, timeZone: 'UTC' })).toBe('no answer heard for 30 h');
    expect(said(seenAt(31))).toBe('no answer heard for 30 h');
    expect(said(seenAt(0))).toBe('nobody answered for 30 h (seen at 14:00)');
    expect(said(seenAt(20))).toBe('nobody answered for 10 h (seen 3 May 18:00)');
    expect([said(seenAt(20, 1)), said(seenAt(0, 3))]).toEqual(['one person answered', '3 people answered']);
  });

  it.each(['gd-GB', '', 'constructor', '__proto__'])('speaks English where it has no words of a language: %j', (lang) => {
    expect(reasonsInWords([{ kind: 'old' }], { now }, lang)).toBe('too old for an unprompted answer');
  });
});

describe('readReasons', () => {
  it('leaves out what it cannot say', () => {
    expect(readReasons([{ kind: 'addressed' }, { kind: 'telepathy' }, { kind: 'finding' }, null, 7])).toEqual([{ kind: 'addressed' }]);
    expect(readReasons({ kind: 'addressed' })).toEqual([]);
    expect(readReasons(null)).toEqual([]);
  });
});
