import type { Suggestion } from '@earshot/plugin-sdk';
import type { Tx } from '../../database/index.js';

export const houseAdvisors = ['saved-answers', 'interview'] as const;
/** Advisors that are there without an account: `saved-answers` finds what staff wrote, `interview` asks back. */
export type HouseAdvisorName = (typeof houseAdvisors)[number];

/** A saved answer that was found: it is its own citation. */
export interface AnswerFound extends Omit<Suggestion, 'cite'> {
  readonly cite?: undefined;
  readonly answerId: string;
}

/** What can be suggested. */
export type Found = (Suggestion & { readonly answerId?: undefined }) | AnswerFound;

export interface HouseNeed {
  readonly libraryId: string;
  /** Empty where nothing was found that says it. */
  readonly restated: string;
  /** In which language its author speaks. */
  readonly lang: string | null;
}

/** Best first; in a transaction of the library's own. */
export type HouseAdvisor = (tx: Tx, need: HouseNeed) => Promise<readonly AnswerFound[]>;
