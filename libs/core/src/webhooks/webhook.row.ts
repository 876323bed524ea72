/** What can be told to a webhook. A test is told to any. */
export const webhookKinds = [
  'conversation.opened', 'conversation.changed', 'conversation.closed', 'conversation.removed',
  'reply.draft', 'reply.in-review', 'reply.approved', 'reply.sending', 'reply.sent', 'reply.failed', 'reply.unknown', 'reply.withdrawn',
  'suggestions.changed', 'account.changed', 'follow-list.changed', 'saved-search.changed', 'saved-answer.changed', 'library.changed',
] as const;
export type WebhookKind = (typeof webhookKinds)[number];
export const testKind = 'webhook.test';

export type WebhookState = 'on' | 'off' | 'failed';
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export interface WebhookRow {
  readonly id: string;
  readonly libraryId: string;
  readonly name: string;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  readonly state: WebhookState;
  readonly madeAt: Date;
  readonly failingSince: Date | null;
  readonly restsUntil: Date | null;
}

/** The columns of a {@link WebhookRow} of `webhook w`. */
export const webhookColumns = 'w.id, w.library_id as "libraryId", w.name, w.url, w.kinds, w.state, w.made_at as "madeAt", w.failing_since as "failingSince", w.rests_until as "restsUntil"';

export interface DeliveryRow {
  readonly id: string;
  readonly libraryId: string;
  readonly webhookId: string;
  readonly kind: WebhookKind | typeof testKind;
  /** Null: of nothing, as a test is. */
  readonly subjectId: string | null;
  readonly version: number | null;
  /** Of a reply: where it is read. */
  readonly conversationId: string | null;
  readonly at: Date;
  readonly state: DeliveryState;
  readonly tries: number;
  readonly dueAt: Date | null;
  readonly triedAt: Date | null;
  readonly status: number | null;
  readonly tookMs: number | null;
  readonly words: string | null;
}

/** The columns of a {@link DeliveryRow} of `webhook_delivery d`. */
export const deliveryColumns = `d.id, d.library_id as "libraryId", d.webhook_id as "webhookId", d.kind, d.subject_id as "subjectId", d.version, d.within_id as "conversationId", d.at, d.state, d.tries,
  d.due_at as "dueAt", d.tried_at as "triedAt", d.status, d.took_ms as "tookMs", d.failure_words as words`;
