-- Webhooks: addresses at which a library's own programs are told that something changed, by ids, kinds and versions: never words, never names.

create table webhook(
  id uuid primary key,
  library_id uuid not null references library,
  name text not null check (length(name) between 1 and 200),
  url text not null check (length(url) between 1 and 2000),
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['conversation.opened', 'conversation.changed', 'conversation.closed', 'conversation.removed',
    'reply.draft', 'reply.in-review', 'reply.approved', 'reply.sending', 'reply.sent', 'reply.failed', 'reply.unknown', 'reply.withdrawn',
    'suggestions.changed', 'account.changed', 'follow-list.changed', 'saved-search.changed', 'saved-answer.changed', 'library.changed']),
  -- 'failed': nothing was taken for so long that the program turned it off.
  state text not null default 'on' check (state in ('on', 'off', 'failed')),
  made_by uuid references actor,
  made_at timestamptz not null default now(),
  -- Since the last delivery that was taken: since when none is, how many tries were in vain, and until when none is made.
  failing_since timestamptz,
  failures int not null default 0,
  rests_until timestamptz,
  -- Of whoever is at it now: one worker at a time.
  lease_until timestamptz,
  lease_token uuid,
  unique (id, library_id)
);
create index webhook_library on webhook(library_id, made_at, id);

-- By what deliveries are signed, sealed with the installation's key. The one before holds on for a while beside its successor.
create table webhook_secret(
  id uuid primary key,
  library_id uuid not null,
  webhook_id uuid not null,
  sealed bytea not null,
  made_at timestamptz not null default now(),
  -- Null: the newest.
  until timestamptz,
  foreign key (webhook_id, library_id) references webhook(id, library_id) on delete cascade
);
create unique index webhook_secret_newest on webhook_secret(webhook_id, library_id) where until is null;
create index webhook_secret_webhook on webhook_secret(webhook_id);

-- What was told, or is to be: the outbox, and afterwards the log.
create table webhook_delivery(
  id uuid primary key,
  library_id uuid not null,
  webhook_id uuid not null,
  kind text not null check (length(kind) between 1 and 60),
  -- Null: a test, which is of nothing.
  subject_id uuid,
  version int,
  -- Of a reply: the conversation in which it is read. An id to be told and nothing more: the log may outlive it.
  within_id uuid,
  at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  -- Nobody tried it yet: what else happens to the same thing meanwhile is told by it.
  fresh boolean not null default true,
  tries int not null default 0,
  due_at timestamptz,
  tried_at timestamptz,
  status int,
  took_ms int,
  failure_words text,
  foreign key (webhook_id, library_id) references webhook(id, library_id) on delete cascade,
  check ((state = 'waiting') = (due_at is not null))
);
create unique index webhook_delivery_fresh on webhook_delivery(webhook_id, library_id, kind, subject_id) where fresh;
create index webhook_delivery_log on webhook_delivery(webhook_id, at, id);
create index webhook_delivery_due on webhook_delivery(webhook_id, due_at) where state = 'waiting';
create index webhook_delivery_at on webhook_delivery(at);

insert into table_kind(kind, table_name) values ('owned', 'webhook'), ('owned', 'webhook_secret'), ('owned', 'webhook_delivery');
do $$
declare t text;
begin
  foreach t in array array['webhook', 'webhook_secret', 'webhook_delivery'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy own on %I for select to earshot_app, earshot_worker using (library_id in (select scope()))', t);
    execute format('create policy own_insert on %I for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()))', t);
    execute format('create policy own_update on %I for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()))', t);
    execute format('create policy own_delete on %I for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()))', t);
  end loop;
end $$;
grant select, insert, update, delete on webhook to earshot_app;
grant select, update on webhook to earshot_worker;
-- The application writes secrets and cannot read them.
grant insert, delete, select (id, library_id, webhook_id, made_at, until), update (until) on webhook_secret to earshot_app;
grant select on webhook_secret to earshot_worker;
grant select, insert, update, delete on webhook_delivery to earshot_app;
grant select, update on webhook_delivery to earshot_worker;

-- What a change is called where it is told. now() is when the transaction began, and so is the time of all that it wrote.
create function webhook_kind(of_kind text, of_id uuid, of_library uuid) returns text language sql stable security definer set search_path = public, pg_temp as $$
  select case of_kind
    when 'conversation' then coalesce(
      (select case
          when exists (select 1 from timeline t where t.conversation_id = c.id and t.at = now() and t.kind = 'opened') then 'conversation.opened'
          when c.state = 'closed' and exists (select 1 from timeline t where t.conversation_id = c.id and t.at = now() and t.kind = 'closed') then 'conversation.closed'
          else 'conversation.changed' end
        from conversation c where c.id = of_id and c.library_id = of_library), 'conversation.removed')
    when 'reply' then (select 'reply.' || replace(r.state, '_', '-') from reply r where r.id = of_id and r.library_id = of_library)
    else of_kind || '.changed' end $$;

-- Written with what it tells of, by whoever did that. As with note_changes, the application and jobs tell of what they may see.
create function note_webhook_events(hints jsonb) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- Most libraries have none, and those who listen write for many at once.
  if not exists (select 1 from webhook w where w.state = 'on' and w.library_id in (select h.library from jsonb_to_recordset(hints) h(library uuid))) then return; end if;
  insert into webhook_delivery(id, library_id, webhook_id, kind, subject_id, version, within_id, due_at)
  select gen_random_uuid(), e.library, w.id, e.kind, e.id, e.version, e.within, now()
  from (select h.library, h.id, h.version, webhook_kind(h.kind, h.id, h.library) as kind, (select r.conversation_id from reply r where h.kind = 'reply' and r.id = h.id and r.library_id = h.library) as within
      from jsonb_to_recordset(hints) h(library uuid, kind text, id uuid, version int)
      where h.library in (select library_id from webhook)
        and case when pg_has_role(session_user, 'earshot_app', 'usage') and not pg_has_role(session_user, current_user, 'usage') or session_user = 'earshot_worker'
          then h.library in (select scope()) else true end) e
    join webhook w on w.library_id = e.library and w.state = 'on' and e.kind = any(w.kinds)
  order by w.id, e.kind, e.id
  on conflict (webhook_id, library_id, kind, subject_id) where fresh do update set version = excluded.version, within_id = excluded.within_id, at = excluded.at;
end $$;

create or replace function note_deleted_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform note_changes(coalesce(jsonb_agg(jsonb_build_object('library', library_id, 'kind', 'conversation', 'id', id, 'inherited', false)), '[]')) from gone;
  perform note_webhook_events(coalesce(jsonb_agg(jsonb_build_object('library', library_id, 'kind', 'conversation', 'id', id)), '[]')) from gone;
  return null;
end $$;

-- Which have something to be told, with the system actor as whom that is done. One that is at it, or rests, is none.
create function due_webhooks(most int) returns table(webhook_id uuid, actor_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  select w.id, y.actor_id from webhook w join system_actor y on y.library_id = w.library_id
    cross join lateral (select min(d.due_at) as at from webhook_delivery d where d.webhook_id = w.id and d.state = 'waiting') next
  where w.state = 'on' and next.at <= now() and coalesce(w.rests_until, now()) <= now() and coalesce(w.lease_until, now()) <= now()
    and w.library_id not in (select stopped_libraries('all'))
  order by greatest(next.at, w.rests_until), w.id limit most $$;

-- The log is short. In portions, so that nobody waits.
create function forget_webhook_deliveries(days int, most int) returns int language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from webhook_delivery where id in (select id from webhook_delivery where at < now() - make_interval(days => days) order by at limit most for update skip locked) returning 1),
    over as (delete from webhook_secret where until < now() returning 1)
  select count(*)::int from gone $$;

revoke all on function webhook_kind(text, uuid, uuid), note_webhook_events(jsonb), due_webhooks(int), forget_webhook_deliveries(int, int) from public;
grant execute on function note_webhook_events(jsonb) to earshot_app, earshot_worker, earshot_listener, earshot_keeper;
grant execute on function due_webhooks(int), forget_webhook_deliveries(int, int) to earshot_worker;
