-- What a library answers again and again, and what it asks back where nobody can tell yet what somebody needs. The library and all below it use it.
create table saved_answer(
  id uuid primary key,
  library_id uuid not null references library,
  kind text not null check (kind in ('answer', 'question')),
  title text not null check (length(title) between 1 and 200),
  -- May hold what is to be filled in, as {{opening hours}}.
  text text not null check (length(text) between 1 and 5000),
  lang text not null,
  categories text[] not null default '{}',
  review_on date,
  -- The answer in whose place it stands, of a library above or of those that come with the program. These are no rows, so it is no foreign key.
  instead_of uuid,
  -- Its words, folded (docs/architecture.md). Empty where something was taken out of the text: then the words are made of what stands there.
  search tsvector,
  -- Of a sent reply that it was made of, so that what somebody said and takes back is taken out of it as well.
  conversation_id uuid,
  reply_id uuid references reply on delete set null,
  created_by uuid not null references actor,
  created_at timestamptz not null default now(),
  changed_by uuid not null references actor,
  changed_at timestamptz not null default now(),
  removed_at timestamptz,
  version int not null default 1,
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete set null (conversation_id)
);
create index saved_answer_library on saved_answer(library_id);
create unique index saved_answer_instead on saved_answer(library_id, instead_of) where instead_of is not null and removed_at is null;
create index saved_answer_conversation on saved_answer(conversation_id) where conversation_id is not null;
create index saved_answer_reply on saved_answer(reply_id) where reply_id is not null;

-- An answer of a library above, or of the program, that a library and those below it do not use.
create table saved_answer_hiding(
  library_id uuid not null references library,
  answer_id uuid not null,
  hidden_by uuid not null references actor,
  hidden_at timestamptz not null default now(),
  primary key (library_id, answer_id)
);

insert into table_kind(kind, table_name) values ('inherited', 'saved_answer'), ('inherited', 'saved_answer_hiding');
do $$
declare t text;
begin
  foreach t in array array['saved_answer', 'saved_answer_hiding'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy own on %I for select to earshot_app, earshot_worker using (library_id in (select scope()))', t);
    execute format('create policy own_insert on %I for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()))', t);
    execute format('create policy own_update on %I for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()))', t);
    execute format('create policy own_delete on %I for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()))', t);
    execute format('create policy inherited on %I for select to earshot_app, earshot_worker using (library_id in (select scope_up()))', t);
    execute format('create policy keeps on %I for all to earshot_keeper using (true) with check (true)', t);
    execute format('grant select on %I to earshot_app, earshot_worker', t);
    execute format('grant select, update, delete on %I to earshot_keeper', t);
  end loop;
end $$;
-- What it points at must be there for its writer to see.
alter policy own_insert on saved_answer with check (library_id in (select scope_acting())
  and (conversation_id is null or exists (select 1 from conversation seen where seen.id = saved_answer.conversation_id))
  and (reply_id is null or exists (select 1 from reply seen where seen.id = saved_answer.reply_id)));
grant insert on saved_answer to earshot_app;
grant update (kind, title, text, lang, categories, review_on, search, changed_by, changed_at, removed_at, version) on saved_answer to earshot_app;
grant insert, delete on saved_answer_hiding to earshot_app;

-- An advisor is an account's, or one of the house: one that finds saved answers, or one that asks back.
alter table advice alter column account_id drop not null;
alter table advice add column house text check (house in ('saved-answers', 'interview'));
alter table advice add constraint asked_of_one check ((account_id is null) <> (house is null));
create unique index advice_house on advice(conversation_id, need, house) where house is not null;
-- Who asks back is asked where nothing was found that says what is looked for.
alter table advice drop constraint advice_need_check;
alter table advice add constraint advice_need_check check (length(need) <= 500 and (need <> '' or house = 'interview'));
-- A saved answer is its own citation.
alter table suggestion alter column cite drop not null;
alter table suggestion add column answer_id uuid;
alter table suggestion add constraint can_be_cited check ((cite is null) <> (answer_id is null));

-- An answer that was made of a reply goes with it into the conversation that survives a merge.
create function answer_follows_reply() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update saved_answer set conversation_id = new.conversation_id where reply_id = new.id and library_id = new.library_id;
  return null;
end $$;
revoke all on function answer_follows_reply() from public;
create trigger answer_follows_reply after update of conversation_id on reply for each row when (old.conversation_id <> new.conversation_id) execute function answer_follows_reply();
