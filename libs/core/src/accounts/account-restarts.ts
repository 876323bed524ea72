import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { AccountHealth } from '../plugins/index.js';
import { AccountWrites } from './account-writes.repository.js';
import { accountColumns, type AccountRow } from './account.row.js';

/** What a change of settings or secrets means for an account's channels and health. */
@Injectable()
export class AccountRestarts {
  constructor(
    private readonly writes: AccountWrites,
    private readonly health: AccountHealth,
  ) {}

  /** What had stopped or failed tries again at once. */
  async restarted(tx: Tx, account: AccountRow): Promise<AccountRow> {
    // Somebody has to sign in first: until then every channel would fail the same way again.
    if (account.health === 'sign-in-again') return account;
    await this.writes.restart(tx, account);
    return this.withHealth(tx, account);
  }

  async withHealth(tx: Tx, account: AccountRow): Promise<AccountRow> {
    await this.health.refresh(tx, account.id);
    const [row] = await tx.query<AccountRow>(`select ${accountColumns} from account a where a.id = $1 and a.library_id = $2`, [account.id, account.libraryId]);
    return row ?? account;
  }

  /** Stores sealed secrets instead of those of the version `before`, and lets the account begin with them. Undefined where those are not the newest any more. */
  async signedIn(tx: Tx, account: AccountRow, sealed: Buffer, before: number): Promise<AccountRow | undefined> {
    if (!(await this.writes.swapSecrets(tx, account, sealed, before))) return undefined;
    return this.restarted(tx, await this.writes.signedIn(tx, account));
  }
}
