-- What the roles may do with pg-boss's schema. Runs again whenever it or pg-boss's schema has changed: it says what holds, not what changes, and a process
-- of the version before goes on beside it. A job's library stands in group_id; null is a job of the installation. Its data are ids.
revoke all on all tables in schema pgboss from earshot_app, earshot_worker, earshot_listener;
revoke all on all functions in schema pgboss from public;
grant usage on schema pgboss to earshot_app, earshot_worker, earshot_listener;

-- Workers run all jobs, and keep the queue in order; but for that they name no actor. Who acts for a library reaches that library's jobs.
grant execute on all functions in schema pgboss to earshot_worker;
grant select, insert, update, delete on all tables in schema pgboss to earshot_worker;

-- The others write jobs down in their own transactions, which wait. The application also shows administrators what became of them, without their data.
grant execute on function pgboss.job_now() to earshot_app, earshot_listener;
grant select (name, policy, dead_letter, notify, expire_seconds, deletion_seconds, retention_seconds, heartbeat_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max) on pgboss.queue to earshot_app, earshot_listener;
grant insert (id, name, data, priority, start_after, created_on, singleton_key, singleton_on, group_id, group_tier, expire_seconds, deletion_seconds, keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max,
  policy, dead_letter, heartbeat_seconds, blocked, blocking, pending_dependencies, trace_context) on pgboss.job_common to earshot_app, earshot_listener;
grant select (id, start_after) on pgboss.job_common to earshot_listener;
grant select (id, name, state, group_id, retry_count, retry_limit, created_on, start_after, started_on, completed_on, output) on pgboss.job_common to earshot_app;

do $$
declare
  -- Whoever names nobody: the queue's own clockwork, and what looks whose a job is before it begins.
  nobody constant text := $q$(select coalesce(current_setting('earshot.actor', true), '') = '')$q$;
  -- What is done for a library, and what people ask for in the course of their work that concerns the posts of all. Of a kind that is alone
  -- no second one comes beside one that waits: its key is the id of a list that its writer sees, and nobody can be in the way of another's.
  asked constant text := $q$(
    case when group_id is null then name = 'follows.search-changed' and (select actor_id()) is not null
         else group_id::uuid in (select scope_acting())
              and name in ('advising.advise', 'follows.apply-import', 'follows.look-at-list', 'follows.look-up-import', 'follows.publish-list', 'notices.send', 'notices.tell') end
    and singleton_on is null and dead_letter is null
    and (name <> 'notices.send' or data ->> 'accountId' in (select id::text from account))
    and case when name = 'follows.look-at-list' then policy = 'exclusive' and singleton_key in (select id::text from bound_list)
             when name = 'follows.publish-list' then policy = 'exclusive' and singleton_key in (select id::text from published_list)
             else policy = 'standard' end)$q$;
  named text;
  policy name;
begin
  for named in select c.oid::regclass::text from pg_class c where c.relnamespace = 'pgboss'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table %s enable row level security', named);
    for policy in select polname from pg_policy where polrelid = named::regclass loop execute format('drop policy %I on %s', policy, named); end loop;
    execute format('create policy works on %1$s for all to earshot_worker using (%2$s) with check (%2$s)', named, nobody);
  end loop;
  create policy told on pgboss.queue for select to earshot_app, earshot_worker, earshot_listener using (true);
  create policy heard on pgboss.job_common for all to earshot_listener using (true) with check (true);
  create policy own on pgboss.job_common for select to earshot_app using (case when group_id is null then (select actor_id()) is not null else group_id::uuid in (select scope()) end);
  execute format('create policy own_of_work on pgboss.job_common for select to earshot_worker using (case when %s then true else group_id::uuid in (select scope()) end)', nobody);
  execute format($q$create policy asked on pgboss.job_common for insert to earshot_app with check (name <> 'notices.send' and %s)$q$, asked);
  execute format('create policy asked_of_work on pgboss.job_common for insert to earshot_worker with check (case when %s then true else %s end)', nobody, asked);
end $$;
