const longest = 86_400_000;

/** When a host wants to be asked again, by its Retry-After: seconds or a date, at most a day ahead. Undefined where it does not say. */
export const retryAfter = (header: string | null, now: number): Date | undefined => {
  const text = header?.trim() ?? '';
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(Math.min(Math.max(at, now), now + longest));
};

const sinceEpoch = /^\d{10}$/;

/**
 * When a host that refused to answer so often wants to be asked again: by Retry-After, else by RateLimit-Reset, which networks write with and
 * without "X-", as seconds from now, as seconds since 1970, or as a date.
 */
export const pauseAsked = (headers: { get(name: string): string | null }, now: number): Date | undefined => {
  const reset = (headers.get('ratelimit-reset') ?? headers.get('x-ratelimit-reset'))?.trim() ?? '';
  return retryAfter(headers.get('retry-after'), now) ?? retryAfter(sinceEpoch.test(reset) ? new Date(Number(reset) * 1_000).toISOString() : reset, now);
};
