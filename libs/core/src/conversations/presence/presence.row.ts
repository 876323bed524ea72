/** What somebody does in a conversation, as long as they are in it. */
export const presenceDoings = ['viewing', 'typing'] as const;
export type PresenceDoing = (typeof presenceDoings)[number];

/** What a client says of whoever uses it. */
export type PresenceWord = PresenceDoing | 'left';

/** A row of the view `present`: of nobody who has been silent for too long. */
export interface PresenceRow {
  readonly conversationId: string;
  readonly libraryId: string;
  readonly actorId: string;
  readonly doing: PresenceDoing;
  readonly since: Date;
  readonly until: Date;
}

export const presenceColumns = 'w.conversation_id as "conversationId", w.library_id as "libraryId", w.actor_id as "actorId", w.doing, w.since, w.until';
