import type { Client } from 'pg';

export interface Progress {
  readonly heard: number;
  readonly kept: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly conversations: number;
  readonly needs: number;
  /** The town was heard up to its present once: what is quiet now has nothing to say, and is not merely waiting for its turn. */
  readonly caughtUp: boolean;
}

/** What became of everything heard so far. */
export const progress = async (owner: Client): Promise<Progress> => {
  const { rows } = await owner.query<{ outcome: string; times: string }>('select outcome, sum(times) as times from (select outcome, times from channel_count union all select outcome, times from account_count) n group by outcome order by sum(times) desc');
  const { rows: counted } = await owner.query<{ conversations: string; needs: string; caught_up: boolean }>(
    `select (select count(*) from conversation where merged_into is null) as conversations, (select count(distinct post_id) from finding where label like 'need.%') as needs,
            exists (select from channel join account on account.id = channel.account_id where account.plugin = 'practice' and channel.heard_until is not null) as caught_up`,
  );
  const dropped = Object.fromEntries(rows.filter((row) => row.outcome !== 'kept').map((row) => [row.outcome, Number(row.times)]));
  const kept = Number(rows.find((row) => row.outcome === 'kept')?.times ?? 0);
  return { heard: kept + Object.values(dropped).reduce((sum, times) => sum + times, 0), kept, dropped, conversations: Number(counted[0]?.conversations ?? 0), needs: Number(counted[0]?.needs ?? 0), caughtUp: counted[0]?.caught_up === true };
};

export const progressLine = ({ heard, kept, dropped, conversations, needs }: Omit<Progress, 'caughtUp'>): string => {
  const reasons = Object.entries(dropped).map(([reason, times]) => `${times} ${reason}`).join(', ');
  return `heard ${heard} · kept ${kept} · dropped ${heard - kept}${reasons === '' ? '' : ` (${reasons})`} · ${conversations} conversations · ${needs} posts with a need`;
};
