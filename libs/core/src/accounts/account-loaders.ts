import { Injectable } from '@nestjs/common';
import { inGroups, inOrder, type RequestContext } from '../graphql/index.js';
import type { AccountRow } from './account.row.js';
import { AccountsRepository } from './accounts.repository.js';
import type { ChannelRow, CountRow, CoverageRow, GapRow } from './channel.row.js';
import { ChannelsRepository } from './channels.repository.js';

const keys = { account: Symbol('account'), signedIn: Symbol('when an account was signed in to'), coverage: Symbol('coverage of an account'), channel: Symbol('channel'), gaps: Symbol('latest gaps of a channel') };

/** Accounts, channels and what hangs on them, a statement for each kind of edge and request. Also those that were removed: what was heard names them. */
@Injectable()
export class AccountLoaders {
  constructor(private readonly accounts: AccountsRepository, private readonly channels: ChannelsRepository) {}

  account(request: RequestContext, id: string): Promise<AccountRow | undefined> {
    return request.loader<string, AccountRow | undefined>(keys.account, async (ids) => inOrder(ids, await this.accounts.byIds(request.reads, ids), (row) => row.id)).load(id);
  }

  async signedInAt(request: RequestContext, accountId: string): Promise<Date | null> {
    const loader = request.loader<string, { readonly at: Date } | undefined>(keys.signedIn, async (ids) => inOrder(ids, await this.accounts.signedInAt(request.reads, ids), (row) => row.accountId));
    return (await loader.load(accountId))?.at ?? null;
  }

  coverage(request: RequestContext, accountId: string): Promise<CoverageRow | undefined> {
    return request.loader<string, CoverageRow | undefined>(keys.coverage, async (ids) => inOrder(ids, await this.accounts.coverage(request.reads, ids), (row) => row.accountId)).load(accountId);
  }

  channel(request: RequestContext, id: string): Promise<ChannelRow | undefined> {
    return request.loader<string, ChannelRow | undefined>(keys.channel, async (ids) => inOrder(ids, await this.channels.byIds(request.reads, ids), (row) => row.id)).load(id);
  }

  /** Those that are not closed: the latest few, and how many there are. */
  async gaps(request: RequestContext, channelId: string): Promise<{ readonly all: number; readonly latest: readonly GapRow[] }> {
    const loader = request.loader<string, readonly (GapRow & { readonly all: number })[]>(keys.gaps, async (ids) =>
      inGroups(ids, await this.channels.latestGaps(request.reads, ids), (row) => row.channelId),
    );
    const latest = await loader.load(channelId);
    return { all: latest[0]?.all ?? 0, latest };
  }

  counts(request: RequestContext, of: 'account' | 'channel', id: string, days: number): Promise<readonly CountRow[]> {
    const key = Symbol.for(`earshot: counts of ${of} over ${days} days`);
    return request.loader<string, readonly CountRow[]>(key, async (ids) => inGroups(ids, await this.channels.counts(request.reads, of, ids, days), (row) => row.ownerId)).load(id);
  }
}
