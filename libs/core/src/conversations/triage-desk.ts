import { Injectable } from '@nestjs/common';
import { Database, isId, newId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { UserError } from '../graphql/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../staff/index.js';
import { conversationColumns, type ConversationRow } from './conversation.row.js';
import type { TimelineKind } from './handling.row.js';
import { Changed } from './triage.errors.js';

/** Which conversation, and in which version the caller saw it. */
export interface TriageTarget {
  readonly conversationId: string;
  /** Where given and no longer current, nothing is done and the answer is {@link Changed}. */
  readonly ifVersion?: number | undefined;
}

type Column = 'state' | 'waiting_on' | 'until' | 'assignee_id' | 'hidden_at' | 'waiting_since';

interface Recorded {
  readonly kind: TimelineKind;
  readonly detail: AuditDetail;
  readonly shown: Readonly<Record<string, string>>;
}

/** One act on one conversation, which is locked until the act is done. */
export interface TriageAct {
  readonly tx: Tx;
  readonly actor: Actor;
  /** As it is before the act. */
  readonly conversation: ConversationRow;
  set(changes: Partial<Record<Column, unknown>>): void;
  /**
   * Into the timeline and the audit log: ids and choices. `shown` goes into the timeline alone, for words of the staff's own.
   * An act that records nothing changed nothing.
   */
  record(kind: TimelineKind, detail?: AuditDetail, shown?: Readonly<Record<string, string>>): void;
}

type BeforeAct = (tx: Tx, conversation: ConversationRow) => Promise<unknown>;

/**
 * Where staff act on a conversation. An act is one transaction: the conversation is found (also by the id of one that was merged into it) and locked,
 * the actor's right and the version are checked, the act does its own, and timeline, audit log, version and hint follow. An act that finds
 * nothing to do, or an error to return, leaves no trace.
 */
@Injectable()
export class TriageDesk {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  /**
   * @param before runs when the actor's right is known and nothing is locked yet: for what has to be locked before the conversation.
   * @returns the conversation as it is now, or what `work` returned as an error.
   * @throws PlatformError FORBIDDEN for an observer or a token without the scope triage; NOT_FOUND where the actor does not see it.
   */
  async act<R extends UserError | undefined>(actor: Actor, target: TriageTarget, work: (act: TriageAct) => Promise<R>, before?: BeforeAct): Promise<ConversationRow | NonNullable<R> | Changed> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const conversation = await this.lock(tx, actor, target.conversationId, before);
      if (target.ifVersion !== undefined && target.ifVersion !== conversation.version) return new Changed(conversation.version);
      const changes: Partial<Record<Column, unknown>> = {};
      const records: Recorded[] = [];
      const error = await work({ tx, actor, conversation, set: (more) => void Object.assign(changes, more), record: (kind, detail = {}, shown = {}) => void records.push({ kind, detail, shown }) });
      if (error !== undefined) return error;
      if (records.length === 0) return conversation;
      await this.write(tx, actor, conversation, records);
      return change(tx, conversation, changes);
    });
  }

  /** The survivor of the id, locked. Whoever may not write it is told so before the lock, which row-level security would not let them take. */
  private async lock(tx: Tx, actor: Actor, id: string, before: BeforeAct | undefined): Promise<ConversationRow> {
    let at: string | null = isId(id) ? id : null;
    while (at !== null) {
      const seen: ConversationRow | undefined = await read(tx, at, '');
      if (seen === undefined) break;
      await this.permissions.require(tx, actor, seen.libraryId, needed);
      await before?.(tx, seen);
      const locked: ConversationRow | undefined = await read(tx, at, 'for update');
      if (locked?.mergedInto === null) return locked;
      at = locked?.mergedInto ?? null;
    }
    throw new PlatformError('NOT_FOUND', 'There is no such conversation.', 'conversationId');
  }

  private async write(tx: Tx, actor: Actor, { id, libraryId }: ConversationRow, records: readonly Recorded[]): Promise<void> {
    for (const { kind, detail, shown } of records) {
      await tx.query('insert into timeline(id, library_id, conversation_id, kind, actor_id, detail) values ($1, $2, $3, $4, $5, $6)', [
        newId(), libraryId, id, kind, actor.id, JSON.stringify({ ...detail, ...shown }),
      ]);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: `conversation.${kind}`, subjectKind: 'conversation', subjectId: id, detail });
    }
  }
}

const needed: Needed = { scope: 'triage', role: 'librarian' };

const read = async (tx: Tx, id: string, lock: '' | 'for update'): Promise<ConversationRow | undefined> => {
  const [row] = await tx.query<ConversationRow>(`select ${conversationColumns} from conversation c where c.id = $1 and c.library_id in (select scope()) ${lock}`, [id]);
  return row;
};

/** Also where no column changes: the version steps, so that readers of what is attached to it read again. */
const change = async (tx: Tx, { id, libraryId }: ConversationRow, changes: Partial<Record<Column, unknown>>): Promise<ConversationRow> => {
  const assignments = Object.keys(changes).map((column, i) => `${column} = $${i + 3}`);
  const [row] = await tx.query<ConversationRow>(
    `update conversation c set ${['version = c.version', ...assignments].join(', ')} where c.id = $1 and c.library_id = $2 returning ${conversationColumns}`,
    [id, libraryId, ...Object.values(changes)],
  );
  if (row === undefined) throw new Error('a locked conversation did not change');
  tx.hint({ kind: 'conversation', id, library: libraryId, version: row.version });
  return row;
};
