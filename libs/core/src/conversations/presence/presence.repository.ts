import { Injectable } from '@nestjs/common';
import { type Database, isId } from '../../database/index.js';
import type { Queryable } from '../../staff/index.js';
import { type ConversationOf, idsAndLibraries } from '../conversation.row.js';
import { type PresenceRow, type PresenceWord, presenceColumns } from './presence.row.js';

/** Where somebody was heard of: the conversation that survived, if theirs was merged. */
export interface Said extends ConversationOf {
  /** Others see something else than before. */
  readonly changed: boolean;
}

/** Rows of presence, which the database writes by one function and forgets in a crash. */
@Injectable()
export class PresenceRepository {
  /** Undefined where the actor sees no such conversation. */
  async say(tx: Queryable, conversationId: string, word: PresenceWord): Promise<Said | undefined> {
    const [said] = isId(conversationId) ? await tx.query<Said>('select conversation_id as id, library_id as "libraryId", changed from say_presence($1, $2)', [conversationId, word]) : [];
    return said;
  }

  /** Who is in these conversations, but the reader, the longest first. */
  others(reads: Queryable, of: readonly ConversationOf[], reader: string): Promise<PresenceRow[]> {
    return reads.query<PresenceRow>(
      `select ${presenceColumns} from present w where w.conversation_id = any($1::uuid[]) and w.library_id = any($2::uuid[]) and w.actor_id <> $3 order by w.since, w.actor_id`,
      [...idsAndLibraries(of), reader]);
  }
}

/** Forgets who was silent for so long that nobody is shown them any more. */
export const sweepPresence = (database: Database): Promise<void> =>
  database.keeping(async (tx) => void (await tx.query(`delete from presence where seen_at < now() - interval '5 minutes'`)));
