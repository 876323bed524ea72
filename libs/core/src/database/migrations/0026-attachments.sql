-- Images that go with replies. Uploaded first, and attached to a reply then: what is not, is swept after a day. Their bytes are there as long as the reply can
-- still leave; of what was sent, what they were stays: their hash, and their alternative text.
create table attachment(
  id uuid primary key,
  library_id uuid not null references library,
  reply_id uuid references reply on delete cascade,
  -- Their order.
  place int check (place between 0 and 3),
  media_type text not null check (media_type in ('image/jpeg', 'image/png')),
  width int not null check (width > 0),
  height int not null check (height > 0),
  size int not null check (size between 1 and 2000000),
  -- SHA-256.
  hash bytea not null check (length(hash) = 32),
  bytes bytea check (length(bytes) = size),
  alt text not null default '' check (length(alt) <= 5000),
  uploaded_by uuid not null references actor,
  uploaded_at timestamptz not null default now(),
  constraint placed_on_a_reply check ((reply_id is null) = (place is null)),
  unique (reply_id, place) deferrable initially immediate
);
create index attachment_waiting on attachment(uploaded_by, uploaded_at) where reply_id is null;
-- An encoded image is as small as it gets.
alter table attachment alter column bytes set storage external;

insert into table_kind(kind, table_name) values ('owned', 'attachment');
alter table attachment enable row level security;
create policy own on attachment for select to earshot_app, earshot_worker using (library_id in (select scope()));
create policy own_insert on attachment for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting())
  and (reply_id is null or exists (select 1 from reply seen where seen.id = attachment.reply_id and seen.library_id = attachment.library_id)));
create policy own_update on attachment for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting())
  and (reply_id is null or exists (select 1 from reply seen where seen.id = attachment.reply_id and seen.library_id = attachment.library_id)));
create policy own_delete on attachment for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy keeps on attachment for all to earshot_keeper using (true) with check (true);
-- Nobody changes an image: another is another upload.
grant select, insert, delete, update (reply_id, place, alt) on attachment to earshot_app;
grant select, insert, delete on attachment to earshot_worker;
grant select, update, delete on attachment to earshot_keeper;

-- ── what an approval holds ──────────────────────────────────────────────────────────────────────────────────────

-- What is attached to a reply, in order, with its alternative texts, as one digest: '' where nothing is. Nobody writes it but the trigger on what is attached.
alter table reply add column attached text not null default '', add column approved_attached text not null default '';
grant update (approved_attached) on reply to earshot_app, earshot_worker;
alter table reply add constraint no_send_without_what_is_attached check (state in ('draft', 'in_review', 'withdrawn') or approved_attached = attached);

-- Whoever changes what is attached to an approved reply is refused here, as whoever changes its words is. Where words of others are taken out of all copies,
-- the approval goes on holding for what is left, as it does for the text.
create function bind_attachments() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- First locked, then read: of two who attach at once the second sees what the first did.
  perform 1 from reply where id in (old.reply_id, new.reply_id) order by id for update;
  update reply r set attached = d.digest, approved_attached = case when r.approved_attached = r.attached and pg_has_role(session_user, 'earshot_keeper', 'usage') then d.digest else r.approved_attached end
  from (
    select o.id, coalesce(encode(sha256(convert_to(string_agg(encode(a.hash, 'hex') || encode(sha256(convert_to(a.alt, 'UTF8')), 'hex'), '' order by a.place), 'UTF8')), 'hex'), '') as digest
    from reply o left join attachment a on a.reply_id = o.id where o.id in (old.reply_id, new.reply_id) group by o.id) d
  where r.id = d.id and r.attached <> d.digest;
  return null;
end $$;
revoke all on function bind_attachments() from public;
create trigger bind_attachments after insert or delete or update of reply_id, place, hash, alt on attachment for each row execute function bind_attachments();

-- An approval that is void is void for what is attached as well, whoever voids it.
create function void_what_is_attached() returns trigger language plpgsql as $$
begin
  new.approved_attached := '';
  return new;
end $$;
revoke all on function void_what_is_attached() from public;
create trigger void_what_is_attached before update of approved_text on reply for each row when (new.approved_text is null and new.approved_attached <> '') execute function void_what_is_attached();

-- What is out is on its network; what was withdrawn and never sent is nowhere.
create function let_attachments_go() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.sent_at is null then delete from attachment where reply_id = new.id;
  else update attachment set bytes = null where reply_id = new.id and bytes is not null;
  end if;
  return null;
end $$;
revoke all on function let_attachments_go() from public;
create trigger let_attachments_go after update of state on reply for each row when (new.state in ('sent', 'withdrawn') and new.state <> old.state) execute function let_attachments_go();
