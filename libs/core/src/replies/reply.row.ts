export type ReplyState = 'draft' | 'in_review' | 'approved' | 'sending' | 'sent' | 'failed' | 'unknown' | 'withdrawn';

export interface ReplyRow {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  readonly accountId: string;
  /** Null: a post of our own, which answers nobody. */
  readonly toPostId: string | null;
  /** The first part of an answer in several, of one that is a further part; and its place among those, rising from 1. Else null, and 0. */
  readonly wholeId: string | null;
  readonly part: number;
  readonly key: string;
  readonly text: string;
  readonly lang: string;
  readonly state: ReplyState;
  readonly draftedBy: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly dueAt: Date | null;
  readonly sentAt: Date | null;
  readonly failureWords: string | null;
  readonly version: number;
}

export const replyColumns = `r.id, r.library_id as "libraryId", r.conversation_id as "conversationId", r.account_id as "accountId", r.to_post_id as "toPostId", r.whole_id as "wholeId", r.part, r.key, r.text, r.lang, r.state,
  r.drafted_by as "draftedBy", r.created_at as "createdAt", r.changed_at as "changedAt", r.approved_by as "approvedBy", r.approved_at as "approvedAt", r.due_at as "dueAt", r.sent_at as "sentAt",
  r.failure_words as "failureWords", r.version`;
