import { describe, expect, it } from '@jest/globals';
import { afterQuiet } from '../libraries/index.js';
import { digestNow, nextDigest } from './when.js';

const zone = 'America/New_York';
const at = (text: string): Date => new Date(text);
const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('a digest', () => {
  it('leaves at its hour by the clock of the library', () => {
    expect(nextDigest(at('2026-01-14T12:00:00Z'), { hours: [8], days: everyDay }, zone)).toEqual(at('2026-01-14T13:00:00Z'));
  });
  it('goes on to the next day once its hour is over, which is not the hour itself', () => {
    expect(nextDigest(at('2026-01-14T13:00:00Z'), { hours: [8], days: everyDay }, zone)).toEqual(at('2026-01-15T13:00:00Z'));
  });
  it.each([
    ['an hour earlier in UTC once clocks are put forward', '2026-03-07T14:00:00Z', '2026-03-08T12:00:00Z'],
    ['an hour later in UTC once they are put back', '2026-10-31T13:00:00Z', '2026-11-01T13:00:00Z'],
  ])('leaves %s', (_, from, then) => {
    expect(nextDigest(at(from), { hours: [8], days: everyDay }, zone)).toEqual(at(then));
  });
  it('leaves once at an hour that a clock shows twice, and later where it never shows it', () => {
    expect(nextDigest(at('2026-11-01T04:00:00Z'), { hours: [1], days: everyDay }, zone)).toEqual(at('2026-11-01T05:00:00Z'));
    expect(nextDigest(at('2026-11-01T05:00:00Z'), { hours: [1], days: everyDay }, zone)).toEqual(at('2026-11-02T06:00:00Z'));
    expect(nextDigest(at('2026-03-08T05:30:00Z'), { hours: [2], days: everyDay }, zone)).toEqual(at('2026-03-08T07:00:00Z'));
  });
  it('leaves on its days alone, at the earliest of its hours, however they are told', () => {
    // A Friday, after its hours.
    expect(nextDigest(at('2026-01-16T22:00:00Z'), { hours: [16, 9], days: [1, 2, 3, 4, 5] }, zone)).toEqual(at('2026-01-19T14:00:00Z'));
    expect(nextDigest(at('2026-01-19T14:00:00Z'), { hours: [16, 9], days: [1] }, zone)).toEqual(at('2026-01-19T21:00:00Z'));
    expect(nextDigest(at('2026-01-19T21:00:00Z'), { hours: [9, 16], days: [1] }, zone)).toEqual(at('2026-01-26T14:00:00Z'));
  });
  it.each([[[], everyDay], [[8], []]])('never leaves without hours, or days: %j, %j', (hours, days) => {
    expect(nextDigest(at('2026-01-14T12:00:00Z'), { hours, days }, zone)).toBeUndefined();
  });
  it('is leaving for five minutes from its hour', () => {
    const times = { hours: [8], days: everyDay };
    const now = ['2026-01-14T12:59:59Z', '2026-01-14T13:00:00Z', '2026-01-14T13:04:59Z', '2026-01-14T13:05:00Z'].map((text) => digestNow(at(text), times, zone)?.toISOString());
    expect(now).toEqual([undefined, '2026-01-14T13:00:00.000Z', '2026-01-14T13:00:00.000Z', undefined]);
  });
  it('leaves by clocks that strike between our hours', () => {
    expect(nextDigest(at('2026-01-14T02:20:00Z'), { hours: [8], days: everyDay }, 'Asia/Kathmandu')).toEqual(at('2026-01-15T02:15:00Z'));
  });
});

describe('quiet hours', () => {
  const night = { from: 22 * 60, until: 7 * 60 };
  it.each([
    ['before them', '2026-01-15T02:59:59Z', '2026-01-15T02:59:59Z'],
    ['as they begin', '2026-01-15T03:00:00Z', '2026-01-15T12:00:00Z'],
    ['after midnight', '2026-01-15T07:00:00Z', '2026-01-15T12:00:00Z'],
    ['as they end', '2026-01-15T12:00:00Z', '2026-01-15T12:00:00Z'],
    ['in a night that is an hour shorter', '2026-03-08T03:30:00Z', '2026-03-08T11:00:00Z'],
    ['in a night that is an hour longer', '2026-11-01T03:30:00Z', '2026-11-01T12:00:00Z'],
  ])('hold what comes %s until they are over', (_, when, then) => {
    expect(afterQuiet(at(when), night, zone)).toEqual(at(then));
  });
  it('may lie within a day, or not be', () => {
    expect(afterQuiet(at('2026-01-14T18:30:00Z'), { from: 12 * 60, until: 14 * 60 }, zone)).toEqual(at('2026-01-14T19:00:00Z'));
    expect(afterQuiet(at('2026-01-14T18:30:00Z'), null, zone)).toEqual(at('2026-01-14T18:30:00Z'));
  });
});
