import type { Tx } from '../../database/index.js';
import { firstLook } from './look-schedule.js';

/**
 * After posts were stored: a thread lives from its newest post on. Those that have lived are left alone.
 * @returns whether one of them is due already
 */
export const noteThreads = async (tx: Tx, accountId: string, threads: ReadonlyMap<string, Date>, now: Date): Promise<boolean> => {
  const rows = [...threads]
    .flatMap(([threadId, since]) => {
      const nextAt = firstLook(since, now);
      return nextAt === undefined ? [] : [{ threadId, since, nextAt }];
    })
    .sort((a, b) => (a.threadId < b.threadId ? -1 : 1));
  if (rows.length === 0) return false;
  await tx.query(
    `insert into thread_look as w (thread_id, account_id, since, next_at)
     select t.thread_id, $1, t.since, t.next_at from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as t(thread_id, since, next_at)
     on conflict (thread_id) do update set account_id = excluded.account_id, since = excluded.since, next_at = least(w.next_at, excluded.next_at)
     where excluded.since > w.since`,
    [accountId, rows.map((row) => row.threadId), rows.map((row) => row.since), rows.map((row) => row.nextAt)],
  );
  return rows.some((row) => row.nextAt <= now);
};

/** Threads became one: it is looked at as soon as one of them would have been, and nothing of it counts as seen. */
export const mergeLooks = async (tx: Tx, losers: readonly string[], survivor: string): Promise<void> => {
  await tx.query(
    `with gone as (delete from thread_look where thread_id = any($1::uuid[]) returning account_id, since, next_at)
     insert into thread_look as w (thread_id, account_id, since, next_at)
     select $2, (array_agg(account_id order by since desc))[1], max(since), min(next_at) from gone having count(*) > 0
     on conflict (thread_id) do update set since = greatest(w.since, excluded.since), next_at = least(w.next_at, excluded.next_at), counts = '{}', seen_at = null`,
    [losers, survivor],
  );
};
