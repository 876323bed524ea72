import type { Ref } from '@earshot/plugin-sdk';
import { Database, readSql } from '../../database/index.js';
import { storedRef } from '../../privacy/index.js';

const takeSql = readSql(import.meta.url, './sql/take-looks.sql');

/** A post whose number of replies is asked for. */
export interface AskedPost {
  readonly id: string;
  readonly ref: Ref;
  /** Answers to it that are stored. */
  readonly stored: number;
}

/** A thread that this process looks at, and nobody else. */
export interface TakenLook {
  readonly threadId: string;
  readonly accountId: string;
  readonly libraryId: string;
  readonly plugin: string;
  readonly token: string;
  readonly since: Date;
  readonly nextAt: Date | null;
  readonly dueSince: Date | null;
  readonly seenAt: Date | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly wanted: boolean;
  readonly posts: readonly AskedPost[];
}

/** What became of a look. */
export interface LookSettled {
  readonly look: Pick<TakenLook, 'threadId' | 'token'>;
  readonly nextAt: Date | null;
  /** Null: nothing was seen. */
  readonly seenAt: Date | null;
  /** Since when a look is owed that could not be made. */
  readonly dueSince: Date | null;
  readonly counts: Readonly<Record<string, number>>;
}

type Row = Omit<TakenLook, 'posts'> & {
  readonly posts: readonly { readonly id: string; readonly network: string; readonly remoteId: string; readonly local: { readonly host: string; readonly id: string } | null; readonly stored: number }[];
};

/** The rows of thread_look. Times are handed in, so that a turned clock turns them. */
export class ThreadLooks {
  constructor(private readonly database: Database) {}

  /** A thread that nobody planned to look at, but somebody wants to see now; nothing where no account could ask for it. */
  async want(threadId: string): Promise<void> {
    await this.database.listening((tx) =>
      tx.query(
        `insert into thread_look(thread_id, account_id, since)
         select t.id, a.id, coalesce(t.last_post_at, now()) from thread t cross join lateral (
           select a.id from account a
           where a.removed_at is null and a.state = 'on' and (
             exists (select 1 from follow f join hearing h on h.follow_id = f.id join conversation c on c.id = h.conversation_id where f.account_id = a.id and c.thread_id = t.id)
             or exists (select 1 from conversation c join library_line l on l.library_id = c.library_id and l.ancestor_id = a.library_id join profile p on p.id = a.profile_id
               join post o on o.thread_id = t.id and o.network = p.network where c.thread_id = t.id))
           order by a.id limit 1) a
         where t.id = $1 and t.merged_into is null on conflict (thread_id) do nothing`,
        [threadId],
      ));
  }

  async seenAt(threadId: string): Promise<Date | undefined> {
    const [row] = await this.database.listening((tx) => tx.query<{ seen_at: Date | null }>('select seen_at from thread_look where thread_id = $1', [threadId]));
    return row?.seen_at ?? undefined;
  }

  /** The newest post that is known of each. */
  async since(threads: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.database.listening((tx) => tx.query<{ thread_id: string; since: Date }>('select thread_id, since from thread_look where thread_id = any($1::uuid[])', [threads]));
    return new Map(rows.map((row) => [row.thread_id, row.since]));
  }

  async take(told: { readonly now: Date; readonly until: Date; readonly most: number; readonly plugins: readonly string[]; readonly threads?: readonly string[] }): Promise<readonly TakenLook[]> {
    const holder = await this.database.holder();
    const rows = await this.database.listening((tx) => tx.query<Row>(takeSql, [told.now, told.until, told.most, told.threads ?? null, told.plugins, holder]));
    return rows.map(({ posts, ...row }) => ({ ...row, posts: posts.map(({ id, stored, network, remoteId, local }) => ({ id, stored, ref: storedRef(network, remoteId, local) })) }));
  }

  /** Gives threads back. One that somebody else has taken meanwhile is left to them. */
  async settle(settled: readonly LookSettled[]): Promise<void> {
    if (settled.length === 0) return;
    const rows = [...settled].sort((a, b) => (a.look.threadId < b.look.threadId ? -1 : 1));
    await this.database.listening((tx) =>
      tx.query(
        `update thread_look w set next_at = t.next_at, seen_at = coalesce(t.seen_at, w.seen_at), due_since = t.due_since, counts = t.counts, lease_until = null
         from (select w.thread_id, t.next_at, t.seen_at, t.due_since, t.counts
               from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[]) as t(thread_id, token, next_at, seen_at, due_since, counts)
               join thread_look w on w.thread_id = t.thread_id and w.lease_token = t.token order by w.thread_id for update of w) t
         where w.thread_id = t.thread_id`,
        [
          rows.map(({ look }) => look.threadId), rows.map(({ look }) => look.token), rows.map((row) => row.nextAt), rows.map((row) => row.seenAt), rows.map((row) => row.dueSince),
          rows.map((row) => JSON.stringify(row.counts)),
        ],
      ));
  }
}
