-- What speaks for patience with whoever wrote a post: whether they spoke to us, and which of the installation's libraries wrote to them unasked, and when.
-- Never what was written, nor who of the staff wrote it.

-- It mentions one of our accounts, or answers a post of one.
create function post_addresses_us(of_post uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from post p join account a on a.removed_at is null join profile us on us.id = a.profile_id
    where p.id = of_post and (us.network || ' ' || us.remote_id = any(p.mentions) or exists (select 1 from post q where q.id = p.parent_id and q.author_id = us.id))) $$;

-- Of a post that the library hears: whether it speaks to us, and the newest reply, but one, to anything that the same person said without speaking to us, of
-- any library of the same tree, that is out or about to be.
create function contact_with_author(of_post uuid, of_library uuid, but uuid, since timestamptz) returns table(addressed boolean, at timestamptz, library_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select post_addresses_us(p.id), last.at, last.library_id
  from post p left join lateral (
    select coalesce(r.sent_at, r.approved_at) as at, r.library_id
    from post q join reply r on r.to_post_id = q.id join library theirs on theirs.id = r.library_id
    where q.author_id = p.author_id and theirs.root_id = (select root_id from library where id = of_library) and r.id is distinct from but
      and r.state in ('approved', 'sending', 'sent', 'unknown') and coalesce(r.sent_at, r.approved_at) > since and not post_addresses_us(q.id)
    order by 1 desc limit 1) last on true
  where p.id = of_post and of_library in (select scope()) and exists (select 1 from conversation c where c.thread_id = p.thread_id and c.library_id = of_library) $$;

create index reply_same_words on reply(library_id, md5(lower(text)));

revoke all on function post_addresses_us(uuid), contact_with_author(uuid, uuid, uuid, timestamptz) from public;
grant execute on function contact_with_author(uuid, uuid, uuid, timestamptz) to earshot_app;

-- How a library answers, and those below it that say nothing themselves.
create table reply_policy(
  id uuid primary key,
  library_id uuid not null unique references library,
  -- The least role that approves.
  approvers text not null check (approvers in ('librarian', 'administrator')),
  -- When whoever wrote the words may not approve them.
  second_person text[] not null check (second_person <@ array['always', 'newcomer', 'unasked', 'sensitive']),
  -- One reply to one person who did not speak to us, in so many days; 0: as often as staff think right.
  unasked_days int not null check (unasked_days between 0 and 365),
  set_by uuid references actor,
  set_at timestamptz not null default now()
);
insert into table_kind(kind, table_name) values ('inherited', 'reply_policy');
alter table reply_policy enable row level security;
create policy own on reply_policy for select to earshot_app, earshot_worker using (library_id in (select scope()));
create policy own_insert on reply_policy for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()));
create policy own_update on reply_policy for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy own_delete on reply_policy for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy inherited on reply_policy for select to earshot_app, earshot_worker using (library_id in (select scope_up()));
grant select, insert, update, delete on reply_policy to earshot_app;

-- Who wrote the words as they are now. Empty where a process of the version before wrote them: then whoever drafted stands for it.
alter table reply add column written_by uuid references actor;
grant update (written_by) on reply to earshot_app, earshot_worker;
create index reply_sent_by on reply(drafted_by) where state = 'sent';
