import type { ClientBase } from 'pg';
import { type Hint, newId, ownersQueries, ownersTransaction, tellHints } from '../database/index.js';
import { StopsRepository } from '../stops/index.js';

/** What this machine knows of its database without asking it. */
export interface DatabaseSigns {
  /** Other in a copy of the database's own files; absent where PostgreSQL runs elsewhere. */
  readonly files?: string | undefined;
  /** When something was sent the last time from here. */
  readonly sentAt?: Date | undefined;
}

const why = 'The database was put back from a backup, or moved. What was approved may have been sent since: look at the replies of which nobody knows, then resume sending.';
const words = 'The database was put back from a backup: it may have been sent since. Look there, and say.';

/**
 * Whether the database is another than the one that ran here the last time, or knows of less than was sent from here. If so, sending is stopped
 * everywhere until a person resumes it, what was about to leave is `unknown`, and of every draft the network is asked before it is sent whether it
 * is there already. Asked at each start, before anything is sent; a database is judged once.
 *
 * A disk that was put back as a whole, with the data folder on it, shows no sign. Then what was due for more than an hour is asked for before it is
 * sent (see the outbox), and `earshot stop sending` before the start is the sure way.
 *
 * @returns how many replies are unknown now; undefined where the database is the one that it was
 */
export const noticePutBack = (owner: ClientBase, { files, sentAt }: DatabaseSigns): Promise<number | undefined> => {
  const query = ownersQueries(owner);
  return ownersTransaction(owner, async () => {
    const [found] = await query.query<{ cluster: string | null; now: string; lastSentAt: Date | null; inUse: boolean }>(
      `select cluster, last_sent_at as "lastSentAt", (select system_identifier from pg_control_system()) || ' ' || (select timeline_id from pg_control_checkpoint()) as now, exists (select 1 from library) as "inUse"
       from installation for update`);
    if (found === undefined) return undefined;
    const cluster = files === undefined ? found.now : `${found.now} ${files}`;
    const isOther = found.cluster !== null && found.cluster !== cluster;
    const knowsLess = sentAt !== undefined && (found.lastSentAt === null || sentAt > found.lastSentAt);
    if (found.cluster !== cluster || knowsLess) await query.query('update installation set cluster = $1, last_sent_at = greatest(last_sent_at, $2)', [cluster, sentAt ?? null]);
    if (!found.inUse || !(isOther || knowsLess)) return undefined;
    const doubted = await query.query<Hint>(
      `with doubted as (
         update reply set state = 'unknown', lease_until = null, due_at = null, failure_kind = 'put-back', failure_words = $1, unproven = true, first_tried_at = coalesce(first_tried_at, approved_at), last_tried_at = now(),
           version = version + 1, changed_at = now()
         where state in ('approved', 'sending') returning id, library_id, conversation_id, version),
       asked_first as (
         update reply set unproven = true, first_tried_at = coalesce(first_tried_at, created_at), last_tried_at = now() where state in ('draft', 'in_review', 'failed')),
       told as (
         insert into timeline(id, library_id, conversation_id, kind, detail)
         select gen_random_uuid(), library_id, conversation_id, 'send-unknown', jsonb_build_object('reply', id, 'because', 'put-back') from doubted),
       stepped as (
         update conversation c set version = c.version where (c.id, c.library_id) in (select conversation_id, library_id from doubted))
       select 'reply' as kind, id, library_id as library, version from doubted`, [words]);
    const stops = new StopsRepository();
    const [holds] = await query.query<{ what: 'listening' | 'sending' | 'all' }>('select what from stop where library_id is null and resumed_at is null');
    if (holds === undefined || holds.what === 'listening')
      await stops.stop(query, { id: newId(), libraryId: null, what: holds === undefined ? 'sending' : 'all', why, by: { id: null, name: 'Earshot' } });
    await tellHints(query, doubted);
    return doubted.length;
  });
};
