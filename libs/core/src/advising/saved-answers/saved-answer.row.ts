export const answerKinds = ['answer', 'question'] as const;
/** `answer`: said again and again. `question`: asked back where nobody can tell yet what somebody needs. */
export type AnswerKind = (typeof answerKinds)[number];

/** How an answer stands at one library. `replaced`: by a version of its own, or of a library between. */
export type AnswerStanding = 'used' | 'replaced' | 'hidden' | 'removed';

/** A saved answer, as one library sees it. */
export interface SavedAnswerRow {
  readonly id: string;
  /** Whose it is, and who changes it; null: it comes with the program. */
  readonly libraryId: string | null;
  /** The library that sees it so. */
  readonly at: string;
  readonly standing: AnswerStanding;
  readonly kind: AnswerKind;
  readonly title: string;
  readonly text: string;
  /** BCP 47. */
  readonly lang: string;
  readonly categories: readonly string[];
  /** A day. */
  readonly reviewOn: string | null;
  readonly insteadOfId: string | null;
  readonly createdById: string | null;
  readonly createdAt: Date | null;
  readonly changedById: string | null;
  readonly changedAt: Date | null;
  readonly version: number;
}

/** What staff say of an answer. */
export interface AnswerTold {
  readonly kind: AnswerKind;
  readonly title: string;
  readonly text: string;
  readonly lang: string;
  readonly categories: readonly string[];
  readonly reviewOn: string | null;
}

/** `en` of `en-GB`. */
export const primaryOf = (lang: string): string => (lang.split('-')[0] as string).toLowerCase();
