import type { Tx } from '../database/index.js';
import type { FollowRule, Narrowings, SearchRule } from './matcher/index.js';

export interface FollowChange extends FollowRule {
  /** False: it ended. */
  readonly live: boolean;
}

export interface SearchChange {
  readonly rule: SearchRule;
  readonly text: string;
  readonly live: boolean;
}

/** What changed, over all libraries. */
export interface RuleChanges {
  readonly follows: readonly FollowChange[];
  readonly searches: readonly SearchChange[];
  /** All that hold now: there are few. */
  readonly narrowings: Narrowings;
  /** To ask with the next time. */
  readonly until: string;
}

/**
 * Tells matching what changed of follows and searches. Without `since`, everything that is live.
 *
 * A change that commits while it is being read is told by this reading or by the next, and some are told by both: each row carries the
 * transaction that last changed it, and `until` is the oldest transaction that could still change one.
 * Only in a transaction of the listener, whom no library bounds.
 */
export const changedRules = async (tx: Tx, since?: string): Promise<RuleChanges> => {
  const [now] = await tx.query<{ until: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as until');
  const follows = await tx.query<FollowChange>(
    `select f.id, f.library_id as "libraryId", f.list_id as "listId", f.account_id as "accountId", f.kind, f.network, f.key,
       f.removed_at is null and l.removed_at is null as live
     from follow f join follow_list l on l.id = f.list_id where case when $1::xid8 is null then f.removed_at is null else f.changed_xid >= $1::xid8 end order by f.id`,
    [since ?? null],
  );
  const searches = await tx.query<{ id: string; libraryId: string; name: string; does: string; text: string; live: boolean }>(
    `select s.id, s.library_id as "libraryId", s.name, s.does, s.text, s.removed_at is null as live
     from saved_search s where case when $1::xid8 is null then s.removed_at is null else s.changed_xid >= $1::xid8 end order by s.id`,
    [since ?? null],
  );
  const narrowed = await tx.query<{ id: string; searches: string[] }>(
    `select coalesce(n.list_id, n.follow_id) as id, array_agg(n.search_id order by n.search_id) as searches
     from narrowing n join saved_search s on s.id = n.search_id where s.removed_at is null group by 1`,
  );
  return {
    follows,
    searches: searches.map(({ does, text, live, ...rule }) => ({ rule: { ...rule, raises: does === 'raise' }, text, live })),
    narrowings: new Map(narrowed.map(({ id, searches: of }) => [id, of])),
    until: now?.until ?? '0',
  };
};
