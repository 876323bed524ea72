import { Injectable } from '@nestjs/common';
import type { Gap, Unreadable } from '@earshot/plugin-sdk';
import { type Tx, newId, readSql } from '../../database/index.js';
import { type ChannelLease, LeaseLost } from '../intake.js';

/** What a batch leaves at its channel, beside the posts. */
export interface ChannelCommit {
  /** Plain JSON; absent keeps the stored one. */
  readonly cursor?: unknown;
  readonly heardUntil?: Date;
  readonly gaps: readonly Pick<Gap, 'from' | 'to' | 'why'>[];
  readonly unreadable: readonly Pick<Unreadable, 'why' | 'digest'>[];
  /** By outcome: kept, unmatched, refused:<purpose>, suppressed, unreadable, … Zeros are left out. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of the newest event. */
  readonly lastEventAt?: Date;
}

const commitSql = readSql(import.meta.url, './commit-channel.sql');
const countSql = readSql(import.meta.url, './count-account.sql');

const counted = (counts: ChannelCommit['counts']): [outcomes: string[], times: number[]] => {
  const some = Object.entries(counts).filter(([, times]) => times > 0);
  return [some.map(([outcome]) => outcome), some.map(([, times]) => times)];
};

/** Writes a channel's cursor, coverage, gaps, dead letters and counts: in the transaction of whoever stores what it brought. */
@Injectable()
export class ChannelStore {
  /**
   * One statement, fenced by the lease's token; it locks the channel's row until `tx` ends.
   * @throws LeaseLost when somebody else took the channel, or it was removed: let it roll back the transaction.
   */
  async commit(tx: Tx, lease: Pick<ChannelLease, 'channelId' | 'token'>, told: ChannelCommit): Promise<void> {
    const rows = await this.write(tx, lease.channelId, lease.token, told);
    if (rows === 0) throw new LeaseLost('another process reads this channel now');
  }

  /** What came beside the reading: counts, gaps and dead letters alone. Nothing where the channel was removed meanwhile. */
  async note(tx: Tx, channelId: string, told: Omit<ChannelCommit, 'cursor' | 'heardUntil'>): Promise<void> {
    await this.write(tx, channelId, null, told);
  }

  /** What came by no channel is counted at its account. */
  async count(tx: Tx, accountId: string, counts: ChannelCommit['counts']): Promise<void> {
    const [outcomes, times] = counted(counts);
    if (outcomes.length > 0) await tx.query(countSql, [accountId, outcomes, times]);
  }

  private async write(tx: Tx, channelId: string, token: string | null, told: ChannelCommit): Promise<number> {
    const [outcomes, times] = counted(told.counts);
    const rows = await tx.query(commitSql, [
      channelId,
      token,
      told.cursor === undefined ? null : JSON.stringify(told.cursor),
      told.heardUntil ?? null,
      told.lastEventAt ?? null,
      JSON.stringify(told.gaps.map((gap) => ({ id: newId(), from: gap.from, to: gap.to, why: gap.why }))),
      JSON.stringify(byDigest(told.unreadable)),
      outcomes,
      times,
    ]);
    return rows.length;
  }
}

/** One row a digest, sorted: an upsert touches no row twice, and always in the same order. */
const byDigest = (letters: ChannelCommit['unreadable']): readonly { id: string; why: string; digest: string; times: number }[] => {
  const found = new Map<string, { id: string; why: string; digest: string; times: number }>();
  for (const { why, digest } of letters) {
    const known = found.get(digest);
    if (known) known.times++;
    else found.set(digest, { id: newId(), why, digest, times: 1 });
  }
  return [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
};
