import { Injectable } from '@nestjs/common';
import type { Channel, Profile, Target } from '@earshot/plugin-sdk';
import { type Tx, newId } from '../../database/index.js';

/** What the plan of one account is made from. */
export interface Planning {
  readonly libraryId: string;
  readonly targets: readonly Target[];
  readonly identifiedAt: Date | null;
}

/** Rows of account, follow and channel, as planning reads and writes them. */
@Injectable()
export class AccountPlans {
  async stale(tx: Tx, plugins: readonly string[], most: number): Promise<readonly string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from account where plan_stale and removed_at is null and state = 'on' and plugin = any($1::text[]) and library_id not in (select stopped('listening')) order by id limit $2`,
      [plugins, most],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Takes the account's row and clears its mark before reading the follows: what changes after this sets the mark again.
   * Nothing where the account is gone, or planned by somebody else this moment.
   */
  async begin(tx: Tx, accountId: string): Promise<Planning | undefined> {
    const [account] = await tx.query<{ library_id: string; identified_at: Date | null }>(
      `update account set plan_stale = false
       where id = (select id from account where id = $1 and removed_at is null for update skip locked) returning library_id, identified_at`,
      [accountId],
    );
    if (account === undefined) return undefined;
    const targets = await tx.query<Target>(
      `select distinct on (f.kind, f.key) f.kind, f.key, f.label from follow f join follow_list l on l.id = f.list_id
       where f.account_id = $1 and f.removed_at is null and l.removed_at is null and f.kind <> 'words' order by f.kind, f.key, f.added_at desc
      `,
      [accountId],
    );
    const mentions = await tx.query<Target>(
      `select 'mentions' as kind, p.remote_id as key, coalesce(p.handle, p.remote_id) as label
       from account a join profile p on p.id = a.profile_id where a.id = $1
         and not exists (select 1 from follow f where f.account_id = a.id and f.kind = 'mentions' and f.removed_at is null)`,
      [accountId],
    );
    return { libraryId: account.library_id, targets: [...targets, ...mentions], identifiedAt: account.identified_at };
  }

  /** Inserts, changes and removes channels until they are these. A removed one keeps its row, and its cursor, should it come back. */
  async write(tx: Tx, accountId: string, libraryId: string, channels: readonly Channel[]): Promise<{ readonly changed: number }> {
    const rows = channels.map((channel) => ({ id: newId(), ...channel }));
    const changed = await tx.query(
      `insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets, retarget)
       select c.id, $1, $2, c.key, c.mode, c."pulseMs", c.targets, c.retarget
       from jsonb_to_recordset($3::jsonb) as c(id uuid, key text, mode text, "pulseMs" int, targets jsonb, retarget text) order by c.key
       on conflict (account_id, key) do update set
         mode = excluded.mode, pulse_ms = excluded.pulse_ms, targets = excluded.targets, retarget = excluded.retarget,
         plan_version = channel.plan_version + 1, removed_at = null,
         -- Of a stream that is none any more nothing is known.
         blind_since = case when channel.mode = excluded.mode then channel.blind_since end,
         -- Read at once: a new target should not wait for the pulse of the old ones. What backs off or is paused keeps its time.
         next_at = case when channel.state = 'waiting' or channel.removed_at is not null then now() else channel.next_at end
       where (channel.mode, channel.pulse_ms, channel.targets, channel.retarget) is distinct from (excluded.mode, excluded.pulse_ms, excluded.targets, excluded.retarget)
         or channel.removed_at is not null
       returning id`,
      [accountId, libraryId, JSON.stringify(rows)],
    );
    const removed = await tx.query(
      `update channel set removed_at = now(), state = 'waiting', state_words = null, lease_token = lease_token + 1, lease_holder = null, lease_until = null
       where account_id = $1 and removed_at is null and not (key = any($2::text[])) returning id`,
      [accountId, channels.map((channel) => channel.key)],
    );
    return { changed: changed.length + removed.length };
  }

  /** What was wrong with the plan; null: nothing. */
  async note(tx: Tx, accountId: string, words: string | null): Promise<void> {
    await tx.query('update account set plan_words = $2 where id = $1', [accountId, words?.slice(0, 1_000) ?? null]);
  }

  /** 0 where none were stored. */
  async secretVersion(tx: Tx, accountId: string): Promise<number> {
    const [row] = await tx.query<{ version: number }>('select version from account_secret where account_id = $1', [accountId]);
    return row?.version ?? 0;
  }

  /** Whom the plugin said we are there, or that it is nobody. */
  async identified(tx: Tx, accountId: string, profile: Profile | undefined): Promise<void> {
    const id = profile === undefined ? null : await this.keepProfile(tx, profile);
    await tx.query(
      `update account set identified_at = now(), profile_id = $2, plan_stale = plan_stale or profile_id is distinct from $2 where id = $1`,
      [accountId, id],
    );
  }

  private async keepProfile(tx: Tx, profile: Profile): Promise<string> {
    const { ref, handle, name, bio, place, url, avatar } = profile;
    const [row] = await tx.query<{ id: string }>(
      `insert into profile(id, network, remote_id, handle, name, bio, place, url, avatar, refusals, told_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())
       on conflict (network, remote_id) do update set handle = excluded.handle, name = excluded.name, bio = excluded.bio, place = excluded.place,
         url = excluded.url, avatar = excluded.avatar, refusals = excluded.refusals, told_at = now()
       returning id`,
      [newId(), ref.network, ref.id ?? `${ref.local?.host ?? ''}/${ref.local?.id ?? ''}`, handle, name ?? null, bio ?? null, place ?? null, url ?? null, avatar ?? null, JSON.stringify(profile.refusals)],
    );
    if (row === undefined) throw new Error('an upsert of a profile gave no row');
    // Who answers us may name us by what that host calls us, and by nothing else.
    if (ref.local !== undefined)
      await tx.query(`insert into profile_alias(network, host, local_id, profile_id) values ($1, $2, $3, $4) on conflict (network, host, local_id) do update set profile_id = excluded.profile_id`,
        [ref.network, ref.local.host, ref.local.id, row.id]);
    return row.id;
  }
}
