import type { Pace } from './feed.js';

/** The host opens a channel this often; feeds and settings that ask for less are kept by the cursor's `notBefore`. */
export const PULSE_MINUTES = 15;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_MINUTES = 1_440;
const PERIOD_MINUTES: Readonly<Record<string, number>> = { hourly: 60, daily: DAY_MINUTES, weekly: 7 * DAY_MINUTES, monthly: 30 * DAY_MINUTES, yearly: 365 * DAY_MINUTES };
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

interface Syndication {
  readonly updatePeriod?: string;
  readonly updateFrequency?: number;
}

interface Skips {
  readonly skipHours: readonly number[];
  readonly skipDays: readonly string[];
}

/** When a feed asks to be read, from ttl (minutes), sy:updatePeriod and skipHours or skipDays (GMT). Never rarer than once a day. */
export const paceOf = (ttl: number | undefined, sy: Syndication | undefined, { skipHours, skipDays }: Skips): Pace => {
  const period = PERIOD_MINUTES[sy?.updatePeriod?.trim().toLowerCase() ?? ''];
  const frequency = sy?.updateFrequency !== undefined && sy.updateFrequency >= 1 ? sy.updateFrequency : 1;
  const asked = ttl ?? (period === undefined ? undefined : period / frequency);
  const hours = [...new Set(skipHours.map((hour) => hour % 24))].filter((hour) => hour >= 0);
  const days = [...new Set(skipDays)].filter((day) => DAYS.includes(day));
  return {
    ...(asked !== undefined && asked > 0 ? { ttlMinutes: Math.min(Math.round(asked), DAY_MINUTES) } : {}),
    // A feed that skips all of its hours or days would never be read: it does not mean that.
    skipHours: hours.length < 24 ? hours : [],
    skipDays: days.length < 7 ? days : [],
  };
};

/**
 * The first moment at which the feed may be read again; `undefined` where the channel's own schedule is slow enough.
 *
 * @param everyMinutes - how often the channel is opened anyway
 */
export const notBefore = (pace: Pace, readAt: Date, everyMinutes: number): Date | undefined => {
  const skips = (moment: number): boolean => {
    const date = new Date(moment);
    return pace.skipHours.includes(date.getUTCHours()) || pace.skipDays.includes(DAYS[date.getUTCDay()] ?? '');
  };
  const slower = (pace.ttlMinutes ?? 0) > everyMinutes;
  const next = readAt.getTime() + (slower ? (pace.ttlMinutes ?? 0) : everyMinutes) * MINUTE;
  if (!skips(next)) return slower ? new Date(next) : undefined;
  let hour = Math.floor(next / HOUR) * HOUR + HOUR;
  for (let tried = 0; skips(hour) && tried < 7 * 24; tried += 1) hour += HOUR;
  return new Date(hour);
};
