-- Sending can be stopped by itself. A process of the version before beside this one sends nothing either: what is due is asked of these functions.
alter table stop drop constraint stop_what_check;
alter table stop add constraint stop_what_check check (what in ('listening', 'sending', 'all'));

create or replace function stopped_libraries(wanted text) returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select n.library_id from stop s join library_line n on n.ancestor_id = s.library_id where s.resumed_at is null and s.what in ('all', wanted)
  union
  select l.id from library l where exists (select 1 from stop s where s.library_id is null and s.resumed_at is null and s.what in ('all', wanted)) $$;

create or replace function stop_words(of_library uuid, since timestamptz, until timestamptz) returns text language sql stable security definer set search_path = public, pg_temp as $$
  select 'Stopped by ' || s.by_name || ': ' || s.why from stop s
  where s.what <> 'sending' and (s.library_id is null or exists (select 1 from library_line n where n.library_id = of_library and n.ancestor_id = s.library_id))
    and s.stopped_at < until and coalesce(s.resumed_at, until) > since
    and 2 * (least(until, coalesce(s.resumed_at, until)) - greatest(since, s.stopped_at)) >= until - since
  order by s.stopped_at limit 1 $$;

create or replace function due_replies(at timestamptz, most int) returns table(reply_id uuid, account_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select d.id, d.account_id, y.actor_id from (
    select distinct on (r.account_id) r.id, r.account_id, r.library_id, coalesce(r.lease_until, r.due_at) as since from reply r
    where ((r.state = 'approved' and r.due_at <= at) or (r.state = 'sending' and r.lease_until <= at)) and not account_is_sending(r.account_id, at)
      and r.library_id not in (select stopped_libraries('sending'))
    order by r.account_id, coalesce(r.lease_until, r.due_at), r.id) d join system_actor y on y.library_id = d.library_id
  order by d.since, d.id limit most $$;
create or replace function next_reply_due() returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
  select least((select min(case state when 'approved' then due_at else lease_until end) from reply
      where state in ('approved', 'sending') and library_id not in (select stopped_libraries('sending'))),
    (select min(place_due) from reply where place_due is not null)) $$;

-- Of these replies, those that were approved and have not left need an approval anew: as drafts, or still in review. Told are they, and the conversations
-- that have to be read again. With the rights of whoever calls it.
create function void_approvals(of_replies uuid[], to_state text, why text, by_actor uuid) returns table(kind text, id uuid, library_id uuid, version int) language plpgsql as $$
begin
  return query
  with mine as (select r.id from reply r where r.id = any(of_replies) and r.state = 'approved' order by r.id for update),
  back as (
    update reply r set state = to_state, approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, tries = 0, failure_kind = null, failure_words = null,
      version = r.version + 1, changed_at = now()
    from mine where r.id = mine.id returning r.id, r.library_id, r.conversation_id, r.version),
  told as (
    insert into timeline(id, library_id, conversation_id, kind, actor_id, detail)
    select gen_random_uuid(), b.library_id, b.conversation_id, 'approval-voided', by_actor, jsonb_build_object('reply', b.id, 'because', why) from back b),
  noted as (
    insert into audit(id, library_id, actor_id, action, subject_kind, subject_id, detail)
    select gen_random_uuid(), b.library_id, by_actor, 'reply.' || to_state, 'reply', b.id, jsonb_build_object('version', b.version) from back b),
  stepped as (
    update conversation c set version = c.version where (c.id, c.library_id) in (select b.conversation_id, b.library_id from back b) returning c.id, c.library_id, c.version)
  select 'reply', b.id, b.library_id, b.version from back b union all select 'conversation', s.id, s.library_id, s.version from stepped s;
end $$;

-- What is approved and has not left is a draft again, at a library and all below it, or everywhere: whoever resumes sends nothing that nobody looked at since.
-- Told are the replies, and the conversations that have to be read again. Replies on their way are finished. With the rights of whoever calls it.
create function recall_replies(of_library uuid, by_actor uuid) returns table(kind text, id uuid, library_id uuid, version int) language sql as $$
  select * from void_approvals(array(
    select r.id from reply r where r.state = 'approved' and (of_library is null or r.library_id in (select n.library_id from library_line n where n.ancestor_id = of_library))), 'draft', 'stopped', by_actor) $$;

revoke all on function void_approvals(uuid[], text, text, uuid), recall_replies(uuid, uuid) from public;
grant execute on function void_approvals(uuid[], text, text, uuid), recall_replies(uuid, uuid) to earshot_app;
grant execute on function void_approvals(uuid[], text, text, uuid) to earshot_worker;
