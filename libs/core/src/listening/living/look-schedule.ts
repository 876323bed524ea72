const minute = 60_000;
const hour = 60 * minute;

/** How long after its newest post a thread is looked at. After the last it has lived. */
const waits = [10 * minute, hour, 4 * hour, 12 * hour, 24 * hour, 72 * hour];
export const lifeMs = 72 * hour;
/** A thread that grows fast is looked at again when about so many more answers are to be expected, and never sooner than the shortest wait. */
const answersExpected = 5;
const shortestWaitMs = 2 * minute;

/** The first look at a thread whose newest post is of `since`; undefined where it had lived when we heard of it. */
export const firstLook = (since: Date, now: Date): Date | undefined => (now.getTime() - since.getTime() >= lifeMs ? undefined : new Date(since.getTime() + waits[0]!));

export interface LookMade {
  /** Of the newest post that is known now. */
  readonly since: Date;
  readonly at: Date;
  /** Answers that were new. */
  readonly grown: number;
  /** When it was looked at before; undefined where it never was. */
  readonly before: Date | undefined;
}

/** The look after this one; undefined where it has lived. Pure. */
export const nextLook = ({ since, at, grown, before }: LookMade): Date | undefined => {
  const wait = waits.find((each) => since.getTime() + each > at.getTime());
  const planned = wait === undefined ? undefined : since.getTime() + wait;
  if (grown === 0 || before === undefined) return planned === undefined ? undefined : new Date(planned);
  const pace = (at.getTime() - before.getTime()) / grown;
  const soon = at.getTime() + Math.max(shortestWaitMs, answersExpected * pace);
  return new Date(Math.min(soon, planned ?? Number.POSITIVE_INFINITY, at.getTime() + lifeMs));
};
