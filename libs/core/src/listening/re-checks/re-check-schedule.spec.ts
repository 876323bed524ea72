import { expect, it } from '@jest/globals';
import { nextCheck } from './re-check-schedule.js';

const hour = 3_600_000;
const heardAt = new Date('2026-11-01T00:00:00Z');
const after = (hours: number): Date => new Date(heardAt.getTime() + hours * hour);
const hoursOf = (date: Date): number => (date.getTime() - heardAt.getTime()) / hour;

it('asks after an hour, a day, and then every week, also where a turn was late', () => {
  const asked: number[] = [];
  for (let at = after(0); asked.length < 6; at = new Date(after(asked.at(-1) as number).getTime() + 60_000)) asked.push(hoursOf(nextCheck({ heardAt, at, answered: true })));
  expect(asked).toEqual([1, 24, 168, 336, 504, 672]);
  expect(hoursOf(nextCheck({ heardAt, at: after(30), answered: true }))).toBe(168);
});
it('asks seldom where a network says nothing of posts', () => {
  expect(hoursOf(nextCheck({ heardAt, at: after(1), answered: false }))).toBe(1 + 4 * 168);
});
