-- Who is in a conversation right now, and what happens where work goes from one hand to another.

-- ── presence ────────────────────────────────────────────────────────────────────────────────────────────────────

-- Not logged: after a crash nobody is anywhere, until they say so again some seconds later. One row for each person and conversation; the last word counts.
-- Of no other column than the key there is an index, so that a word that says the same again changes one page in place.
create unlogged table presence(
  conversation_id uuid not null,
  library_id uuid not null,
  actor_id uuid not null references actor,
  doing text not null check (doing in ('viewing', 'typing')),
  since timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (conversation_id, actor_id),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
) with (fillfactor = 50);
insert into table_kind(kind, table_name) values ('owned', 'presence');
alter table presence enable row level security;
create policy own on presence for select to earshot_app, earshot_worker using (library_id in (select scope()));
-- As everywhere; but nobody is granted to write by them: see say_presence.
create policy own_insert on presence for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()));
create policy own_update on presence for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy own_delete on presence for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy keeps on presence for all to earshot_keeper using (true) with check (true);
grant select on presence to earshot_app;
grant select, update, delete on presence to earshot_keeper;

-- Whoever is silent for longer is gone.
create view present with (security_invoker = true) as
  select conversation_id, library_id, actor_id, doing, since, seen_at + interval '40 seconds' as until from presence where seen_at > now() - interval '40 seconds';
grant select on present to earshot_app;

-- Written by this alone, so that nobody says of somebody else where they are; also by observers, who write nothing otherwise. Of a conversation that was
-- merged it is said of the one that survived. No row: there is no such conversation. `changed`: others see something else than before.
create function say_presence(of_conversation uuid, as_doing text) returns table(conversation_id uuid, library_id uuid, changed boolean)
  language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare here record;
begin
  with recursive way(id, library_id, merged_into) as (
    select c.id, c.library_id, c.merged_into from conversation c where c.id = of_conversation
    union select c.id, c.library_id, c.merged_into from way w join conversation c on c.id = w.merged_into)
  select w.id, w.library_id into here from way w where w.merged_into is null and w.library_id in (select scope());
  if not found then return; end if;
  if as_doing = 'left' then
    return query
    with gone as (delete from presence p where p.conversation_id = here.id and p.actor_id = actor_id() returning p.seen_at)
    select here.id::uuid, here.library_id::uuid, exists (select 1 from gone where seen_at > now() - interval '40 seconds');
  else
    return query
    with before as (select p.doing from presence p where p.conversation_id = here.id and p.actor_id = actor_id() and p.seen_at > now() - interval '40 seconds'),
    said as (
      insert into presence as p (conversation_id, library_id, actor_id, doing) values (here.id, here.library_id, actor_id(), as_doing)
      on conflict (conversation_id, actor_id) do update set doing = excluded.doing, seen_at = excluded.seen_at,
        since = case when p.doing = excluded.doing and p.seen_at > now() - interval '40 seconds' then p.since else excluded.since end
      returning p.doing)
    select here.id::uuid, here.library_id::uuid, said.doing is distinct from (select before.doing from before) from said;
  end if;
end $$;
revoke all on function say_presence(uuid, text) from public;
grant execute on function say_presence(uuid, text) to earshot_app;

-- ── more words ──────────────────────────────────────────────────────────────────────────────────────────────────

-- Added to whatever words there are by now.
do $$
declare more record;
begin
  for more in select r.relname, k.conname, pg_get_constraintdef(k.oid) as def, w.words from pg_constraint k join pg_class r on r.oid = k.conrelid
      join (values ('timeline_kind_check', '''handed-over''::text, ''given-back''::text, '), ('hearing_cause_check', '''handed-over''::text, ')) w(name, words) on w.name = k.conname loop
    execute format('alter table %I drop constraint %I, add constraint %I %s', more.relname, more.conname, more.conname, replace(more.def, 'ARRAY[', 'ARRAY[' || more.words));
  end loop;
end $$;

-- For which cause something is heard, where consent is asked by it: what was handed over, as it was heard before. Plain, so that it is put into the query.
create function heard_cause(cause text, routed_by jsonb) returns text language sql immutable parallel safe as $$
  select case when cause = 'handed-over' then coalesce(routed_by ->> 'heard', 'search') else cause end $$;
revoke all on function heard_cause(text, jsonb) from public;
grant execute on function heard_cause(text, jsonb) to earshot_app, earshot_worker, earshot_listener, earshot_keeper;

-- ── handing over ────────────────────────────────────────────────────────────────────────────────────────────────

-- Gives a thread of one's own library to another of its tree, with a copy of the note: the claim, and a conversation to whose hearing the giver's name is
-- noted. Of what the giver made of the thread nothing else goes along. `heard_as`: the cause by which consent is asked there from now on.
-- No row: another library has the thread, or whoever asks answered it; then nothing happened.
create function hand_over_thread(of_conversation uuid, to_library uuid, new_conversation uuid, new_note uuid, words text, heard_as text, told_as text) returns table(id uuid, version int)
  language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  here conversation;
  there record;
  taker uuid;
begin
  select c.* into here from conversation c where c.id = of_conversation and c.library_id in (select scope_acting()) and c.merged_into is null for update;
  if not found or here.top_post_id is null or to_library = here.library_id or heard_as not in ('thread', 'search') or told_as not in ('handed-over', 'given-back') or
    not exists (select 1 from library one join library other on other.root_id = one.root_id where one.id = here.library_id and other.id = to_library) then
    return;
  end if;
  select y.actor_id into strict taker from system_actor y where y.library_id = to_library;
  -- Whoever of their staff takes it is not ours to say, nor who of ours gave it theirs to know.
  insert into thread_claim as t (thread_id, library_id, claimed_by) values (here.thread_id, to_library, taker)
    on conflict (thread_id) do update set library_id = excluded.library_id, claimed_by = excluded.claimed_by, claimed_at = excluded.claimed_at
    where t.library_id = here.library_id and t.answered_at is null;
  if not found and not exists (select 1 from thread_claim t where t.thread_id = here.thread_id and t.library_id = to_library) then return; end if;
  insert into conversation as c (id, library_id, thread_id, last_post_at, rank, reasons, top_post_id, waiting_since, waiting_on)
    values (new_conversation, to_library, here.thread_id, here.last_post_at, here.rank,
      -- Not the places that the giver serves, nor its searches.
      coalesce((select jsonb_agg(r) from jsonb_array_elements(here.reasons) r where r ->> 'kind' in ('finding', 'unanswered', 'held', 'old')), '[]'),
      here.top_post_id, coalesce(here.waiting_since, here.last_post_at), 'us')
    on conflict (library_id, thread_id) where merged_into is null do update set state = 'open', hidden_at = null, until = null, waiting_on = 'us', waiting_since = coalesce(c.waiting_since, excluded.waiting_since)
    returning c.id, c.version into there;
  insert into hearing(id, library_id, conversation_id, post_id, cause, routed_by)
    values (gen_random_uuid(), to_library, there.id, here.top_post_id, 'handed-over', jsonb_build_object('library', here.library_id, 'heard', heard_as))
    on conflict (conversation_id, cause, follow_id) do update set post_id = excluded.post_id, routed_by = excluded.routed_by, at = excluded.at;
  if words is not null then
    insert into note(id, library_id, conversation_id, author_id, body) values (new_note, to_library, there.id, taker, words);
  end if;
  insert into timeline(id, library_id, conversation_id, kind, detail)
    values (gen_random_uuid(), to_library, there.id, told_as, jsonb_strip_nulls(jsonb_build_object('from', here.library_id, 'note', case when words is not null then new_note end)));
  return query select there.id::uuid, there.version::int;
end $$;
revoke all on function hand_over_thread(uuid, uuid, uuid, uuid, text, text, text) from public;
grant execute on function hand_over_thread(uuid, uuid, uuid, uuid, text, text, text) to earshot_app;

-- All that was approved by somebody who is gone, at whatever library: its time would come though nobody answers for it any more. For whoever ended their access.
create function void_leavers_approvals(of_person uuid, by_actor uuid) returns table(kind text, id uuid, library_id uuid, version int)
  language sql security definer set search_path = public, pg_temp as $$
  select * from void_approvals(array(
    select r.id from reply r join actor a on a.id = r.approved_by
    where r.state = 'approved' and r.approved_by = of_person and a.deactivated_at is not null and a.id in (select administered_actors())), 'in_review', 'approver-left', by_actor) $$;
revoke all on function void_leavers_approvals(uuid, uuid) from public;
grant execute on function void_leavers_approvals(uuid, uuid) to earshot_app;

-- Somebody's conversations that are not closed, at these libraries, or at all: to whom else, where they may have them, else to nobody.
create function hand_on_conversations(of_person uuid, to_person uuid, of_libraries uuid[], by_actor uuid, why text) returns table(kind text, id uuid, library_id uuid, version int) language plpgsql as $$
begin
  return query
  with mine as (
    select c.id from conversation c where c.assignee_id = of_person and c.merged_into is null and c.state <> 'closed' and (of_libraries is null or c.library_id = any(of_libraries))
    order by c.id for update),
  moved as (
    update conversation c set assignee_id = (select s.actor_id from actor_scope s where s.actor_id = to_person and s.library_id = c.library_id and s.role <> 'observer')
    from mine where c.id = mine.id returning c.id, c.library_id, c.assignee_id, c.version),
  told as (
    insert into timeline(id, library_id, conversation_id, kind, actor_id, detail)
    select gen_random_uuid(), m.library_id, m.id, 'assigned', by_actor, jsonb_build_object('from', of_person, 'to', m.assignee_id, 'because', why) from moved m),
  noted as (
    insert into audit(id, library_id, actor_id, action, subject_kind, subject_id, detail)
    select gen_random_uuid(), m.library_id, by_actor, 'conversation.assigned', 'conversation', m.id, jsonb_build_object('from', of_person, 'to', m.assignee_id, 'because', why) from moved m)
  select 'conversation', m.id, m.library_id, m.version from moved m;
end $$;
revoke all on function hand_on_conversations(uuid, uuid, uuid[], uuid, text) from public;
grant execute on function hand_on_conversations(uuid, uuid, uuid[], uuid, text) to earshot_app;

-- Nothing waits to leave that somebody approved who is gone. Whoever deactivates them takes their row for themselves first, so that an approval at the same
-- moment is over before, or comes too late. A reply that was on its way then, and comes back unpublished, needs another approver.
create function leaver_approves_nothing() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from actor where id = new.approved_by and deactivated_at is null for key share;
  if found then return new; end if;
  if old.state <> 'sending' then raise exception 'whoever was deactivated approves nothing' using errcode = 'insufficient_privilege'; end if;
  insert into timeline(id, library_id, conversation_id, kind, detail)
    values (gen_random_uuid(), new.library_id, new.conversation_id, 'approval-voided', jsonb_build_object('reply', new.id, 'because', 'approver-left'));
  new.state := 'in_review';
  new.approved_by := null;
  new.approved_kind := null;
  new.approved_text := null;
  new.approved_at := null;
  new.due_at := null;
  return new;
end $$;
revoke all on function leaver_approves_nothing() from public;
create trigger leaver_approves_nothing before update of state on reply for each row when (new.state = 'approved' and old.state <> 'approved') execute function leaver_approves_nothing();
