import { z } from 'zod';

const id = z.uuid();
const key = z.string().min(1).max(200);

/** What staff are told of, by ids: its words are made when it is told. `key` is the same for life. */
export const occasionSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal(['sign-in-again', 'failed', 'silent']), key, accountId: id }),
  z.strictObject({ what: z.literal('quarantined'), key, channelId: id }),
  z.strictObject({ what: z.literal('list-changed'), key, changeId: id }),
  z.strictObject({ what: z.literal('list-stopped'), key, boundId: id }),
  z.strictObject({ what: z.literal('list-not-shown'), key, publishedId: id }),
  z.strictObject({ what: z.literal('mentioned'), key, conversationId: id, by: id, actorIds: z.array(id) }),
  z.strictObject({ what: z.literal('assigned'), key, conversationId: id, by: id, to: id }),
  // `to` null: whoever works at the library that has it now.
  z.strictObject({ what: z.literal('handed-over'), key, conversationId: id, by: id, to: id.nullable() }),
  // `but`: who may not approve it, and who asks for it.
  z.strictObject({ what: z.literal('approval'), key, conversationId: id, replyId: id, by: id, approvers: z.enum(['librarian', 'administrator']), but: z.array(id) }),
  z.strictObject({ what: z.literal('approval-late'), key, conversationId: id, replyId: id, to: id }),
  z.strictObject({ what: z.literal('answered'), key, conversationId: id }),
  z.strictObject({ what: z.literal('crisis'), key, conversationId: id }),
  z.strictObject({ what: z.literal('stopped'), key, stopId: id }),
]);
export type Occasion = z.infer<typeof occasionSchema>;
