import { Injectable } from '@nestjs/common';
import { newId, type Tx } from '../database/index.js';
import { accountColumns, type AccountRow } from './account.row.js';

export type AccountChange = Partial<Pick<AccountRow, 'name' | 'settings' | 'state' | 'allowedAddresses'>>;

/** Writes accounts, their secrets, and what a change of them means for their channels. Channels are locked in the order of their ids, after their account. */
@Injectable()
export class AccountWrites {
  async create(tx: Tx, told: Pick<AccountRow, 'libraryId' | 'plugin' | 'name' | 'settings'> & { readonly createdBy: string }): Promise<AccountRow> {
    const rows = await tx.query<AccountRow>(
      `insert into account as a (id, library_id, plugin, name, settings, created_by) values ($1, $2, $3, $4, $5, $6) returning ${accountColumns}`,
      [newId(), told.libraryId, told.plugin, told.name, JSON.stringify(told.settings), told.createdBy],
    );
    return only(rows);
  }

  /** What is not told stays. Whatever changed, the plan is made anew. */
  async change(tx: Tx, account: AccountRow, told: AccountChange): Promise<AccountRow> {
    const { name, settings, state, allowedAddresses } = { ...account, ...told };
    const rows = await tx.query<AccountRow>(
      `update account a set name = $3, settings = $4, state = $5, allowed_addresses = $6, plan_stale = true
       where a.id = $1 and a.library_id = $2 returning ${accountColumns}`,
      [account.id, account.libraryId, name, JSON.stringify(settings), state, allowedAddresses],
    );
    return only(rows);
  }

  /** Takes it away with its channels, and overwrites its secrets; what was heard by it stays. */
  async remove(tx: Tx, account: AccountRow): Promise<AccountRow> {
    const rows = await tx.query<AccountRow>(
      `update account a set removed_at = now(), state = 'off' where a.id = $1 and a.library_id = $2 returning ${accountColumns}`,
      [account.id, account.libraryId],
    );
    await tx.query(
      `with mine as (select id from channel where account_id = $1 and library_id = $2 and removed_at is null order by id for update)
       update channel c set removed_at = now(), state = 'waiting', state_words = null, state_since = now(), lease_token = lease_token + 1, lease_holder = null, lease_until = null
       from mine where c.id = mine.id`,
      [account.id, account.libraryId],
    );
    await this.forgetSecrets(tx, account);
    return only(rows);
  }

  /** Who reads loses the lease, so that nothing more is stored for what no longer holds. */
  async interrupt(tx: Tx, account: Pick<AccountRow, 'id' | 'libraryId'>): Promise<void> {
    await this.wait(tx, account, ['reading']);
  }

  /** The same, and what had stopped or failed tries again at once. A pause that the network asked for, and a quarantine, stay. */
  async restart(tx: Tx, account: Pick<AccountRow, 'id' | 'libraryId'>): Promise<void> {
    await this.wait(tx, account, ['reading', 'backing-off', 'stopped']);
  }

  /** Lets one channel try again that was set aside, or had stopped. Whether it was. */
  async release(tx: Tx, account: Pick<AccountRow, 'id' | 'libraryId'>, channelId: string): Promise<boolean> {
    const rows = await tx.query(
      `update channel set state = 'waiting', state_words = null, state_since = now(), next_at = now(), failures = 0
       where id = $1 and account_id = $2 and library_id = $3 and removed_at is null and state in ('quarantined', 'stopped') returning id`,
      [channelId, account.id, account.libraryId],
    );
    return rows.length > 0;
  }

  /** Stores what was sealed. This login can write it and never read it; a newer version is seen by every reader at its next heart-beat. */
  async putSecrets(tx: Tx, account: Pick<AccountRow, 'id'>, sealed: Buffer): Promise<void> {
    await tx.query(
      `insert into account_secret(account_id, sealed) values ($1, $2)
       on conflict (account_id) do update set sealed = $2, version = account_secret.version + 1, changed_at = now()`,
      [account.id, sealed],
    );
  }

  /** Stores what was sealed, instead of secrets of the version `before` (0: none). Whether those were still the newest. */
  async swapSecrets(tx: Tx, account: Pick<AccountRow, 'id'>, sealed: Buffer, before: number): Promise<boolean> {
    const rows = await tx.query(
      `insert into account_secret(account_id, sealed, version) values ($1, $2, $3 + 1)
       on conflict (account_id) do update set sealed = $2, version = account_secret.version + 1, changed_at = now() where account_secret.version = $3 returning account_id`,
      [account.id, sealed, before],
    );
    return rows.length > 0;
  }

  /** Forgets the secrets, and stops what read with them. */
  async signedOut(tx: Tx, account: AccountRow): Promise<AccountRow> {
    const words = 'Nobody is signed in.';
    await this.forgetSecrets(tx, account);
    const rows = await tx.query<AccountRow>(
      `update account a set health = 'sign-in-again', health_words = $3, health_since = now(), identified_at = null where a.id = $1 and a.library_id = $2 returning ${accountColumns}`,
      [account.id, account.libraryId, words],
    );
    await tx.query(
      `with mine as (select id from channel where account_id = $1 and library_id = $2 and removed_at is null and state not in ('quarantined', 'stopped') order by id for update)
       update channel c set state = 'stopped', state_words = $3, state_since = now(), lease_token = lease_token + 1, lease_holder = null, lease_until = null
       from mine where c.id = mine.id`,
      [account.id, account.libraryId, words],
    );
    return only(rows);
  }

  /** Nothing is known of how it goes for whoever signs in now, nor who they are. */
  async signedIn(tx: Tx, account: AccountRow): Promise<AccountRow> {
    const rows = await tx.query<AccountRow>(
      `update account a set plan_stale = true, identified_at = null,
         health = case when health = 'sign-in-again' then 'new' else health end,
         health_words = case when health = 'sign-in-again' then null else health_words end,
         health_since = case when health = 'sign-in-again' then now() else health_since end
       where a.id = $1 and a.library_id = $2 returning ${accountColumns}`,
      [account.id, account.libraryId],
    );
    return only(rows);
  }

  private async forgetSecrets(tx: Tx, account: Pick<AccountRow, 'id'>): Promise<void> {
    await tx.query(`update account_secret set sealed = '', version = version + 1, changed_at = now() where account_id = $1`, [account.id]);
  }

  private async wait(tx: Tx, account: Pick<AccountRow, 'id' | 'libraryId'>, states: readonly string[]): Promise<void> {
    await tx.query(
      `with mine as (select id from channel where account_id = $1 and library_id = $2 and removed_at is null and state = any($3::text[]) order by id for update)
       update channel c set state = 'waiting', state_words = null, state_since = now(), next_at = now(), failures = 0,
         lease_token = lease_token + 1, lease_holder = null, lease_until = null
       from mine where c.id = mine.id`,
      [account.id, account.libraryId, states],
    );
  }
}

const only = (rows: readonly AccountRow[]): AccountRow => {
  const [row] = rows;
  if (row === undefined) throw new Error('a locked account was not there to be written');
  return row;
};
