export const hearingCauses = ['addressed', 'brought-in', 'followed', 'thread', 'search', 'handed-over'] as const;
export type HearingCause = (typeof hearingCauses)[number];

/** Why a library hears a conversation. */
export interface HearingRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly postId: string;
  readonly cause: HearingCause;
  readonly followId: string | null;
  readonly routedBy: unknown;
  readonly at: Date;
}

/** Which library answers a thread. */
export interface ClaimRow {
  readonly threadId: string;
  readonly libraryId: string;
  readonly claimedBy: string;
  readonly claimedAt: Date;
  readonly answeredAt: Date | null;
}

export interface NoteRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly authorId: string;
  readonly body: string;
  readonly mentions: readonly string[];
  readonly createdAt: Date;
}

export interface TagRow {
  readonly conversationId: string;
  readonly libraryId: string;
  readonly name: string;
  readonly addedBy: string;
  readonly addedAt: Date;
}

export interface MarkRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly postId: string;
  readonly label: string;
  readonly right: boolean;
  readonly byActor: string;
  readonly at: Date;
}

export const outcomeKinds = ['helped', 'referred', 'not-for-us', 'no-reaction', 'withdrawn'] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

export interface OutcomeRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly kind: OutcomeKind;
  readonly unmetNeed: string | null;
  readonly byActor: string;
  readonly at: Date;
}

export const timelineKinds = [
  'opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown', 'tagged', 'untagged', 'noted', 'marked',
  'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back', 'amended', 'removed', 'liked', 'boosted', 'followed-back', 'need-met', 'handed-over', 'given-back', 'brought-in', 'taken-back',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

export interface TimelineRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly kind: TimelineKind;
  readonly actorId: string | null;
  readonly at: Date;
  /** Ids and words of ours, never a text of somebody else's. */
  readonly detail: Readonly<Record<string, unknown>>;
}
