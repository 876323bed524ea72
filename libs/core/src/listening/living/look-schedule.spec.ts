import { describe, expect, it } from '@jest/globals';
import { firstLook, nextLook } from './look-schedule.js';

const start = new Date('2026-03-02T09:00:00Z');
const after = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
const hours = (count: number): number => count * 60;

describe('the looks at a thread', () => {
  it('come after 10 minutes, 1, 4, 12, 24 and 72 hours, and then no more', () => {
    const looks: number[] = [];
    for (let at = firstLook(start, start), before: Date | undefined; at !== undefined; ) {
      looks.push((at.getTime() - start.getTime()) / 60_000);
      const next = nextLook({ since: start, at, grown: 0, before });
      before = at;
      at = next;
    }
    expect(looks).toEqual([10, hours(1), hours(4), hours(12), hours(24), hours(72)]);
  });
  it('that were missed are made up for by one', () => {
    expect(nextLook({ since: start, at: after(hours(5)), grown: 0, before: undefined })).toEqual(after(hours(12)));
  });
  it('are counted anew from what was said last', () => {
    expect(nextLook({ since: after(hours(30)), at: after(hours(31)), grown: 1, before: after(hours(24)) })).toEqual(after(hours(34)));
  });
  it('come sooner where it grows fast, and never within two minutes', () => {
    // Twenty answers in ten minutes: five more in two and a half.
    expect(nextLook({ since: after(19), at: after(20), grown: 20, before: after(10) })).toEqual(after(22.5));
    expect(nextLook({ since: after(19), at: after(20), grown: 500, before: after(10) })).toEqual(after(22));
  });
  it('are not made at what had lived when we heard of it', () => {
    expect(firstLook(start, after(hours(72)))).toBeUndefined();
    expect(firstLook(start, after(hours(71)))).toEqual(after(10));
  });
});
