import { daysOn, localTime, momentOf } from '../libraries/index.js';

/** Full hours, and days of the week from 1, Monday, by the clock of a library. */
export interface DigestTimes {
  readonly hours: readonly number[];
  readonly days: readonly number[];
}

const minuteMs = 60_000;

/** When the next digest leaves after `at`; undefined where none ever does. */
export const nextDigest = (at: Date, { hours, days }: DigestTimes, zone: string): Date | undefined => {
  const local = localTime(at.getTime(), zone);
  const sorted = [...hours].sort((one, other) => one - other);
  for (let on = 0; on <= 8; on++) {
    const day = daysOn(local, on);
    if (!days.includes(day.weekday)) continue;
    const next = sorted.map((hour) => momentOf({ ...day, minutes: hour * 60 }, zone)).find((moment) => moment > at.getTime());
    if (next !== undefined) return new Date(next);
  }
  return undefined;
};

/** The digest that is leaving at `at`, where one was due within the last five minutes. */
export const digestNow = (at: Date, times: DigestTimes, zone: string): Date | undefined => {
  const due = nextDigest(new Date(at.getTime() - 5 * minuteMs), times, zone);
  return due !== undefined && due <= at ? due : undefined;
};
