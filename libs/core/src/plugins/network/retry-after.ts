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
export const pauseAsked = (headers: Headed, now: number): Date | undefined => retryAfter(headers.get('retry-after'), now) ?? resetOf(headers, now);

interface Headed {
  get(name: string): string | null;
}

const limitHeader = (headers: Headed, name: string): string => (headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`))?.trim() ?? '';

const resetOf = (headers: Headed, now: number): Date | undefined => {
  const reset = limitHeader(headers, 'reset');
  return retryAfter(sinceEpoch.test(reset) ? new Date(Number(reset) * 1_000).toISOString() : reset, now);
};

/** Some limits are of one thing alone (uploads, sessions) and for a day; what is told of such a one holds up the rest no longer than this. */
const longestHeedMs = 300_000;
/** Of the whole. */
const littleLeft = 0.1;

/** What an answer says is left of a limit, where that is nothing or little, and until when. Undefined where there is enough, or nothing is said. */
export const limitLeft = (headers: Headed, now: number): { readonly of: 'nothing' | 'little'; readonly until: Date } | undefined => {
  const [remaining, limit] = [limitHeader(headers, 'remaining'), limitHeader(headers, 'limit')].map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined));
  const reset = remaining === undefined ? undefined : resetOf(headers, now);
  if (remaining === undefined || reset === undefined) return undefined;
  const until = new Date(Math.min(reset.getTime(), now + longestHeedMs));
  if (remaining === 0) return { of: 'nothing', until };
  return limit !== undefined && remaining <= limit * littleLeft ? { of: 'little', until } : undefined;
};
