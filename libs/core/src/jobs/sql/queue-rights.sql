-- What the three roles may do with pg-boss's schema. Runs again whenever it or pg-boss's schema has changed: it says what holds, not what changes.
-- A job's library stands in group_id; null is a job of the installation. Its data are ids.
grant usage on schema pgboss to earshot_app, earshot_worker, earshot_listener;

-- Workers run all jobs, and keep the queue in order.
revoke all on all functions in schema pgboss from public;
grant execute on all functions in schema pgboss to earshot_worker;
grant select, insert, update, delete on all tables in schema pgboss to earshot_worker;

-- The others write jobs down in their own transactions. The application also shows administrators what became of them, without their data.
grant execute on function pgboss.job_now() to earshot_app, earshot_listener;
grant select on pgboss.queue to earshot_app, earshot_listener;
grant insert, select (id, start_after) on pgboss.job_common to earshot_listener;
grant insert, select (id, name, state, group_id, retry_count, retry_limit, created_on, start_after, started_on, completed_on, output) on pgboss.job_common to earshot_app;

alter table pgboss.job_common enable row level security;
drop policy if exists works on pgboss.job_common;
create policy works on pgboss.job_common for all to earshot_worker, earshot_listener using (true) with check (true);
drop policy if exists own on pgboss.job_common;
create policy own on pgboss.job_common for select to earshot_app using (group_id is null or group_id::uuid in (select scope()));
drop policy if exists own_insert on pgboss.job_common;
create policy own_insert on pgboss.job_common for insert to earshot_app with check (group_id is null or group_id::uuid in (select scope_acting()));
