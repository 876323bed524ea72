import type { Target } from '@earshot/plugin-sdk';
import { Database, newId, readSql } from '../../database/index.js';
import type { Jobs } from '../../jobs/index.js';
import type { AccountHealth } from '../../plugins/index.js';
import { backFillJob } from '../back-fill/back-fill.js';
import { type Key, keyText } from '../key.js';
import { KnownRepository } from '../known.repository.js';

const takeSql = readSql(import.meta.url, './sql/take-canaries.sql');
const whomSql = readSql(import.meta.url, './sql/whom-to-look-at.sql');

/** An account whose streams this process looks at now, and nobody else. */
export interface TakenCanary {
  readonly accountId: string;
  readonly libraryId: string;
  readonly plugin: string;
  readonly turn: number;
}

/** Whom to ask for, and the stretch of time that the channel claims. */
export interface Claim {
  readonly channelId: string;
  readonly target: Target;
  readonly since: Date;
  readonly until: Date;
}

/** Why a gap is there that a direct look found. */
export const blindWords = 'The stream was open and did not bring what was said: a direct look found it.';

/** Longer ago, a blind stream is not asked about: networks keep little, and nobody answers. */
const mostMissed = `interval '7 days'`;

/** Rows of account and channel as direct looks read and write them. Times are handed in. */
export class Canaries {
  private readonly known = new KnownRepository();

  constructor(private readonly database: Database, private readonly health: AccountHealth, private readonly jobs: Jobs) {}

  /** Those at which nobody looked since `notSince`. */
  take(told: { readonly now: Date; readonly notSince: Date; readonly plugins: readonly string[]; readonly most: number }): Promise<readonly TakenCanary[]> {
    return this.database.listening((tx) => tx.query<TakenCanary>(takeSql, [told.now, told.notSince, told.plugins, told.most]));
  }

  async claim({ accountId, turn }: TakenCanary, told: { readonly since: Date; readonly until: Date; readonly networks: readonly string[] }): Promise<Claim | undefined> {
    const [claim] = await this.database.listening((tx) => tx.query<Claim>(whomSql, [accountId, told.since, told.until, turn, told.networks]));
    return claim;
  }

  /** Of these posts, those that are stored. */
  async stored(keys: readonly Key[]): Promise<ReadonlySet<string>> {
    const known = await this.database.listening((tx) => this.known.posts(tx, keys));
    return new Set([...known.values()].filter((post) => post.known || post.gone).map((post) => keyText(post.key)));
  }

  /** The channel brought what was said until then. */
  async proven(accountId: string, channelId: string, until: Date): Promise<void> {
    const sighted = await this.database.listening(async (tx) => {
      const rows = await tx.query<{ blind: boolean }>(
        `update channel c set proven_until = greatest(c.proven_until, $2), blind_since = null from (select id, blind_since from channel where id = $1 for update) before
         where c.id = before.id returning before.blind_since is not null as blind`,
        [channelId, until],
      );
      return rows[0]?.blind === true;
    });
    if (sighted) await this.database.listening((tx) => this.health.refresh(tx, accountId));
  }

  /** It did not: the time since it was last seen to is a gap, which is asked for, and it is opened again. */
  async blind({ accountId, libraryId }: TakenCanary, channelId: string, now: Date): Promise<void> {
    await this.database.listening(async (tx) => {
      await this.health.lock(tx, accountId);
      const [channel] = await tx.query<{ from: Date | null }>(
        `update channel c set blind_since = coalesce(c.blind_since, $2), state = 'waiting', state_since = now(), next_at = now(), lease_token = c.lease_token + 1, lease_holder = null, lease_until = null
         where c.id = $1 and c.removed_at is null and c.state in ('reading', 'waiting')
         returning greatest($2::timestamptz - ${mostMissed}, c.heard_from, c.proven_until, (select max(g.gap_to) from coverage_gap g where g.channel_id = c.id)) as "from"`,
        [channelId, now],
      );
      if (channel === undefined) return;
      await tx.query('insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why) values ($1, $2, $3, $4, $5, $6)', [newId(), channelId, libraryId, channel.from, now, blindWords]);
      await this.jobs.enqueue(tx, backFillJob, {}, {});
      await this.health.refresh(tx, accountId);
    });
  }
}
