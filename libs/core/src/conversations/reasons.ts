import { z } from 'zod';

const reason = z.discriminatedUnion('kind', [
  /** A classifier's finding; `title` is the label's own, in the plugin's words. */
  z.object({ kind: z.literal('finding'), label: z.string(), title: z.string(), score: z.number() }),
  /** A place that the library with this id serves is named in what was said, or, `by` author, only in what its author says of themselves. */
  z.object({ kind: z.literal('place'), library: z.string(), place: z.string(), by: z.enum(['text', 'author']) }),
  /** A saved search with this id found it, by the name that it had then. */
  z.object({ kind: z.literal('search'), search: z.string(), name: z.string() }),
  z.object({ kind: z.literal('addressed') }),
  z.object({ kind: z.literal('brought-in') }),
  z.object({ kind: z.literal('answered-back') }),
  /** Its words come from the clock at reading: how long nobody answered. */
  z.object({ kind: z.literal('unanswered') }),
  /** Held back from unprompted answers by a label that says so. */
  z.object({ kind: z.literal('held'), label: z.string(), title: z.string() }),
  /** Older than its network's pace: never ranked for an unprompted answer. */
  z.object({ kind: z.literal('old') }),
]);

/** Why a conversation stands where it stands, as `conversation.reasons` stores it: data that does not move with the clock. */
export type Reason = z.infer<typeof reason>;

/** What is stored, without what a newer version may have written and this one cannot say in words. */
export const readReasons = (stored: unknown): readonly Reason[] =>
  Array.isArray(stored) ? stored.flatMap((each) => reason.safeParse(each).data ?? []) : [];

export interface ReadingMoment {
  /** Since when somebody waits for an answer; absent where nobody does. */
  readonly waitingSince?: Date | undefined;
  readonly now: Date;
  /** What was seen of the answers, where that matters; absent: nothing is known of it. */
  readonly sight?: ThreadSight | undefined;
}

/** How far the thread was looked at for answers by others. */
export interface ThreadSight {
  /** People who answered the post that deserves the attention, other than its author and us. */
  readonly answers: number;
  /** Until when all answers were seen; null: nobody looked. */
  readonly seenAt: Date | null;
  /** Of the library. */
  readonly timeZone: string;
}

type Words = { readonly [Kind in Reason['kind']]: (reason: Extract<Reason, { kind: Kind }>, moment: ReadingMoment) => string | undefined };

const english: Words = {
  finding: ({ title, score }) => `${title} ${score.toFixed(2)}`,
  place: ({ place, by }) => (by === 'text' ? `about ${place}, which you serve` : `its author is in ${place}, which you serve`),
  search: ({ name }) => `found by your search “${name}”`,
  addressed: () => 'addressed to you',
  'brought-in': () => 'brought in by hand',
  'answered-back': () => 'they answered you',
  unanswered: (_, moment) => (moment.waitingSince === undefined ? undefined : unanswered(moment.waitingSince, moment)),
  held: ({ title }) => `${title}: no unprompted answer`,
  old: () => 'too old for an unprompted answer',
};
/** What was not looked at is not claimed: others may have answered where nobody of us has looked since. */
const unanswered = (waitingSince: Date, { now, sight }: ReadingMoment): string => {
  if (sight !== undefined && sight.answers > 0) return sight.answers === 1 ? 'one person answered' : `${sight.answers} people answered`;
  if (sight === undefined || sight.seenAt === null || sight.seenAt < waitingSince) return `no answer heard for ${duration(now.getTime() - waitingSince.getTime())}`;
  return `nobody answered for ${duration(sight.seenAt.getTime() - waitingSince.getTime())} (seen ${clockTime(sight.seenAt, now, sight.timeZone)})`;
};

const wordsOf: Readonly<Record<string, Words>> = { en: english };

/**
 * "implied need 0.82 · about Ashford, which you serve · nobody answered for 3 h (seen at 14:05)". Said at reading, so that the clock is right.
 * In English where `lang` has no words yet.
 */
export const reasonsInWords = (reasons: readonly Reason[], moment: ReadingMoment, lang = 'en'): string => {
  const primary = lang.split('-', 1)[0]?.toLowerCase() ?? 'en';
  const words = (Object.hasOwn(wordsOf, primary) ? wordsOf[primary] : undefined) ?? english;
  // The table is keyed by kind, so that each function meets its own kind of reason: TypeScript cannot see the pairing.
  return reasons.flatMap((each) => (words[each.kind] as (reason: Reason, moment: ReadingMoment) => string | undefined)(each, moment) ?? []).join(' · ');
};

/** A reason's code in the API: a place that only the author names is a reason of its own. */
export type ReasonCode = Reason['kind'] | 'author-place';
export const codeOfReason = (reason: Reason): ReasonCode => (reason.kind === 'place' && reason.by === 'author' ? 'author-place' : reason.kind);

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

const duration = (ms: number): string => {
  if (ms < hour) return `${Math.max(1, Math.floor(ms / minute))} min`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} days`;
};

/** "at 14:05"; with the day where it is another one. */
const clockTime = (at: Date, now: Date, timeZone: string): string => {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long' });
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  return day.format(at) === day.format(now) ? `at ${time}` : `${day.format(at)} ${time}`;
};
