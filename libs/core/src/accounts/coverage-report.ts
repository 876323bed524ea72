import type { ReadScope } from '../database/index.js';
import { AccountsRepository, inSight } from './accounts.repository.js';
import { accountColumns, type AccountRow } from './account.row.js';
import { channelColumns, type ChannelRow } from './channel.row.js';
import { ChannelsRepository } from './channels.repository.js';
import { accountCoverage, channelCoverage, channelInWords, gapReport, healthInWords } from './in-words.js';

/** What an account heard, in words for a terminal. */
export interface CoverageReport {
  readonly name: string;
  readonly plugin: string;
  readonly health: string;
  readonly coverage: string;
  readonly channels: readonly ChannelReport[];
  /** Channels that are not told one by one, because nothing is to be said of them. */
  readonly quiet: number;
}

export interface ChannelReport {
  readonly title: string;
  readonly state: string;
  readonly coverage: string;
  readonly gaps: readonly string[];
  /** Further gaps, which are older. */
  readonly more: number;
}

export interface CoverageWish {
  readonly libraryId: string;
  /** By id or name: this account alone, with each of its channels and also the gaps that were closed. */
  readonly account?: string | undefined;
}

const mostChannels = 1_000;
const mostGaps = 20;

const accountsRepository = new AccountsRepository();
const channelsRepository = new ChannelsRepository();

/** What the accounts of one library heard from when to when. Without an account named, channels of which nothing is to be said are counted. */
export const coverageReports = async (reads: ReadScope, wish: CoverageWish, now: Date): Promise<readonly CoverageReport[]> => {
  const accounts = await reads.query<AccountRow>(
    `select ${accountColumns} from account a where ${inSight('a')} and a.library_id = $1 and a.removed_at is null and ($2::text is null or a.id::text = lower($2) or lower(a.name) = lower($2)) order by lower(a.name), a.id`,
    [wish.libraryId, wish.account ?? null],
  );
  const coverage = new Map((await accountsRepository.coverage(reads, accounts.map(({ id }) => id))).map((row) => [row.accountId, row]));
  const reports: CoverageReport[] = [];
  for (const account of accounts) {
    const row = coverage.get(account.id);
    const told = await channelsWorthAWord(reads, account.id, wish.account !== undefined);
    reports.push({
      name: account.name, plugin: account.plugin, health: healthInWords(account), coverage: row === undefined ? 'no channels yet' : accountCoverage(row, now),
      channels: await reportsOf(reads, told, wish.account !== undefined, now), quiet: (row?.channels ?? 0) - told.length,
    });
  }
  return reports;
};

const channelsWorthAWord = (reads: ReadScope, accountId: string, all: boolean): Promise<readonly ChannelRow[]> =>
  reads.query<ChannelRow>(
    `select ${channelColumns} from channel c join library l on l.id = c.library_id
     where ${inSight('c')} and c.removed_at is null and c.account_id = $1
       and ($2 or c.heard_until is null or c.state not in ('waiting', 'reading') or c.blind_since is not null or exists (select 1 from coverage_gap g where g.channel_id = c.id and g.state <> 'closed'))
     order by c.id limit ${mostChannels}`,
    [accountId, all],
  );

const reportsOf = async (reads: ReadScope, channels: readonly ChannelRow[], closedToo: boolean, now: Date): Promise<readonly ChannelReport[]> => {
  const ids = channels.map(({ id }) => id);
  const open = new Map((await channelsRepository.latestGaps(reads, ids, { most: 1 })).map(({ channelId, all }) => [channelId, all]));
  const gaps = Map.groupBy(await channelsRepository.latestGaps(reads, ids, { most: mostGaps, closedToo }), ({ channelId }) => channelId);
  return channels.map((channel) => {
    const told = gaps.get(channel.id) ?? [];
    const [first] = channel.targetLabels;
    return {
      title: first === undefined ? channel.key : `${first}${channel.targetCount > 1 ? ` and ${channel.targetCount - 1} more` : ''}`,
      state: channelInWords(channel, now), coverage: channelCoverage(channel, { all: open.get(channel.id) ?? 0, latest: [] }, now),
      gaps: told.map((gap) => gapReport(gap, { now, timeZone: channel.timeZone })), more: (told[0]?.all ?? 0) - told.length,
    };
  });
};
