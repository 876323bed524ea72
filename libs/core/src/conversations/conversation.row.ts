/** What a library's handling of a thread is in; being hidden and being snoozed lie over it (see {@link TriageService}). */
export const conversationStates = ['begun', 'open', 'answered', 'closed'] as const;
export type ConversationState = (typeof conversationStates)[number];

export const waitingParties = ['us', 'author', 'colleague'] as const;
export type WaitingParty = (typeof waitingParties)[number];

/** A row of `conversation`, as every query of this feature selects it. */
export interface ConversationRow {
  readonly id: string;
  readonly libraryId: string;
  readonly threadId: string;
  readonly state: ConversationState;
  readonly waitingOn: WaitingParty | null;
  readonly snoozedUntil: Date | null;
  readonly assigneeId: string | null;
  readonly hiddenAt: Date | null;
  readonly rank: number;
  /** Of {@link readReasons}. */
  readonly reasons: unknown;
  readonly topPostId: string | null;
  readonly openedAt: Date;
  readonly lastPostAt: Date;
  readonly waitingSince: Date | null;
  readonly keepUntil: Date | null;
  readonly mergedInto: string | null;
  readonly version: number;
}

/** The columns of a {@link ConversationRow} of the table or alias `c`. */
export const conversationColumns = `c.id, c.library_id as "libraryId", c.thread_id as "threadId", c.state, c.waiting_on as "waitingOn", c.until as "snoozedUntil",
  c.assignee_id as "assigneeId", c.hidden_at as "hiddenAt", c.rank, c.reasons, c.top_post_id as "topPostId", c.opened_at as "openedAt",
  c.last_post_at as "lastPostAt", c.waiting_since as "waitingSince", c.keep_until as "keepUntil", c.merged_into as "mergedInto", c.version`;

/** A conversation and whose it is: every query names both. */
export interface ConversationOf {
  readonly id: string;
  readonly libraryId: string;
}

export const librariesOf = (of: readonly { readonly libraryId: string }[]): string[] => [...new Set(of.map(({ libraryId }) => libraryId))];

/** The two parameters by which queries for many conversations name them: ids, and their libraries. */
export const idsAndLibraries = (conversations: readonly ConversationOf[]): [ids: string[], libraries: string[]] => [
  conversations.map(({ id }) => id),
  librariesOf(conversations),
];
