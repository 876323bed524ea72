import type { ConversationOf } from '../conversations/index.js';
import type { Hint, Tx } from '../database/index.js';
import type { ReplyState } from './reply.row.js';

/** The replies of a conversation, which nobody approves, edits or sends until the transaction ends. To be called before the conversation is locked, as whoever approves locks them in this order. */
export const holdReplies = (tx: Tx, { id, libraryId }: ConversationOf): Promise<{ readonly id: string; readonly state: ReplyState }[]> =>
  tx.query('select id, state from reply where conversation_id = $1 and library_id = $2 order by id for update', [id, libraryId]);

/** What of these was approved and has not left is a draft again: each with its entry in the timeline. */
export const recallReplies = async (tx: Tx, replies: readonly string[], { because, by }: { readonly because: string; readonly by: string }): Promise<void> => {
  if (replies.length === 0) return;
  for (const hint of await tx.query<Hint>(`select kind, id, library_id as library, version from void_approvals($1, 'draft', $2, $3)`, [replies, because, by])) tx.hint(hint);
};
