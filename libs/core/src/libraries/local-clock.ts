/** Minutes of a day by the clock of a library; `from` may lie after `until`, over midnight. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
}

/** Minutes of the day of a time as 21:30; undefined where it is none. */
export const minutesOf = (time: string): number | undefined => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/u.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
};

/** What a clock shows, and a calendar. */
interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}

const dayMs = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' });
  clocks.set(zone, known);
  return known;
};

/** What a clock of this zone shows; `utc`: as if it were one of UTC. */
export const localTime = (at: number, zone: string): LocalTime & { readonly utc: number } => {
  const parts = new Map(clockOf(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const minutes = part('hour') * 60 + part('minute');
  return { year, month, day, minutes, utc: Date.UTC(year, month - 1, day, 0, minutes, part('second')) };
};

const offsetAt = (at: number, zone: string): number => localTime(at, zone).utc - Math.floor(at / 1_000) * 1_000;

/** The moment at which a clock there shows this: the first, where it shows it twice; where it never does, as much later as it was put forward. */
export const momentOf = ({ year, month, day, minutes }: LocalTime, zone: string): number => {
  const shown = Date.UTC(year, month - 1, day, 0, minutes);
  const [before, after] = [shown - offsetAt(shown - dayMs, zone), shown - offsetAt(shown + dayMs, zone)];
  const real = [before, after].filter((at) => localTime(at, zone).utc === shown);
  return real.length === 0 ? before : Math.min(...real);
};

/** The day so many days on, as the calendar there has it. */
export const daysOn = ({ year, month, day }: LocalTime, days: number): Omit<LocalTime, 'minutes'> & { readonly weekday: number } => {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay() };
};

/** When whatever is to leave at `at` leaves: then, or once it is not quiet any more. */
export const afterQuiet = (at: Date, quiet: QuietHours | null, zone: string): Date => {
  if (quiet === null) return at;
  const local = localTime(at.getTime(), zone);
  const isQuiet = quiet.from < quiet.until ? local.minutes >= quiet.from && local.minutes < quiet.until : local.minutes >= quiet.from || local.minutes < quiet.until;
  if (!isQuiet) return at;
  const ends = [0, 1].map((days) => momentOf({ ...daysOn(local, days), minutes: quiet.until }, zone)).find((end) => end > at.getTime());
  return new Date(ends ?? at.getTime());
};
