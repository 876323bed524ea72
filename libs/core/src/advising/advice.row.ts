import type { HouseAdvisorName } from './house/house-advisor.js';

export const adviceStates = ['asking', 'answered', 'failed'] as const;
export type AdviceState = (typeof adviceStates)[number];

/** Who is asked: the advisor of an account, or one of the house. */
export type AskedOf = { readonly accountId: string; readonly house: null } | { readonly accountId: null; readonly house: HouseAdvisorName };

/** One advisor, asked about one need of one conversation. */
export type AdviceRow = AdviceFacts & AskedOf;

interface AdviceFacts {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  /** Empty where nothing was found that says it. */
  readonly need: string;
  readonly fromPostId: string | null;
  readonly state: AdviceState;
  readonly words: string | null;
  readonly askedBy: string | null;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

/** The columns of an {@link AdviceRow} of `advice d`. */
export const adviceColumns = `d.id, d.library_id as "libraryId", d.conversation_id as "conversationId", d.account_id as "accountId", d.house, d.need, d.from_post_id as "fromPostId", d.state, d.words,
  d.asked_by as "askedBy", d.asked_at as "askedAt", d.ended_at as "endedAt"`;

/** A resource that was found, and by whom. */
export type SuggestionRow = SuggestionFacts & AskedOf & ({ readonly cite: string; readonly answerId: null } | { readonly cite: null; readonly answerId: string });

interface SuggestionFacts {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  readonly need: string;
  readonly title: string;
  readonly summary: string | null;
  readonly cover: string | null;
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly availability: string | null;
  readonly availabilityAt: Date | null;
  readonly starts: Date | null;
  readonly foundAt: Date;
}

/** The columns of a {@link SuggestionRow} of `suggestion s join advice d on d.id = s.advice_id`. */
export const suggestionColumns = `s.id, s.library_id as "libraryId", s.conversation_id as "conversationId", d.account_id as "accountId", d.house, d.need, s.title, s.cite, s.answer_id as "answerId", s.summary, s.cover, s.identifiers,
  s.availability, s.availability_at as "availabilityAt", s.starts, s.found_at as "foundAt"`;
