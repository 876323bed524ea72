import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../staff/index.js';
import { AccountChanges } from './account-changes.js';
import { accountColumns, type AccountRow } from './account.row.js';

const administering: Needed = { scope: 'administer', role: 'administrator' };

/** One change of an account, in one transaction. */
export interface AccountAct {
  readonly tx: Tx;
  /** Into the audit log, with the hint of the account and, after the commit, the news of it: ids, choices and numbers, never settings. */
  record(account: Pick<AccountRow, 'id' | 'libraryId'>, action: string, detail?: AuditDetail): Promise<void>;
  /**
   * The account, locked, if it is there and the actor administers its library. Locked before its channels, as everywhere.
   * @throws PlatformError NOT_FOUND, FORBIDDEN
   */
  account(id: string): Promise<AccountRow>;
  /** @throws PlatformError NOT_FOUND, FORBIDDEN */
  requireAdministrator(libraryId: string): Promise<void>;
  /** A person who administers the whole tree. @throws PlatformError FORBIDDEN */
  requireRoot(libraryId: string): Promise<void>;
}

/** Where accounts are changed: rights first; audit, hint and news of it after. */
@Injectable()
export class AccountDesk {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly changes: AccountChanges,
  ) {}

  async act<T>(actor: Actor, work: (act: AccountAct) => Promise<T>): Promise<T> {
    this.permissions.requireKind(actor, administering);
    return this.database.as(actor.id, (tx) => work({
      tx,
      record: async ({ id, libraryId }, action, detail = {}) => {
        await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: 'account', subjectId: id, detail });
        tx.hint({ kind: 'account', id, library: libraryId });
        tx.afterCommit(() => this.changes.changed(id));
      },
      account: (id) => this.account(tx, actor, id),
      requireAdministrator: (id) => this.permissions.require(tx, actor, id, administering),
      requireRoot: (id) => this.requireRoot(tx, actor, id),
    }));
  }

  private async account(tx: Tx, actor: Actor, id: string): Promise<AccountRow> {
    const read = (lock: '' | 'for update'): Promise<AccountRow[]> =>
      tx.query<AccountRow>(`select ${accountColumns} from account a where a.id = $1 and a.removed_at is null and a.library_id in (select scope() union select scope_up()) ${lock}`, [id]);
    const [seen] = await read('');
    if (seen === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account.', 'accountId');
    const [role] = await this.permissions.rolesAt(tx, actor, [seen.libraryId]);
    // An account of a library above is heard by, and seen; its own library alone sets it up.
    if (role === undefined) throw new PlatformError('FORBIDDEN', 'This account belongs to a library above yours, which alone changes it.', 'accountId');
    this.permissions.requireRole(role, 'administrator');
    const [locked] = await read('for update');
    if (locked === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account.', 'accountId');
    return locked;
  }

  private async requireRoot(tx: Tx, actor: Actor, libraryId: string): Promise<void> {
    this.permissions.requireKind(actor, { ...administering, person: true });
    const [library] = await tx.query<{ rootId: string }>('select root_id as "rootId" from library where id = $1', [libraryId]);
    const [role] = await this.permissions.rolesAt(tx, actor, library === undefined ? [] : [library.rootId]);
    if (role !== 'administrator') throw new PlatformError('FORBIDDEN', 'Only an administrator of the topmost library may let an account reach private addresses.', 'accountId');
  }
}
