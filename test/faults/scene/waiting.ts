import type { Installation } from './installation.ts';

interface Session {
  readonly words: string;
}

/** Who is in a transaction, for how long, and who waits for whom: for the report of a round in which somebody waits too long. */
export const whoWaits = async (installation: Installation): Promise<readonly string[]> =>
  (await installation.query<Session>(
    `select format('session %s of %s is %s for %s s, waits for %s: %s', pid, application_name, state, round(extract(epoch from now() - state_change)), pg_blocking_pids(pid)::text, left(query, 80)) as words
     from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (xact_start is not null or cardinality(pg_blocking_pids(pid)) > 0) order by xact_start`)).map(({ words }) => words);
