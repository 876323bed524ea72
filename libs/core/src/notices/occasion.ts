import { z } from 'zod';

const id = z.uuid();

/** What staff are told of, by ids: its words are made when it is told. `key` is the same for life. */
export const occasionSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal(['sign-in-again', 'failed']), key: z.string(), accountId: id }),
  z.strictObject({ what: z.literal('quarantined'), key: z.string(), channelId: id }),
  z.strictObject({ what: z.literal('list-changed'), key: z.string(), changeId: id }),
  z.strictObject({ what: z.literal('list-stopped'), key: z.string(), boundId: id }),
  z.strictObject({ what: z.literal('list-not-shown'), key: z.string(), publishedId: id }),
  z.strictObject({ what: z.literal('mentioned'), key: z.string(), conversationId: id, by: id, actorIds: z.array(id) }),
  z.strictObject({ what: z.literal('assigned'), key: z.string(), conversationId: id, by: id, to: id }),
]);
export type Occasion = z.infer<typeof occasionSchema>;
