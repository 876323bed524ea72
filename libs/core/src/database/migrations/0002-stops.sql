-- Listening, or everything that reaches the outside, stopped by somebody and taken back: at a library for all below it, or, without a library, in the
-- whole installation. An older program beside this one sends nothing while all is stopped, but goes on listening.

create table stop(
  id uuid primary key,
  library_id uuid references library on delete cascade,
  what text not null check (what in ('listening', 'all')),
  why text not null check (length(why) between 1 and 300),
  -- Null: whoever administers the machine.
  stopped_by uuid references actor,
  by_name text not null check (length(by_name) between 1 and 200),
  stopped_at timestamptz not null default now(),
  resumed_by uuid references actor,
  resumed_at timestamptz
);
-- One at a place at a time.
create unique index stop_holds on stop(library_id) nulls not distinct where resumed_at is null;
create index stop_at on stop(stopped_at);
insert into table_kind(kind, table_name) values ('platform', 'stop');

-- The libraries for which this is stopped now.
create function stopped_libraries(wanted text) returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select n.library_id from stop s join library_line n on n.ancestor_id = s.library_id where s.resumed_at is null and (s.what = 'all' or wanted = 'listening')
  union
  select l.id from library l where exists (select 1 from stop s where s.library_id is null and s.resumed_at is null and (s.what = 'all' or wanted = 'listening')) $$;

-- The same for whoever takes work: until their transaction ends nobody stops anything, so whoever has stopped knows that all that was taken before is
-- to be seen as taken. Volatile, so that the answer is of after the waiting.
create function stopped(wanted text) returns setof uuid language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('stop', 0));
  return query select stopped_libraries(wanted);
end $$;
create function wait_for_takers() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stop', 0));
  return null;
end $$;
create trigger wait_for_takers before insert or update on stop for each statement execute function wait_for_takers();

-- Why a library heard nothing from then until then, where somebody stopped it for most of that time.
create function stop_words(of_library uuid, since timestamptz, until timestamptz) returns text language sql stable security definer set search_path = public, pg_temp as $$
  select 'Stopped by ' || s.by_name || ': ' || s.why from stop s
  where (s.library_id is null or exists (select 1 from library_line n where n.library_id = of_library and n.ancestor_id = s.library_id))
    and s.stopped_at < until and coalesce(s.resumed_at, until) > since
    and 2 * (least(until, coalesce(s.resumed_at, until)) - greatest(since, s.stopped_at)) >= until - since
  order by s.stopped_at limit 1 $$;

-- What the outbox and the jobs for lists have to do, without what is stopped.
create or replace function due_replies(at timestamptz, most int) returns table(reply_id uuid, account_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select d.id, d.account_id, y.actor_id from (
    select distinct on (r.account_id) r.id, r.account_id, r.library_id, coalesce(r.lease_until, r.due_at) as since from reply r
    where ((r.state = 'approved' and r.due_at <= at) or (r.state = 'sending' and r.lease_until <= at)) and not account_is_sending(r.account_id, at)
      and r.library_id not in (select stopped_libraries('all'))
    order by r.account_id, coalesce(r.lease_until, r.due_at), r.id) d join system_actor y on y.library_id = d.library_id
  order by d.since, d.id limit most $$;
create or replace function next_reply_due() returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
  select least((select min(case state when 'approved' then due_at else lease_until end) from reply
      where state in ('approved', 'sending') and library_id not in (select stopped_libraries('all'))),
    (select min(place_due) from reply where place_due is not null)) $$;
create or replace function due_bound_lists(most int) returns table(bound_id uuid, library_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select b.id, b.library_id, y.actor_id from bound_list b join account a on a.id = b.account_id join system_actor y on y.library_id = b.library_id
  where b.state = 'on' and b.look_at <= now() and a.state = 'on' and b.library_id not in (select stopped_libraries('all')) order by b.look_at, b.id limit most $$;
create or replace function due_published_lists(most int) returns table(published_id uuid, library_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.library_id, y.actor_id from published_list p join account a on a.id = p.account_id join system_actor y on y.library_id = p.library_id
  where p.state in ('on', 'ending') and p.try_at <= now() and a.state = 'on' and p.library_id not in (select stopped_libraries('all')) order by p.try_at, p.id limit most $$;

-- How many replies wait, are on their way, in doubt, or failed within a week, over all libraries, and since when the oldest is due: numbers alone, for whoever
-- watches the installation.
create function outbox_figures() returns table(state text, replies bigint, due_since timestamptz) language sql stable security definer set search_path = public, pg_temp as $$
  select r.state, count(*), min(case r.state when 'approved' then r.due_at when 'sending' then r.lease_until end) from reply r
  where r.state in ('approved', 'sending', 'unknown') or (r.state = 'failed' and r.changed_at > now() - interval '7 days') group by r.state $$;

revoke all on stop from public;
revoke all on function stopped_libraries(text), stopped(text), wait_for_takers(), stop_words(uuid, timestamptz, timestamptz), outbox_figures() from public;
grant execute on function stopped_libraries(text), stopped(text) to earshot_app, earshot_worker, earshot_listener;
grant execute on function stop_words(uuid, timestamptz, timestamptz) to earshot_listener;
grant execute on function outbox_figures() to earshot_worker;
-- Whether the schema is that of the program is asked at run time too.
grant select (name) on migrations to earshot_listener;

alter table stop enable row level security;
create policy seen on stop for select to earshot_app, earshot_worker using (library_id is null or library_id in (select scope() union select scope_up()));
create policy listens on stop for select to earshot_listener using (true);
create policy stops on stop for insert to earshot_app with check (library_id in (select scope_administered()) and stopped_by = actor_id());
create policy resumes on stop for update to earshot_app using (library_id in (select scope_administered())) with check (library_id in (select scope_administered()));
grant select on stop to earshot_app, earshot_worker, earshot_listener;
grant insert, update (resumed_by, resumed_at) on stop to earshot_app;
