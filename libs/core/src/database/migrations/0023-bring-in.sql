-- What staff bring in by hand: said where nothing listens, on a network without an interface, at the desk, on the telephone.

-- Nothing is ever asked about it, and it is kept for the shortest time, whichever library has it.
alter table post add column brought_in boolean not null default false;

-- ── more words ──────────────────────────────────────────────────────────────────────────────────────────────────

-- Added to whatever words there are by now.
do $$
declare more record;
begin
  for more in select r.relname, k.conname, pg_get_constraintdef(k.oid) as def, w.words from pg_constraint k join pg_class r on r.oid = k.conrelid
      join (values ('timeline_kind_check', '''brought-in''::text, ''taken-back''::text, '), ('hearing_cause_check', '''brought-in''::text, '), ('post_gone_why_check', '''taken-back''::text, ')) w(name, words) on w.name = k.conname loop
    execute format('alter table %I drop constraint %I, add constraint %I %s', more.relname, more.conname, more.conname, replace(more.def, 'ARRAY[', 'ARRAY[' || more.words));
  end loop;
end $$;

-- ── where it comes from ─────────────────────────────────────────────────────────────────────────────────────────

-- A library's own name for where people speak, and how often it brought something in from there. It stays when that went.
create table brought_place(
  id uuid primary key,
  library_id uuid not null references library,
  name text not null check (length(name) between 1 and 100),
  times int not null check (times >= 0),
  last_at timestamptz not null,
  unique (id, library_id)
);
-- In the order in which it is listed.
create unique index brought_place_name on brought_place(library_id, lower(name) collate "C");

-- One pressing of a button, by the key that the client made for it. It stays when its conversation went, so that nothing comes in again by that key.
create table brought_in(
  library_id uuid not null references library,
  key uuid not null,
  place_id uuid not null,
  conversation_id uuid,
  -- By which a reply to it is written.
  account_id uuid not null references account,
  by_actor uuid not null references actor,
  at timestamptz not null default now(),
  taken_back_at timestamptz,
  primary key (library_id, key),
  foreign key (place_id, library_id) references brought_place(id, library_id),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete set null (conversation_id)
);
create unique index brought_in_conversation on brought_in(conversation_id) where conversation_id is not null;
create index brought_in_place on brought_in(place_id);

insert into table_kind(kind, table_name) values ('owned', 'brought_place'), ('owned', 'brought_in');
alter table brought_place enable row level security;
create policy own on brought_place for select to earshot_app, earshot_worker using (library_id in (select scope()));
create policy own_insert on brought_place for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()));
create policy own_update on brought_place for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy own_delete on brought_place for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy keeps on brought_place for all to earshot_keeper using (true) with check (true);
alter table brought_in enable row level security;
create policy own on brought_in for select to earshot_app, earshot_worker using (library_id in (select scope()));
-- As everywhere; but nobody is granted to insert by them: see note_brought_in.
create policy own_insert on brought_in for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting())
  and exists (select 1 from brought_place seen where seen.id = brought_in.place_id)
  and (brought_in.conversation_id is null or exists (select 1 from conversation seen where seen.id = brought_in.conversation_id))
  and exists (select 1 from account seen where seen.id = brought_in.account_id));
create policy own_update on brought_in for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting())
  and exists (select 1 from brought_place seen where seen.id = brought_in.place_id)
  and (brought_in.conversation_id is null or exists (select 1 from conversation seen where seen.id = brought_in.conversation_id))
  and exists (select 1 from account seen where seen.id = brought_in.account_id));
create policy own_delete on brought_in for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy keeps on brought_in for all to earshot_keeper using (true) with check (true);
grant select, update (times) on brought_place to earshot_app;
grant select, update (taken_back_at) on brought_in to earshot_app;
grant select, update, delete on brought_place, brought_in to earshot_keeper;

-- The account by which a library, and all of its tree, answer what was brought in: the nearest above it that is there, else one that is made for the whole tree.
-- No row: whoever asks does not act at that library.
create function account_for_brought_in(of_library uuid, of_plugin text, named text, new_id uuid) returns table(id uuid, library_id uuid, state text, made boolean)
  language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare root uuid;
begin
  select b.root_id into root from library b where b.id = of_library and b.id in (select scope_acting());
  if not found then return; end if;
  -- Two who are the first make one account.
  perform pg_advisory_xact_lock(hashtextextended('account for brought in ' || root::text, 0));
  return query select a.id, a.library_id, a.state, false from library_line l join account a on a.library_id = l.ancestor_id
    where l.library_id = of_library and a.plugin = of_plugin and a.removed_at is null order by l.distance, a.created_at, a.id limit 1;
  if found then return; end if;
  -- Who of which library was the first is told in the log alone.
  insert into account(id, library_id, plugin, name, health) values (new_id, root, of_plugin, named, 'well');
  insert into audit(id, library_id, actor_id, action, subject_kind, subject_id, detail)
    values (gen_random_uuid(), root, actor_id(), 'account.created', 'account', new_id, jsonb_build_object('plugin', of_plugin));
  return query select new_id, root, 'on', true;
end $$;
revoke all on function account_for_brought_in(uuid, text, text, uuid) from public;
grant execute on function account_for_brought_in(uuid, text, text, uuid) to earshot_app;

-- Where a conversation was brought in from, and by whom: in the transaction that stores it, once a key.
create function note_brought_in(of_library uuid, of_key uuid, of_conversation uuid, of_account uuid, by_whom uuid, place text, new_place uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare from_place uuid;
begin
  if exists (select 1 from brought_in b where b.library_id = of_library and b.key = of_key) then return; end if;
  insert into brought_place as p (id, library_id, name, times, last_at) values (new_place, of_library, place, 1, now())
    on conflict (library_id, lower(name) collate "C") do update set times = p.times + 1, last_at = excluded.last_at returning p.id into from_place;
  insert into brought_in(library_id, key, place_id, conversation_id, account_id, by_actor) values (of_library, of_key, from_place, of_conversation, of_account, by_whom);
  insert into timeline(id, library_id, conversation_id, kind, actor_id, detail) values (gen_random_uuid(), of_library, of_conversation, 'brought-in', by_whom, jsonb_build_object('place', place));
  insert into audit(id, library_id, actor_id, action, subject_kind, subject_id) values (gen_random_uuid(), of_library, by_whom, 'conversation.brought-in', 'conversation', of_conversation);
end $$;
revoke all on function note_brought_in(uuid, uuid, uuid, uuid, uuid, text, uuid) from public;
grant execute on function note_brought_in(uuid, uuid, uuid, uuid, uuid, text, uuid) to earshot_listener;
