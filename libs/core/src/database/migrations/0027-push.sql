-- Notices by web push: the browsers in which somebody wants to be told, and what is on its way to each.

create table push_subscription(
  id uuid primary key,
  person_id uuid not null references person(actor_id) on delete cascade,
  -- In which that browser was signed in when it said so last: see end_pushes.
  session_id uuid references session on delete set null,
  -- Whoever knows the address of a browser can send to it: it is sealed with the browser's keys, and found again by its SHA-256.
  endpoint_hash bytea not null unique check (length(endpoint_hash) = 32),
  sealed bytea not null,
  -- Of its push service, by which what hangs is kept apart.
  host text not null check (length(host) between 1 and 300),
  browser text not null check (length(browser) between 1 and 100),
  made_at timestamptz not null default now(),
  last_told_at timestamptz,
  -- Since it was last told: how many tries were in vain, what came of the last, and until when none is made.
  failures int not null default 0,
  failure_words text check (length(failure_words) <= 500),
  rests_until timestamptz,
  -- Of whoever tells it now: one at a time.
  lease_until timestamptz,
  lease_token uuid,
  unique (id, person_id)
);
create index push_subscription_person on push_subscription(person_id, made_at, id);
create index push_subscription_session on push_subscription(session_id) where session_id is not null;
create index push_subscription_leased on push_subscription(host) where lease_until is not null;

-- Gone as soon as it was taken, given up, or needed no more.
create table notice_push(
  id uuid primary key,
  notice_id uuid not null,
  person_id uuid not null,
  subscription_id uuid not null,
  due_at timestamptz not null,
  unique (notice_id, subscription_id),
  foreign key (notice_id, person_id) references notice(id, person_id) on delete cascade,
  foreign key (subscription_id, person_id) references push_subscription(id, person_id) on delete cascade
);
create index notice_push_due on notice_push(due_at);
create index notice_push_subscription on notice_push(subscription_id, due_at);

insert into table_kind(kind, table_name) values ('platform', 'push_subscription'), ('platform', 'notice_push');

-- Whether it needs to leave no more: it was seen, or what it is about is done. Asked by its person.
create function notice_is_over(n notice) returns boolean language sql stable as $$
  select (n.seen_at is not null and n.kind <> 'round') or case n.kind
    when 'approval' then not exists (select 1 from reply r where r.id = n.subject_id and r.state = 'in_review')
    when 'assigned' then not exists (select 1 from conversation c where c.id = n.conversation_id and c.assignee_id = n.person_id)
    when 'stopped' then not exists (select 1 from stop s where s.id = n.subject_id and s.resumed_at is null)
    else false end $$;

-- Browsers to which something is due, ids alone, a crisis first: of those who are here, of libraries where they have a role and nobody stopped everything. Of
-- one push service four at once, so that one that hangs holds up no other.
create function due_pushes(at timestamptz, most int) returns table(subscription_id uuid, person_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  with waiting as (
    select s.id, s.person_id, s.host, bool_or(n.kind = 'crisis') as crisis, min(p.due_at) as since
    from notice_push p join push_subscription s on s.id = p.subscription_id join notice n on n.id = p.notice_id
      join actor a on a.id = p.person_id and a.deactivated_at is null join actor_scope c on c.actor_id = n.person_id and c.library_id = n.library_id
    where p.due_at <= at and coalesce(s.rests_until, at) <= at and coalesce(s.lease_until, at) <= at and n.library_id not in (select stopped_libraries('all'))
    group by s.id),
  placed as (
    select w.*, row_number() over (partition by w.host order by w.crisis desc, w.since, w.id) + (select count(*) from push_subscription b where b.host = w.host and b.lease_until > at) as place from waiting w)
  select id, person_id from placed where place <= 4 order by crisis desc, since, id limit most $$;

-- A browser is told what one person is told: whoever subscribes it anew takes it from whoever had it. Two who do so at once wait for each other.
create function take_push_endpoint(of_hash bytea) returns void language sql security definer set search_path = public, pg_temp as $$
  select pg_advisory_xact_lock(hashtextextended('push ' || encode(of_hash, 'hex'), 0));
  delete from push_subscription where endpoint_hash = of_hash and person_id <> actor_id() $$;

-- Where somebody signs out, or is signed out, nothing is shown any more: others may sit there. A session that runs out ends nothing, since push is for whoever
-- is not at it. Of whoever left nothing stays.
create function end_pushes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_table_name = 'session' then delete from push_subscription where session_id = new.id;
  else delete from push_subscription where person_id = new.id; end if;
  return null;
end $$;
create trigger end_pushes after update of revoked_at on session for each row when (new.revoked_at is not null) execute function end_pushes();
create trigger end_pushes after update of deactivated_at on actor for each row when (new.deactivated_at is not null) execute function end_pushes();

revoke all on push_subscription, notice_push from public;
revoke all on function notice_is_over(notice), due_pushes(timestamptz, int), take_push_endpoint(bytea), end_pushes() from public;
grant execute on function notice_is_over(notice), take_push_endpoint(bytea) to earshot_app;
grant execute on function due_pushes(timestamptz, int) to earshot_worker;

-- Seen by whose browser it is, and by nobody else. Jobs see whose there are, and not where.
alter table push_subscription enable row level security;
create policy mine on push_subscription for all to earshot_app using (person_id = actor_id())
  with check (person_id = actor_id() and (session_id is null or exists (select 1 from session s where s.id = push_subscription.session_id)));
create policy tells on push_subscription for select to earshot_worker using (person_id in (select visible_actors()));
grant select, insert, delete, update (session_id, sealed, host, browser, last_told_at, failures, failure_words, rests_until, lease_until, lease_token) on push_subscription to earshot_app;
grant select (id, person_id) on push_subscription to earshot_worker;

alter table notice_push enable row level security;
create policy mine on notice_push for select to earshot_app using (person_id = actor_id());
create policy quiet on notice_push for update to earshot_app using (person_id = actor_id()) with check (person_id = actor_id());
create policy over on notice_push for delete to earshot_app using (person_id = actor_id());
create policy tells on notice_push for all to earshot_worker using (exists (select 1 from notice n where n.id = notice_push.notice_id)) with check (exists (select 1 from notice n where n.id = notice_push.notice_id));
grant select, delete, update (due_at) on notice_push to earshot_app;
grant select, insert, delete on notice_push to earshot_worker;
