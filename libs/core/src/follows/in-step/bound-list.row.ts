import type { FollowCategory } from '../follow.row.js';

export const appliesWords = ['waits', 'by-itself'] as const;
/** What becomes of a difference: it is shown and waits for somebody, or is applied and told of. */
export type Applies = (typeof appliesWords)[number];

/** on ─ it is gone, or cannot be read any more ─▶ stopped ─ look again ─▶ on; from both: ─ unbind ─▶ ended */
export type BoundState = 'on' | 'stopped' | 'ended';

/** looking-up ─ all lines are known ─▶ waiting, held, applied (by itself) or nothing; waiting, held ─ a person ─▶ applied or declined; applied ─▶ undone. What a later look finds otherwise is superseded. */
export const changeStates = ['looking-up', 'waiting', 'held', 'nothing', 'applied', 'declined', 'undone', 'superseded'] as const;
export type BoundChangeState = (typeof changeStates)[number];

/** A list kept on a network, with which a follow list is kept in step. */
export interface BoundListRow {
  readonly id: string;
  readonly libraryId: string;
  readonly listId: string;
  readonly accountId: string;
  /** As the network names it. */
  readonly remoteId: string;
  readonly name: string;
  readonly applies: Applies;
  readonly everyHours: number;
  readonly reason: string;
  readonly category: FollowCategory;
  readonly reviewOn: string | null;
  readonly keepDays: number | null;
  readonly state: BoundState;
  readonly stateWords: string | null;
  readonly failures: number;
  readonly lookedAt: Date | null;
  readonly lookAt: Date;
  readonly madeBy: string | null;
  readonly madeAt: Date;
}

/** The columns of a {@link BoundListRow} of `bound_list b`. */
export const boundListColumns = `b.id, b.library_id as "libraryId", b.list_id as "listId", b.account_id as "accountId", b.remote_id as "remoteId", b.name, b.applies, b.every_hours as "everyHours",
  b.reason, b.category, b.review_on::text as "reviewOn", b.keep_days as "keepDays", b.state, b.state_words as "stateWords", b.failures, b.looked_at as "lookedAt", b.look_at as "lookAt", b.made_by as "madeBy", b.made_at as "madeAt"`;

export interface BoundChangeRow {
  readonly id: string;
  readonly libraryId: string;
  readonly boundId: string;
  readonly state: BoundChangeState;
  /** Who came, line by line; null where nobody did. */
  readonly importId: string | null;
  readonly words: string | null;
  readonly came: number;
  readonly went: number;
  readonly foundAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

/** The columns of a {@link BoundChangeRow} of `bound_change c`. */
export const boundChangeColumns = `c.id, c.library_id as "libraryId", c.bound_id as "boundId", c.state, c.import_id as "importId", c.words, c.came, c.went, c.found_at as "foundAt", c.decided_by as "decidedBy", c.decided_at as "decidedAt"`;
