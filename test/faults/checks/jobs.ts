import { eventually } from '../../support/eventually.ts';
import type { Installation } from '../scene/installation.ts';

interface Stuck {
  readonly wrong: string;
}

/** Jobs that are done at once, once somebody works: none waits that could run, none runs. */
export const jobsAreDone = (installation: Installation, withinMs: number): Promise<true> =>
  eventually('every job being done', async () => {
    const [row] = await installation.query<{ left: number }>(`select count(*)::int as left from pgboss.job where state = 'active' or (state in ('created', 'retry') and start_after <= now())`);
    return row?.left === 0 ? true : undefined;
  }, withinMs);

/** After everybody stopped in order: nothing is held, runs, or failed. What comes again by the clock is not tried again where its process was killed: its next time does it. */
export const nothingIsHeld = async (installation: Installation): Promise<readonly string[]> => {
  // One that was killed is known to be gone once it was silent for a while.
  const stopped = installation.processes.filter(({ child }) => child.exitCode === 0).map(({ pid }) => String(pid));
  const rows = await installation.query<Stuck>(`
    select 'a job of the kind ' || name || ' is ' || state || ': ' || coalesce(output ->> 'message', output::text, '') as wrong from pgboss.job
      where state = 'active' or (state = 'failed' and not (coalesce(output #>> '{value,message}', '') in ('job heartbeat timeout', 'job timed out') and name in (select s.name from pgboss.schedule s)))
    union all select 'channel ' || key || ' is held by ' || lease_holder || ', who stopped' from channel where lease_holder is not null
    union all select 'channel ' || key || ' is ' || state || ': ' || coalesce(state_words, '') from channel where state in ('quarantined', 'stopped')
    union all select 'a reply is still on its way' from reply where state = 'sending'
    union all select 'process ' || holder || ' counts as working, and stopped' from working_process where split_part(holder, ':', 2) = any($1)`, [stopped]);
  return rows.map(({ wrong }) => wrong);
};
