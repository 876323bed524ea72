-- By what a database is known to be another than the one that ran the last time, and when it last heard that something was sent: what was put back from
-- a backup knows nothing of what was sent since.
alter table installation add column cluster text, add column last_sent_at timestamptz;

create function note_sent(at timestamptz) returns void language sql security definer set search_path = public, pg_temp as $$
  update installation set last_sent_at = greatest(last_sent_at, at) $$;
revoke all on function note_sent(timestamptz) from public;
grant execute on function note_sent(timestamptz) to earshot_worker;

-- What somebody is told in two replies they are told in order: while one of them is on its way, or goes again, whatever is approved beside it in the same
-- conversation waits. What was approved anew after a failure has no failure any more: it holds nothing up before it is due.
create or replace function waits_behind(behind uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from reply r join reply e on e.conversation_id = r.conversation_id and e.id <> r.id
    where r.id = behind and (e.state = 'sending' or (e.state = 'approved' and e.failure_kind is not null))
      and ((r.state = 'approved' and r.failure_kind is null) or (e.approved_at, e.id) < (r.approved_at, r.id))) $$;
revoke all on function waits_behind(uuid) from public;
grant execute on function waits_behind(uuid) to earshot_worker;

-- What was on its way when sending was stopped is asked for all the same, unless all is stopped: whether it arrived. Where it did not it is a draft again, as
-- what had not left: see the outbox. Of a long queue the first that waits for no other is looked for in its order, and no further.
create or replace function due_replies(at timestamptz, most int) returns table(reply_id uuid, account_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  with due as materialized (
    select r.id, r.account_id, r.library_id, coalesce(r.lease_until, r.due_at) as since from reply r
    where (r.state = 'approved' and r.due_at <= at and r.library_id not in (select stopped_libraries('sending')))
      or (r.state = 'sending' and r.lease_until <= at and r.library_id not in (select stopped_libraries('all'))))
  select d.id, a.account_id, y.actor_id
  from (select due.account_id from due group by due.account_id having not account_is_sending(due.account_id, at)) a
    cross join lateral (
      select o.id, o.library_id, o.since from (select * from due where due.account_id = a.account_id order by due.since, due.id offset 0) o where not waits_behind(o.id) limit 1) d
    join system_actor y on y.library_id = d.library_id
  order by d.since, d.id limit most $$;
create or replace function next_reply_due() returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
  select least((select o.due from (
      select id, case state when 'approved' then due_at else lease_until end as due from reply
      where (state = 'approved' and due_at is not null and library_id not in (select stopped_libraries('sending'))) or (state = 'sending' and library_id not in (select stopped_libraries('all')))
      order by 2, 1 offset 0) o where not waits_behind(o.id) limit 1),
    (select min(place_due) from reply where place_due is not null)) $$;
