import type { Client } from 'pg';
import type { Town } from '../scene/town.ts';

interface Kept {
  readonly account_id: string;
  readonly key: string;
  readonly kept: number;
}

/** What a batch, a job or a sending leaves behind when it is done: once for each, whatever was done again. */
export const nothingRanTwice = async (client: Client, { listeners, farSide }: Town, cursors: ReadonlyMap<string, ReadonlyMap<number, number>>): Promise<string[]> => {
  const { rows: kept } = await client.query<Kept>(`select c.account_id, c.key, coalesce(sum(n.times), 0)::int as kept from channel c left join channel_count n on n.channel_id = c.id and n.outcome = 'kept' where c.removed_at is null group by 1, 2`);
  const counted = kept.flatMap(({ account_id, key, kept: times }) => {
    const name = listeners.find(({ accountId }) => accountId === account_id)?.name ?? '';
    // What is brought in behind a gap is counted at its channel too.
    const missed = farSide.missed.filter(({ of }) => of === `${name}/${key}`).reduce((sum, { begin, end }) => sum + end - begin, 0);
    const told = (farSide.script[Number(key)] ?? []).slice(0, cursors.get(name)?.get(Number(key)) ?? 0).filter(({ what }) => what === 'said').length;
    return times > told + missed ? [`${name}/${key} counts ${times} posts as kept, and was told ${told}`] : [];
  });
  const { rows } = await client.query<{ wrong: string }>(`
    select 'there are ' || (select count(*) from timeline where kind = 'opened') || ' openings of ' || count(*) || ' conversations' as wrong from conversation having count(*) <> (select count(*) from timeline where kind = 'opened')
    union all select 'reply ' || subject_id || ' was written down as ' || action || ' ' || count(*) || ' times' from audit where subject_kind = 'reply' group by subject_id, action having count(*) > 1
    union all select 'the same gap stands twice at channel ' || channel_id from coverage_gap group by channel_id, gap_from having count(*) > 1
    union all select 'post ' || remote_id || ' was never judged' from post where known and gone_at is null and network = 'faults' and classified_by = '{}'`);
  return [...counted, ...rows.map(({ wrong }) => wrong)];
};
