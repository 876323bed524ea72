import { Injectable } from '@nestjs/common';
import type { Target } from '@earshot/plugin-sdk';
import { Database, type Tx, newId, readSql } from '../../database/index.js';
import type { ChannelLease } from '../intake.js';
import type { Verdict } from './channel-verdict.js';
import type { LeasedChannel } from './leased-channel.js';

const takeSql = readSql(import.meta.url, './take-channels.sql');
const settleSql = readSql(import.meta.url, './settle-channel.sql');

/** What a heart-beat learns of a channel that is still ours. */
export interface Renewed {
  readonly channelId: string;
  readonly planVersion: number;
  /** Its account is on, neither was removed, and nobody stopped listening. */
  readonly wanted: boolean;
  readonly secretVersion: number;
}

/**
 * The leases in table channel. All times are durations added to the database's own clock: machines whose clocks differ agree on when
 * a lease ends, and the token, which rises with every taking, guards what even that could not.
 */
@Injectable()
export class ChannelLeases {
  constructor(private readonly database: Database) {}

  take(holder: string, leaseMs: number, mode: 'poll' | 'stream', plugins: readonly string[], room: number): Promise<LeasedChannel[]> {
    return this.database.listening((tx) => tx.query<LeasedChannel>(takeSql, [holder, leaseMs, mode, plugins, room]));
  }

  /** One statement for all that is held. What does not come back is held by somebody else now, or gone. */
  renew(held: readonly Pick<ChannelLease, 'channelId' | 'token'>[], leaseMs: number): Promise<Renewed[]> {
    // Locked in the order of ids, as a planner does: two processes that renew and plan at once cannot wait for each other in a ring.
    return this.database.listening((tx) =>
      tx.query<Renewed>(
        `with held as (
           select c.id from channel c join unnest($1::uuid[], $2::bigint[]) h(id, token) on h.id = c.id and h.token = c.lease_token
           order by c.id for update of c
         )
         update channel c set lease_until = now() + $3 * interval '1 millisecond'
         from held, account a left join account_secret s on s.account_id = a.id
         where c.id = held.id and a.id = c.account_id
         returning c.id as "channelId", c.plan_version as "planVersion",
           (c.removed_at is null and a.removed_at is null and a.state = 'on' and c.library_id not in (select stopped_libraries('listening'))) as wanted, coalesce(s.version, 0) as "secretVersion"`,
        [held.map((lease) => lease.channelId), held.map((lease) => lease.token), leaseMs],
      ),
    );
  }

  /** The libraries for which somebody stopped listening. */
  async stopped(): Promise<ReadonlySet<string>> {
    const rows = await this.database.listening((tx) => tx.query<{ id: string }>(`select stopped_libraries('listening') as id`));
    return new Set(rows.map(({ id }) => id));
  }

  async targets(channelId: string): Promise<readonly Target[]> {
    const [row] = await this.database.listening((tx) => tx.query<{ targets: Target[] }>('select targets from channel where id = $1', [channelId]));
    return row?.targets ?? [];
  }

  /** Whether it was still ours to settle. */
  async settle(tx: Tx, lease: Pick<ChannelLease, 'channelId' | 'token'>, verdict: Verdict): Promise<boolean> {
    const { gap, letter } = verdict;
    const rows = await tx.query(settleSql, [
      lease.channelId, lease.token, verdict.state, verdict.words ?? null, verdict.nextInMs, verdict.failures, verdict.resetCursor === true,
      gap === undefined ? null : newId(), gap?.from ?? null, gap?.to ?? null, gap?.why ?? null,
      letter === undefined ? null : newId(), letter?.why ?? null, letter?.digest ?? null,
    ]);
    return rows.length > 0;
  }

  /** An account that nobody is signed in to reads nothing: those that read now lose their lease. */
  async stopAccount(tx: Tx, accountId: string, words: string): Promise<void> {
    await tx.query(
      `with mine as (select id from channel where account_id = $1 and removed_at is null and state not in ('quarantined', 'stopped') order by id for update)
       update channel c set state = 'stopped', state_words = $2, state_since = now(), lease_token = lease_token + 1, lease_holder = null, lease_until = null
       from mine where c.id = mine.id`,
      [accountId, words],
    );
  }

  /** Who holds leases that have not run out. */
  async holders(): Promise<string[]> {
    const rows = await this.database.listening((tx) => tx.query<{ holder: string }>('select distinct lease_holder as holder from channel where lease_holder is not null and lease_until > now()'));
    return rows.map(({ holder }) => holder);
  }

  /** Ends the leases of these holders; answers with how many those were. */
  async endThoseOf(holders: readonly string[]): Promise<number> {
    const ended = await this.database.listening((tx) =>
      tx.query(
        `with held as (select c.id from channel c where c.lease_holder = any($1) order by c.id for update of c)
         update channel c set state = 'waiting', state_since = now(), lease_token = lease_token + 1, lease_holder = null, lease_until = null, next_at = least(next_at, now())
         from held where c.id = held.id returning c.id`,
        [holders],
      ),
    );
    return ended.length;
  }

  /** Lets others have them at once. */
  async release(held: readonly Pick<ChannelLease, 'channelId' | 'token'>[]): Promise<void> {
    if (held.length === 0) return;
    await this.database.listening((tx) =>
      tx.query(
        `with held as (
           select c.id from channel c join unnest($1::uuid[], $2::bigint[]) h(id, token) on h.id = c.id and h.token = c.lease_token
           where c.lease_holder is not null order by c.id for update of c
         )
         update channel c set state = 'waiting', state_since = now(), lease_token = lease_token + 1, lease_holder = null, lease_until = null, next_at = least(next_at, now())
         from held where c.id = held.id`,
        [held.map((lease) => lease.channelId), held.map((lease) => lease.token)],
      ),
    );
  }
}
