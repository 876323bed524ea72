import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../staff/index.js';
import { FollowChanges } from './follow-changes.js';
import { followListColumns, type FollowListRow } from './follow.row.js';

const needed: Needed = { scope: 'follow', role: 'librarian' };

/** One change of follows, of their lists or of saved searches, in one transaction. */
export interface FollowAct {
  readonly tx: Tx;
  readonly actor: Actor;
  /** Into the audit log, with the hint of the list: ids, never texts. */
  record(list: Pick<FollowListRow, 'id' | 'libraryId'>, action: string, detail?: AuditDetail): Promise<void>;
  /** The same for a saved search. */
  recordSearch(search: { readonly id: string; readonly libraryId: string }, action: string): Promise<void>;
  /** After the commit, these accounts' plans are made anew. */
  replan(accountIds: readonly string[]): void;
  /**
   * The list, locked, if it is live and the actor may write it.
   * @throws PlatformError NOT_FOUND, FORBIDDEN
   */
  list(id: string): Promise<FollowListRow>;
  /** What is inherited is seen below, and written by its own library only. @throws PlatformError FORBIDDEN with these words */
  requireOwn(libraryId: string, otherwise: string, field: string): Promise<void>;
  /** @throws PlatformError NOT_FOUND, FORBIDDEN */
  requireLibrary(id: string): Promise<void>;
}

/** Where follows are changed: rights first, audit, hint and news of it after. */
@Injectable()
export class FollowDesk {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly changes: FollowChanges,
  ) {}

  async act<T>(actor: Actor, work: (act: FollowAct) => Promise<T>): Promise<T> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, (tx) => work({
      tx,
      actor,
      record: async ({ id, libraryId }, action, detail = {}) => {
        await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: 'follow-list', subjectId: id, detail });
        tx.hint({ kind: 'follow-list', id, library: libraryId });
      },
      recordSearch: async ({ id, libraryId }, action) => {
        await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: 'saved-search', subjectId: id });
        tx.hint({ kind: 'saved-search', id, library: libraryId });
        tx.afterCommit(() => this.changes.changed([]));
      },
      replan: (accountIds) => tx.afterCommit(() => this.changes.changed([...new Set(accountIds)])),
      list: (id) => this.list(tx, actor, id),
      requireOwn: (libraryId, otherwise, field) => this.requireOwn(tx, actor, libraryId, otherwise, field),
      requireLibrary: (id) => this.permissions.require(tx, actor, id, needed),
    }));
  }

  private async list(tx: Tx, actor: Actor, id: string): Promise<FollowListRow> {
    const read = (lock: '' | 'for update'): Promise<FollowListRow[]> =>
      tx.query<FollowListRow>(`select ${followListColumns} from follow_list t where t.id = $1 and t.removed_at is null and t.library_id in (select scope() union select scope_up()) ${lock}`, [id]);
    const [seen] = await read('');
    if (seen === undefined) throw new PlatformError('NOT_FOUND', 'There is no such follow list.', 'listId');
    await this.requireOwn(tx, actor, seen.libraryId, 'This list belongs to a library above yours, which alone changes it.', 'listId');
    const [locked] = await read('for update');
    if (locked === undefined) throw new PlatformError('NOT_FOUND', 'There is no such follow list.', 'listId');
    return locked;
  }

  private async requireOwn(tx: Tx, actor: Actor, libraryId: string, otherwise: string, field: string): Promise<void> {
    const [role] = await this.permissions.rolesAt(tx, actor, [libraryId]);
    if (role === undefined) throw new PlatformError('FORBIDDEN', otherwise, field);
    this.permissions.requireRole(role, 'librarian');
  }
}
