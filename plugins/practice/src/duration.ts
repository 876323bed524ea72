const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const unitsInMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and whole seconds ("P1DT9H14M").
 *
 * Months and years are refused, for they have no fixed length. Returns undefined for anything that is not such a duration.
 */
export const parseDuration = (text: string): number | undefined => {
  const parts = pattern.exec(text)?.slice(1);
  if (parts === undefined || text.endsWith('T') || parts.every((part) => part === undefined)) return undefined;
  return unitsInMs.reduce((sum, unit, i) => sum + unit * Number(parts[i] ?? 0), 0);
};
