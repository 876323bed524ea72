import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { inSight } from './accounts.repository.js';
import { channelColumns, type ChannelRow, type ChannelState, type CountRow, deadLetterColumns, type DeadLetterRow, gapColumns, type GapRow, type GapState } from './channel.row.js';

/** In the order of their making: ids are UUIDv7. */
export const channelOrder = new Keyset('channels', 'asc', [{ column: 'c.id', type: 'uuid' }]);
export const gapOrder = new Keyset('coverage gaps', 'desc', [{ column: 'g.gap_to', type: 'timestamptz' }, { column: 'g.id', type: 'uuid' }]);
export const deadLetterOrder = new Keyset('dead letters', 'desc', [{ column: 'd.last_at', type: 'timestamptz' }, { column: 'd.id', type: 'uuid' }]);

/** How many gaps are named in words. */
export const namedGaps = 3;

export interface DeadLetterFilter {
  /** Of the accounts by which this library hears. */
  readonly libraryId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly channelId?: string | undefined;
}

/** Reads channels and what became of what they heard. */
@Injectable()
export class ChannelsRepository {
  /** A page of {@link channelOrder}. */
  channels(reads: ReadScope, filter: { readonly accountId: string; readonly state?: ChannelState | undefined }, page: Page): Promise<readonly (ChannelRow & Keyed)[]> {
    const parameters: unknown[] = [filter.accountId, filter.state ?? null];
    return reads.query(
      `select ${channelColumns}, ${channelOrder.select} from channel c join library l on l.id = c.library_id
       where ${inSight('c')} and c.removed_at is null and c.account_id = $1 and ($2::text is null or c.state = $2)
         ${page.after(parameters)} ${channelOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /** Also removed ones: dead letters name them. */
  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly ChannelRow[]> {
    return reads.query(`select ${channelColumns} from channel c join library l on l.id = c.library_id where ${inSight('c')} and c.id = any($1::uuid[])`, [ids]);
  }

  /** A page of {@link gapOrder}, of one channel or of all live channels of an account: the latest first. */
  gaps(reads: ReadScope, of: { readonly channelId: string } | { readonly accountId: string }, states: readonly GapState[] | undefined, page: Page): Promise<readonly (GapRow & Keyed)[]> {
    const [whose, id] = 'channelId' in of ? ['g.channel_id = $1', of.channelId] : ['g.channel_id in (select c.id from channel c where c.account_id = $1 and c.removed_at is null)', of.accountId];
    const parameters: unknown[] = [id, states ?? null];
    return reads.query(
      `select ${gapColumns}, ${gapOrder.select} from coverage_gap g where ${inSight('g')} and ${whose} and ($2::text[] is null or g.state = any($2)) ${page.after(parameters)} ${gapOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /** The latest gaps of each channel, {@link namedGaps} at most unless told otherwise, each with the number of all of them: those that are not closed, or all. */
  latestGaps(reads: ReadScope, channelIds: readonly string[], { most = namedGaps, closedToo = false } = {}): Promise<readonly (GapRow & { readonly all: number })[]> {
    return reads.query(
      `select latest.* from unnest($1::uuid[]) of(id) cross join lateral (
         select ${gapColumns}, (count(*) over ())::int as all from coverage_gap g
         where ${inSight('g')} and g.channel_id = of.id and ($2 or g.state <> 'closed') order by g.gap_to desc, g.id desc limit $3
       ) latest`,
      [channelIds, closedToo, most],
    );
  }

  /** Gaps since then that are not closed, of all by which a library hears: its own accounts and those above it. The latest first, each with the number of all of them. */
  gapsSince(reads: ReadScope, libraryId: string, since: Date, most: number): Promise<readonly (GapRow & { readonly all: number; readonly plugin: string })[]> {
    return reads.query(
      `select ${gapColumns}, a.plugin, (count(*) over ())::int as all from coverage_gap g join channel c on c.id = g.channel_id join account a on a.id = c.account_id
       where ${inSight('g')} and g.library_id in (select ancestor_id from library_line where library_id = $1) and g.state <> 'closed' and g.gap_to >= $2 and c.removed_at is null
       order by g.gap_to desc, g.id desc limit $3`,
      [libraryId, since, most],
    );
  }

  /** A page of {@link deadLetterOrder}: what came last first. */
  deadLetters(reads: ReadScope, filter: DeadLetterFilter, page: Page): Promise<readonly (DeadLetterRow & Keyed)[]> {
    const parameters: unknown[] = [filter.libraryId ?? null, filter.accountId ?? null, filter.channelId ?? null];
    return reads.query(
      `select ${deadLetterColumns}, ${deadLetterOrder.select} from dead_letter d
       where ${inSight('d')} and ($1::uuid is null or d.library_id in (select ancestor_id from library_line where library_id = $1))
         and ($2::uuid is null or d.channel_id in (select c.id from channel c where c.account_id = $2)) and ($3::uuid is null or d.channel_id = $3)
         ${page.after(parameters)} ${deadLetterOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /**
   * Of the last `days` days, today included: the latest day first, and what was most often first within it. Of an account, what all its channels
   * heard, and what none of them brought.
   */
  counts(reads: ReadScope, of: 'account' | 'channel', ids: readonly string[], days: number): Promise<readonly CountRow[]> {
    const ofChannels = (owner: string): string =>
      `select ${owner} as owner, n.day, n.outcome, n.times from channel_count n join channel c on c.id = n.channel_id where ${inSight('n')} and ${owner} = any($1::uuid[])`;
    const counts = of === 'channel' ? ofChannels('c.id') : `${ofChannels('c.account_id')} union all
      select n.account_id, n.day, n.outcome, n.times from account_count n where ${inSight('n')} and n.account_id = any($1::uuid[])`;
    return reads.query(
      `select t.owner as "ownerId", t.day::text, t.outcome, sum(t.times)::float8 as times from (${counts}) t
       where t.day > (now() at time zone 'UTC')::date - $2::int group by t.owner, t.day, t.outcome order by t.day desc, times desc, t.outcome`,
      [ids, days],
    );
  }
}
