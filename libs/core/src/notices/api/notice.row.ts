import type { NoticeKind, NoticeWay } from '../notice-kinds.js';

export const deliveryStates = ['waiting', 'sending', 'sent', 'refused', 'missed', 'over'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface NoticeRow {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly libraryId: string;
  readonly title: string;
  readonly body: string;
  readonly need: string | null;
  readonly path: string;
  readonly conversationId: string | null;
  readonly subjectId: string | null;
  readonly toldAt: Date;
  readonly seenAt: Date | null;
  readonly mails: readonly { readonly way: NoticeWay; readonly state: DeliveryState; readonly dueAt: string; readonly words: string | null }[];
}
