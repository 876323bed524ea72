import type { Tx } from '../../database/index.js';

/**
 * Withdraws what was not sent yet of the replies to these posts, of one library or of all, and tells why in the timeline of each conversation.
 * What is on its way cannot be called back: the outbox asks once more before it sends.
 */
export const withdrawReplies = async (tx: Tx, posts: readonly string[], because: string, libraryId?: string): Promise<number> => {
  if (posts.length === 0) return 0;
  const rows = await tx.query<{ id: string; library_id: string; conversation_id: string; version: number }>(
    `update reply r set state = 'withdrawn', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, version = r.version + 1, changed_at = now()
     from (select id from reply where to_post_id = any($1::uuid[]) and state in ('draft', 'in_review', 'approved', 'failed') and ($2::uuid is null or library_id = $2) order by id for update) o
     where r.id = o.id returning r.id, r.library_id, r.conversation_id, r.version`, [posts, libraryId ?? null]);
  if (rows.length === 0) return 0;
  await tx.query(
    `insert into timeline(id, library_id, conversation_id, kind, detail) select gen_random_uuid(), * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[])`,
    [rows.map((row) => row.library_id), rows.map((row) => row.conversation_id), rows.map(() => 'withdrawn'), rows.map((row) => JSON.stringify({ reply: row.id, because }))],
  );
  for (const row of rows) tx.hint({ kind: 'reply', id: row.id, library: row.library_id, version: row.version });
  return rows.length;
};
