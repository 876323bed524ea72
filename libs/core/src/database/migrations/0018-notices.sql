-- Who is told of what: a notice is for one person and about one thing, and what of it goes by mail stands beside it. A process of the version before tells
-- the accounts of notifiers, as it did, and nobody else.

create table notice(
  id uuid primary key,
  library_id uuid not null references library on delete cascade,
  person_id uuid not null references person(actor_id) on delete cascade,
  kind text not null check (kind in ('assigned', 'mentioned', 'handed-over', 'approval', 'answered', 'crisis', 'account', 'stopped', 'list', 'round')),
  -- The same for the same thing, of which a person has one notice; and what happened to it last, by which a repetition is told from a second try to tell.
  thing text not null check (length(thing) between 1 and 200),
  event text not null check (length(event) between 1 and 200),
  conversation_id uuid,
  -- Whatever else it is about: a reply, an account, a list. It may be gone.
  subject_id uuid,
  -- The page that it leads to, and words of ours: names of accounts, lists and colleagues are all that they hold of anybody's.
  path text not null check (path ~ '^/'),
  title text not null check (length(title) between 1 and 600),
  body text not null check (length(body) between 1 and 2000),
  -- Whether the dashboard shows it: somebody may want it by mail alone.
  shown boolean not null,
  told_at timestamptz not null,
  seen_at timestamptz,
  changed_xid xid8 not null default pg_current_xact_id(),
  unique (person_id, thing),
  unique (id, person_id),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index notice_newest on notice(person_id, told_at desc, id desc) where shown;
create index notice_unseen on notice(person_id, told_at desc, id desc) where shown and seen_at is null;
create index notice_changed on notice(person_id, changed_xid);
create index notice_library on notice(library_id, told_at);
create index notice_conversation on notice(conversation_id, library_id) where conversation_id is not null;

create function step_notice() returns trigger language plpgsql as $$
begin
  new.changed_xid := pg_current_xact_id();
  return new;
end $$;
create trigger step_notice before update on notice for each row execute function step_notice();

-- A notice on its way by mail: once, by itself or in a digest. What leaves together has one mail_id, by which a second try is the same mail.
create table notice_delivery(
  notice_id uuid not null,
  person_id uuid not null,
  way text not null check (way in ('mail', 'digest')),
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'refused', 'missed', 'over')),
  due_at timestamptz not null,
  mail_id uuid,
  tries int not null default 0,
  lease_until timestamptz,
  ended_at timestamptz,
  -- What the mail server said, where it did not take it.
  words text check (length(words) <= 500),
  primary key (notice_id, way),
  foreign key (notice_id, person_id) references notice(id, person_id) on delete cascade
);
create index notice_delivery_due on notice_delivery(due_at) where state in ('waiting', 'sending');
create index notice_delivery_person on notice_delivery(person_id, state);

-- How somebody wants to be told; whoever says nothing is told as the program does.
create table notice_preference(
  person_id uuid primary key references person(actor_id) on delete cascade,
  -- Kind of notice: dashboard, mail, digest.
  ways jsonb not null check (jsonb_typeof(ways) = 'object'),
  -- Full hours, and days of the week from 1, Monday, by the clock of each notice's library.
  digest_hours int[] not null check (digest_hours <@ array[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]),
  digest_days int[] not null check (digest_days <@ array[1,2,3,4,5,6,7]),
  -- Minutes of the day by the same clock; from may lie after until, over midnight.
  quiet_from int check (quiet_from between 0 and 1439),
  quiet_until int check (quiet_until between 0 and 1439),
  check ((quiet_from is null) = (quiet_until is null)),
  check (quiet_from <> quiet_until),
  set_at timestamptz not null default now()
);

-- How notices are told at a library, and those below it that say nothing themselves.
create table notice_policy(
  id uuid primary key,
  library_id uuid not null unique references library,
  -- Whether mails to staff hold a post and its author's name.
  shows_posts boolean not null,
  -- Who is told of a draft that has waited so long for its approval.
  stand_in_id uuid references actor,
  stand_in_hours int check (stand_in_hours between 1 and 336),
  set_by uuid references actor,
  set_at timestamptz not null default now(),
  check ((stand_in_id is null) = (stand_in_hours is null))
);

-- Whose mail is due, ids alone: of those who are here, of libraries where they have a role and nobody stopped everything. A crisis first.
create function due_notice_mails(at timestamptz, most int) returns table(person_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  select n.person_id from notice_delivery d join notice n on n.id = d.notice_id
    join actor a on a.id = n.person_id and a.deactivated_at is null join actor_scope s on s.actor_id = n.person_id and s.library_id = n.library_id
  where ((d.state = 'waiting' and d.due_at <= at) or (d.state = 'sending' and d.lease_until <= at)) and n.library_id not in (select stopped_libraries('all'))
  group by n.person_id order by bool_or(n.kind = 'crisis') desc, min(d.due_at), n.person_id limit most $$;
-- Libraries whose clocks struck an hour within the last five minutes, and as whom a job acts there: where digests leave.
create function libraries_at_the_hour(at timestamptz) returns table(library_id uuid, actor_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  select l.id, y.actor_id from library l join system_actor y on y.library_id = l.id where extract(minute from at at time zone l.time_zone) < 5 order by l.id $$;

revoke all on notice, notice_delivery, notice_preference, notice_policy from public;
revoke all on function step_notice(), due_notice_mails(timestamptz, int), libraries_at_the_hour(timestamptz) from public;
grant execute on function due_notice_mails(timestamptz, int), libraries_at_the_hour(timestamptz) to earshot_worker;

insert into table_kind(kind, table_name) values ('platform', 'notice'), ('platform', 'notice_delivery'), ('platform', 'notice_preference'), ('inherited', 'notice_policy');

-- A notice is read by its person, and by nobody else of the library, administrators neither. Jobs write it for people of their library.
alter table notice enable row level security;
create policy mine on notice for select to earshot_app using (person_id = actor_id() and library_id in (select scope()));
create policy seen on notice for update to earshot_app using (person_id = actor_id() and library_id in (select scope())) with check (person_id = actor_id() and library_id in (select scope()));
create policy tells on notice for select to earshot_worker using (library_id in (select scope()));
create policy told on notice for insert to earshot_worker with check (library_id in (select scope_acting()) and person_id in (select visible_actors())
  and (conversation_id is null or exists (select 1 from conversation seen where seen.id = notice.conversation_id)));
create policy retold on notice for update to earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy keeps on notice for all to earshot_keeper using (true) with check (true);
grant select, update (seen_at) on notice to earshot_app;
grant select, insert, update (event, title, body, path, shown, told_at, seen_at) on notice to earshot_worker;
grant select, delete on notice to earshot_keeper;

alter table notice_delivery enable row level security;
create policy mine on notice_delivery for select to earshot_app using (person_id = actor_id());
create policy sends on notice_delivery for update to earshot_app using (person_id = actor_id()) with check (person_id = actor_id());
create policy tells on notice_delivery for all to earshot_worker using (exists (select 1 from notice n where n.id = notice_delivery.notice_id)) with check (exists (select 1 from notice n where n.id = notice_delivery.notice_id));
grant select, update (state, due_at, mail_id, tries, lease_until, ended_at, words) on notice_delivery to earshot_app;
grant select, insert, delete on notice_delivery to earshot_worker;

alter table notice_preference enable row level security;
create policy mine on notice_preference for all to earshot_app using (person_id = actor_id()) with check (person_id = actor_id());
create policy heeds on notice_preference for select to earshot_worker using (person_id in (select visible_actors()));
grant select, insert, update on notice_preference to earshot_app;
grant select on notice_preference to earshot_worker;

alter table notice_policy enable row level security;
create policy own on notice_policy for select to earshot_app, earshot_worker using (library_id in (select scope()));
create policy own_insert on notice_policy for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()));
create policy own_update on notice_policy for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy own_delete on notice_policy for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy inherited on notice_policy for select to earshot_app, earshot_worker using (library_id in (select scope_up()));
grant select, insert, update, delete on notice_policy to earshot_app;
grant select on notice_policy to earshot_worker;
