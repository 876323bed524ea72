const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of Greenwich of the zones that feeds write by name. Unknown names count as UTC, as RFC 2822 says. */
const ZONES: Readonly<Record<string, number>> = {
  EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420, AKST: -540, AKDT: -480, HST: -600,
  BST: 60, IST: 330, WEST: 60, CET: 60, CEST: 120, MEZ: 60, MESZ: 120, EET: 120, EEST: 180, MSK: 180, JST: 540, AEST: 600, AEDT: 660, NZST: 720, NZDT: 780,
};

const ISO = /^([+-]?\d{4,6})-?(\d\d)?-?(\d\d)?(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)?)?$/i;
const RFC = /^(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(.*)$/i;

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

const offsetOf = (zone: string | undefined): number => {
  const numeric = /([+-])(\d\d):?(\d\d)?/.exec(zone ?? '');
  if (numeric === null) return ZONES[/^[a-z]+/i.exec(zone?.trim() ?? '')?.[0].toUpperCase() ?? ''] ?? 0;
  return (numeric[1] === '-' ? -1 : 1) * (Number(numeric[2]) * 60 + Number(numeric[3] ?? 0));
};

const build = (year: number, month: number, day: number, time: readonly (string | undefined)[], zone: string | undefined): Date | undefined => {
  const [hour = 0, minute = 0, second = 0] = time.map((part) => Number(part ?? 0));
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const moment = Date.UTC(year, month, day, hour, minute, Math.min(second, 59)) - offsetOf(zone) * 60_000;
  return moment >= EARLIEST && moment < LATEST ? new Date(moment) : undefined;
};

const fullYear = (year: string): number => (year.length === 4 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900));

/**
 * A date as feeds write it: RFC 3339 and its looser kin, or RFC 822 with two or four digits of the year and named zones.
 *
 * NOTE: not `new Date(text)`, which reads "Issue 5" as May 2001.
 *
 * @returns `undefined` for what is no date, and for years before 1970 or after 9999
 */
export const parseDate = (text: string | undefined): Date | undefined => {
  const trimmed = text?.trim().slice(0, 100) ?? '';
  const iso = ISO.exec(trimmed);
  if (iso !== null) return build(Number(iso[1]), Number(iso[2] ?? 1) - 1, Number(iso[3] ?? 1), [iso[4], iso[5], iso[6]], iso[7]);
  const rfc = RFC.exec(trimmed);
  if (rfc === null) return undefined;
  return build(fullYear(rfc[3] ?? ''), MONTHS.indexOf((rfc[2] ?? '').toLowerCase()), Number(rfc[1]), [rfc[4], rfc[5], rfc[6]], rfc[7]);
};
