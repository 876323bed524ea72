import { newId, type Tx } from '../database/index.js';
import type { ConversationOf } from './conversation.row.js';

interface NewNote {
  readonly id: string;
  readonly author: string;
  readonly body: string;
  readonly mentions: readonly string[];
}

/** @returns the note's id; undefined where it was written before. An id that names another note, perhaps of a library that nobody here sees, is neither told of nor loses this one: it gets another. */
export const writeNote = async (tx: Tx, { id: conversationId, libraryId }: ConversationOf, note: NewNote): Promise<string | undefined> => {
  const [added] = await tx.query<{ id: string }>('insert into note(id, library_id, conversation_id, author_id, body, mentions) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing returning id', [
    note.id, libraryId, conversationId, note.author, note.body, note.mentions,
  ]);
  if (added !== undefined) return added.id;
  const before = await tx.query('select 1 from note where id = $1 and library_id = $2 and conversation_id = $3 and author_id = $4', [note.id, libraryId, conversationId, note.author]);
  return before.length > 0 ? undefined : writeNote(tx, { id: conversationId, libraryId }, { ...note, id: newId() });
};
