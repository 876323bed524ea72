-- What a row of a library points at must be there for its writer to see. Foreign keys and unique indexes look at everybody's rows: they let a library
-- hear and answer by an account of another that it could name, and told by their answer whether a name is somebody's. Row-level security is asked
-- before they are. And whoever never writes something may not.

-- A policy does not look into its own table.
create function sees_suggestion(one uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from suggestion where id = one and library_id in (select scope())) $$;
revoke all on function sees_suggestion(uuid) from public;
grant execute on function sees_suggestion(uuid) to earshot_app, earshot_worker;

do $$
declare
  t record;
  seen text;
  public_posts text;
begin
  for t in select k.table_name, k.table_name::regclass as id from table_kind k where k.kind in ('owned', 'inherited') loop
    select coalesce(string_agg(format(' and (%1$I.%2$I is null or exists (select 1 from %3$I seen where seen.%4$I = %1$I.%2$I))', t.table_name, a.attname, r.relname, b.attname), '' order by k.conname), '') into seen
      from pg_constraint k join pg_class r on r.oid = k.confrelid join table_kind o on o.table_name = r.relname and o.kind in ('owned', 'inherited')
        cross join lateral (select n.mine, n.theirs from unnest(k.conkey, k.confkey) n(mine, theirs) join pg_attribute c on c.attrelid = k.conrelid and c.attnum = n.mine where c.attname <> 'library_id') pair
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.mine join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs
      -- But for decisions: a leaving is written in one statement with its own, which no policy sees yet.
      where k.conrelid = t.id and k.contype = 'f' and k.confrelid <> k.conrelid and r.relname <> 'follow_decision';
    if t.table_name = 'suggestion' then seen := seen || ' and (same_as is null or sees_suggestion(same_as))'; end if;
    public_posts := case t.table_name
      when 'reply' then ' and exists (select 1 from heard_post heard where heard.id = reply.to_post_id and heard.library_id = reply.library_id) and sent_post_id is null'
      when 'finding_mark' then ' and exists (select 1 from heard_post heard where heard.id = finding_mark.post_id and heard.library_id = finding_mark.library_id)'
      when 'advice' then ' and (from_post_id is null or exists (select 1 from heard_post heard where heard.id = advice.from_post_id and heard.library_id = advice.library_id))'
      when 'do_not_list' then ' and (profile_id is null or exists (select 1 from heard_profile heard where heard.id = do_not_list.profile_id))'
      else '' end;
    if seen || public_posts <> '' then
      execute format('alter policy own_insert on %I with check (library_id in (select scope_acting())%s%s)', t.table_name, seen, public_posts);
      execute format('alter policy own_update on %I with check (library_id in (select scope_acting())%s)', t.table_name, seen);
    end if;
  end loop;
end $$;

-- What is heard, and whose it is, only the listener writes; staff and jobs change what they handle.
revoke insert on conversation from earshot_app, earshot_worker;
revoke insert, update on hearing from earshot_app, earshot_worker;
revoke insert on channel, coverage_gap, dead_letter from earshot_app, earshot_worker;
revoke update on conversation, account, reply, finding_mark, advice, do_not_list from earshot_app, earshot_worker;
grant update (state, waiting_on, until, assignee_id, hidden_at, rank, reasons, waiting_since, keep_until, version) on conversation to earshot_app, earshot_worker;
grant update (name, settings, state, health, health_words, health_since, allowed_addresses, plan_stale, plan_words, identified_at, waiting, waiting_url, waiting_at, removed_at) on account to earshot_app, earshot_worker;
grant update (key, text, lang, state, changed_at, approved_by, approved_kind, approved_text, approved_at, due_at, first_tried_at, tries, unproven, lease_until, sent_at, sent_ref, place_due, failure_kind, failure_words, version)
  on reply to earshot_app, earshot_worker;
grant update (label, "right", by_actor, at) on finding_mark to earshot_app, earshot_worker;
grant update (need, lang, near, state, words, asked_by, asked_at, ended_at, keep_until) on advice to earshot_app, earshot_worker;
grant update (lifted_at, lifted_by) on do_not_list to earshot_app, earshot_worker;
revoke insert on account from earshot_app, earshot_worker;
grant insert (id, library_id, plugin, name, settings, state, allowed_addresses, created_by) on account to earshot_app, earshot_worker;

-- Secrets are those of an account of one's own.
alter table account_secret enable row level security;
create policy seen on account_secret for select to earshot_app, earshot_worker using (exists (select 1 from account seen where seen.id = account_secret.account_id));
create policy own_insert on account_secret for insert to earshot_app, earshot_worker
  with check (exists (select 1 from account seen where seen.id = account_secret.account_id and seen.library_id in (select scope_acting())));
create policy own_update on account_secret for update to earshot_app, earshot_worker
  using (exists (select 1 from account seen where seen.id = account_secret.account_id and seen.library_id in (select scope_acting())))
  with check (exists (select 1 from account seen where seen.id = account_secret.account_id and seen.library_id in (select scope_acting())));
create policy listens on account_secret for all to earshot_listener using (true) with check (true);

-- What plugins keep is reached by the listener alone, in whose name they run.
revoke all on plugin_store, plugin_index, plugin_index_document, advisor_refresh, host_budget from earshot_worker;

-- The application and jobs note changes of what they may see: whose changes were another library's to note, told it of some that were none.
create or replace function note_changes(changes jsonb) returns void language sql security definer set search_path = public, pg_temp as $$
  delete from change where ctid = any(array(select ctid from change where at < now() - interval '30 days' limit 20 for update skip locked));
  insert into change(library_id, kind, id, version, inherited)
    select library, kind, id, version, inherited from jsonb_to_recordset(changes) c(library uuid, kind text, id uuid, version int, inherited boolean)
      where case when pg_has_role(session_user, 'earshot_app', 'usage') and not pg_has_role(session_user, current_user, 'usage') or session_user = 'earshot_worker'
        then library in (select scope() union select scope_up()) else true end
      order by library, kind, id
    on conflict (library_id, kind, id) do update set version = excluded.version, xid = excluded.xid, at = excluded.at;
$$;

-- A role is given to whom one sees, or to somebody who has none yet: it would show to its giver who another library's staff are.
create function may_be_given_a_role(of_actor uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select of_actor in (select visible_actors()) or not exists (select 1 from actor_role where actor_id = of_actor) $$;
revoke all on function may_be_given_a_role(uuid) from public;
grant execute on function may_be_given_a_role(uuid) to earshot_app;
alter policy granted on actor_role with check (library_id in (select scope_administered()) and may_be_given_a_role(actor_id));
