import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bendClock, startClock } from './town-clock.js';

const start = new Date('2026-03-02T09:00:00Z');
const day = 86_400_000;
const later = (ms: number): Date => new Date(start.getTime() + ms);

describe('the town\'s clock', () => {
  it('keeps the pace of what was over when the account started, and runs at its speed from then on', () => {
    const clock = startClock(start, 7 * day, 60);
    expect(clock.realAt(5 * day)).toEqual(later(-2 * day));
    expect(clock.realAt(7 * day)).toEqual(start);
    expect(clock.realAt(7 * day + 3_600_000)).toEqual(later(60_000));
    expect(clock.townAt(later(60_000))).toBe(7 * day + 3_600_000);
  });

  it('runs as ours does at speed 1', () => {
    const clock = startClock(start, day, 1);
    expect(clock.townAt(later(1234))).toBe(day + 1234);
    expect(clock.realAt(day + 1234)).toEqual(later(1234));
  });

  it('bends where the speed changes and leaves the past where it was', () => {
    const clock = startClock(start, 0, 10);
    const bent = bendClock(clock, later(1000), 100);
    expect(bent.realAt(5_000)).toEqual(clock.realAt(5_000));
    expect(bent.townAt(later(2000))).toBe(10_000 + 100_000);
  });

  it('tells how long until a town time, and 0 for what is past', () => {
    const clock = startClock(start, 0, 60);
    expect(clock.untilTown(60_000, start)).toBe(1000);
    expect(clock.untilTown(0, later(5))).toBe(0);
  });

  const clocks = fc
    .record({ passed: fc.integer({ min: 0, max: 30 * day }), speed: fc.integer({ min: 1, max: 1000 }), bends: fc.array(fc.tuple(fc.integer({ min: 0, max: day }), fc.integer({ min: 1, max: 1000 })), { maxLength: 4 }) })
    .map(({ passed, speed, bends }) => {
      let at = 0;
      return bends.reduce((clock, [wait, next]) => bendClock(clock, later((at += wait)), next), startClock(start, passed, speed));
    });

  it('only ever rises, and dates nothing that is over in the future', () => {
    fc.assert(
      fc.property(clocks, fc.integer({ min: 0, max: 5 * day }), fc.integer({ min: 0, max: 40 * day }), fc.integer({ min: 0, max: day }), (clock, passes, town, gap) => {
        const now = later(passes);
        expect(clock.realAt(town + gap).getTime()).toBeGreaterThanOrEqual(clock.realAt(town).getTime());
        expect(clock.townAt(later(passes + gap))).toBeGreaterThanOrEqual(clock.townAt(now));
        expect(clock.realAt(clock.townAt(now)).getTime()).toBeLessThanOrEqual(now.getTime());
      }),
    );
  });
});
