import type { DeliveryRow } from './webhook.row.js';

/** What a receiver is sent: byte for byte the same with each try of a delivery. */
export const webhookBody = ({ kind, at, libraryId, subjectId, version, conversationId }: DeliveryRow): string =>
  JSON.stringify({
    type: kind, timestamp: at.toISOString(),
    data: { libraryId, ...(subjectId === null ? {} : { id: subjectId }), ...(conversationId === null ? {} : { conversationId }), ...(version === null ? {} : { version }) },
  });
