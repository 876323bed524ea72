const longest = 86_400_000;

/** When a host wants to be asked again, by its Retry-After: seconds or a date, at most a day ahead. Undefined where it does not say. */
export const retryAfter = (header: string | null, now: number): Date | undefined => {
  const text = header?.trim() ?? '';
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(Math.min(Math.max(at, now), now + longest));
};
