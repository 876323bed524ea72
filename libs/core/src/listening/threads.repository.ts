import type { Tx } from '../database/index.js';
import { mergeConversations } from '../conversations/index.js';
import { mergeLooks } from './living/note-threads.js';

/** Another transaction wrote one of our keys meanwhile: nothing was stored, the same batch is looked at again. */
export class ThreadsMoved extends Error {
  override readonly name = 'ThreadsMoved';
}

export class ThreadsRepository {
  /**
   * Locks the threads, in order, and says whether they are still whole: a merge may have moved posts between reading and locking.
   * @throws ThreadsMoved
   */
  async lock(tx: Tx, threads: readonly string[]): Promise<void> {
    if (threads.length === 0) return;
    const rows = await tx.query<{ merged: boolean }>('select merged_into is not null as merged from thread where id = any($1::uuid[]) order by id for update', [[...new Set(threads)].sort()]);
    if (rows.some((row) => row.merged)) throw new ThreadsMoved('a thread was merged meanwhile');
  }

  async open(tx: Tx, threads: readonly string[]): Promise<void> {
    if (threads.length > 0) await tx.query('insert into thread(id) select unnest($1::uuid[])', [threads]);
  }

  /** Makes one thread of several: the smaller go into the largest, so that as few rows as possible move. */
  async merge(tx: Tx, threads: readonly string[]): Promise<string> {
    const rows = await tx.query<{ id: string }>('select id from thread where id = any($1::uuid[]) order by posts desc, id', [threads]);
    const [survivor, ...losers] = rows.map((row) => row.id) as [string, ...string[]];
    await tx.query('update post set thread_id = $1 where thread_id = any($2::uuid[])', [survivor, losers]);
    await tx.query(
      `update thread t set posts = t.posts + l.posts, last_post_at = greatest(t.last_post_at, l.last_post_at)
       from (select sum(posts)::int as posts, max(last_post_at) as last_post_at from thread where id = any($2::uuid[])) l where t.id = $1`,
      [survivor, losers],
    );
    // Chains are kept one step long: whoever knows an old id finds the survivor at once.
    await tx.query('update thread set merged_into = $1, posts = 0 where id = any($2::uuid[]) or merged_into = any($2::uuid[])', [survivor, losers]);
    for (const loser of losers) await mergeConversations(tx, loser, survivor);
    await mergeLooks(tx, losers, survivor);
    return survivor;
  }
}
