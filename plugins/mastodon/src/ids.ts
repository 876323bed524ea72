/** Ids are opaque: the longer one is the newer, and of the same length the one that comes later letter by letter (docs.joinmastodon.org, guidelines). */
export const compareIds = (one: string, other: string): number => one.length - other.length || (one < other ? -1 : Number(one > other));

export const newerId = (one: string | undefined, other: string): string => (one === undefined || compareIds(other, one) > 0 ? other : one);
