-- The first schema. Who sees what (docs/architecture.md, section "Tenancy"):
--   world      public content, one copy an installation. No library_id, no grant to the application: read through the heard_* views.
--   owned      library_id not null, policy "own", composite foreign keys (x_id, library_id).
--   inherited  its owner writes, the owner's descendants read: policies "own" and "inherited".
--   platform   the installation's own structure: libraries, actors, sign-in. Each has policies of its own below.
-- table_kind names the kind of every table; a test over the catalogue holds this file to it.
-- Roles, made before this runs: earshot_app (api), earshot_worker (jobs), earshot_listener (listening), earshot_keeper (forgetting). None owns anything.

create table table_kind(
  table_name text primary key,
  kind text not null check (kind in ('world', 'owned', 'inherited', 'platform'))
);

-- ── platform: libraries, actors, sign-in ────────────────────────────────────────────────────────────────────────

create table installation(
  id boolean primary key default true check (id),
  created_at timestamptz not null default now(),
  setup_hash bytea,
  setup_until timestamptz
);
insert into installation default values;

create table library(
  id uuid primary key,
  parent_id uuid references library,
  root_id uuid not null references library deferrable initially deferred,
  kind text not null check (kind in ('consortium', 'library', 'branch')),
  name text not null check (length(name) between 1 and 200),
  handle text not null unique check (handle ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  languages text[] not null default '{en}',
  time_zone text not null default 'UTC',
  created_at timestamptz not null default now()
);
create index library_parent on library(parent_id);

create table library_line(
  library_id uuid not null references library on delete cascade,
  ancestor_id uuid not null references library on delete cascade,
  distance int not null,
  primary key (library_id, ancestor_id)
);
create index library_line_ancestor on library_line(ancestor_id);

-- library_line follows from parent_id alone: written here, by nobody else.
create function draw_library_line() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into library_line(library_id, ancestor_id, distance) values (new.id, new.id, 0);
  insert into library_line(library_id, ancestor_id, distance)
    select new.id, ancestor_id, distance + 1 from library_line where library_id = new.parent_id;
  return null;
end $$;
create trigger draw_library_line after insert on library for each row execute function draw_library_line();

create function refuse_library_move() returns trigger language plpgsql as $$
begin
  raise exception 'a library does not move in the tree' using errcode = 'restrict_violation';
end $$;
create trigger refuse_library_move before update of parent_id, root_id on library for each row
  when (old.parent_id is distinct from new.parent_id or old.root_id is distinct from new.root_id) execute function refuse_library_move();

create table actor(
  id uuid primary key,
  kind text not null check (kind in ('person', 'token', 'system')),
  created_at timestamptz not null default now(),
  deactivated_at timestamptz,
  unique (id, kind)
);

create table person(
  actor_id uuid primary key,
  kind text not null default 'person' check (kind = 'person'),
  email text not null check (length(email) <= 320),
  name text not null check (length(name) between 1 and 200),
  password_hash text,
  created_at timestamptz not null default now(),
  foreign key (actor_id, kind) references actor(id, kind)
);
create unique index person_email on person(lower(email));

create table token(
  actor_id uuid primary key,
  kind text not null default 'token' check (kind = 'token'),
  library_id uuid not null references library,
  name text not null check (length(name) between 1 and 200),
  hash bytea not null unique,
  scopes text[] not null,
  created_by uuid not null references actor,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  foreign key (actor_id, kind) references actor(id, kind)
);

-- The system actor of one library: what jobs act as.
create table system_actor(
  actor_id uuid primary key,
  kind text not null default 'system' check (kind = 'system'),
  library_id uuid not null unique references library on delete cascade,
  foreign key (actor_id, kind) references actor(id, kind)
);

-- What was granted, and where; actor_scope is its closure down the tree, written by trigger.
create table actor_role(
  actor_id uuid not null references actor on delete cascade,
  library_id uuid not null references library on delete cascade,
  role text not null check (role in ('administrator', 'librarian', 'observer')),
  granted_at timestamptz not null default now(),
  granted_by uuid references actor,
  primary key (actor_id, library_id)
);
create table actor_scope(
  actor_id uuid not null references actor on delete cascade,
  library_id uuid not null references library on delete cascade,
  role text not null check (role in ('administrator', 'librarian', 'observer')),
  primary key (actor_id, library_id)
);
create index actor_scope_library on actor_scope(library_id);

create function role_weight(role text) returns int language sql immutable as $$
  select case role when 'administrator' then 3 when 'librarian' then 2 else 1 end $$;

-- The host in an address, with its port where it has one.
create function host_of(url text) returns text language sql immutable as $$
  select lower(split_part(split_part(url, '://', 2), '/', 1)) $$;

-- The strongest role at a library or anywhere above it.
create function draw_actor_scope(for_actor uuid) returns void language sql security definer set search_path = public, pg_temp as $$
  -- One at a time for one actor: two that draw together would both insert.
  select 1 from actor where id = for_actor for no key update;
  delete from actor_scope where actor_id = for_actor;
  insert into actor_scope(actor_id, library_id, role)
    select distinct on (l.library_id) r.actor_id, l.library_id, r.role
    from actor_role r join library_line l on l.ancestor_id = r.library_id
    where r.actor_id = for_actor
    order by l.library_id, role_weight(r.role) desc;
  -- Open subscriptions read again what they may see.
  select pg_notify('earshot_actor', for_actor::text);
$$;
-- The same for what ends an actor's right to be here at all.
create function tell_actor_ended() returns trigger language plpgsql as $$
begin
  perform pg_notify('earshot_actor', (to_jsonb(new) ->> tg_argv[0]));
  return null;
end $$;
create function follow_actor_role() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then perform draw_actor_scope(old.actor_id); end if;
  if tg_op <> 'DELETE' then perform draw_actor_scope(new.actor_id); end if;
  return null;
end $$;
create trigger follow_actor_role after insert or update or delete on actor_role for each row execute function follow_actor_role();
create function follow_new_library() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform draw_actor_scope(a.actor_id) from (
    select distinct r.actor_id from actor_role r join library_line l on l.ancestor_id = r.library_id where l.library_id = new.id order by r.actor_id) a;
  return null;
end $$;
-- Named to fire after draw_library_line: PostgreSQL fires in the order of names.
create trigger follow_new_library after insert on library for each row execute function follow_new_library();

create table session(
  id uuid primary key,
  actor_id uuid not null references actor on delete cascade,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_actor on session(actor_id);
create trigger tell_ended after update of revoked_at on session for each row execute function tell_actor_ended('actor_id');
create trigger tell_ended after update of revoked_at on token for each row execute function tell_actor_ended('actor_id');
create trigger tell_ended after update of deactivated_at on actor for each row execute function tell_actor_ended('id');

create table sign_in_attempt(
  id bigint generated always as identity primary key,
  key text not null,
  at timestamptz not null default now()
);
create index sign_in_attempt_key on sign_in_attempt(key, at);

-- A link by which a person sets a password, once: for whoever was invited, or forgot it.
create table password_link(
  hash bytea primary key,
  actor_id uuid not null references actor on delete cascade,
  made_by uuid references actor,
  made_at timestamptz not null default now(),
  until timestamptz not null,
  used_at timestamptz
);
create index password_link_actor on password_link(actor_id);

-- ── who acts ────────────────────────────────────────────────────────────────────────────────────────────────────

-- Fails loud: after SET LOCAL ends the setting is '' and not null, and zero rows would look like an answer.
create function actor_id() returns uuid language plpgsql stable as $$
begin
  if coalesce(current_setting('earshot.actor', true), '') = '' then
    raise exception 'no actor set for this transaction' using errcode = 'insufficient_privilege';
  end if;
  return current_setting('earshot.actor')::uuid;
end $$;
create function scope() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select library_id from actor_scope where actor_id = actor_id() $$;
create function scope_acting() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select library_id from actor_scope where actor_id = actor_id() and role <> 'observer' $$;
create function scope_administered() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select library_id from actor_scope where actor_id = actor_id() and role = 'administrator' $$;
create function scope_up() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select distinct l.ancestor_id from actor_scope s join library_line l using (library_id) where s.actor_id = actor_id() $$;
create function scope_roots() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select distinct b.root_id from actor_scope s join library b on b.id = s.library_id where s.actor_id = actor_id() $$;
-- Whom one may deactivate or give a new password: those whose every role lies where one is administrator.
create function administered_actors() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select r.actor_id from actor_role r group by r.actor_id
  having bool_and(r.library_id in (select scope_administered())) $$;
-- Whom one may see: everybody with a role at a library of one's own or above it, and those who acted there.
create function visible_actors() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select s.actor_id from actor_scope s where s.library_id in (select scope() union select scope_up())
  union select actor_id()
  union select y.actor_id from system_actor y where y.library_id in (select scope() union select scope_up()) $$;

-- ── world ───────────────────────────────────────────────────────────────────────────────────────────────────────

create table profile(
  id uuid primary key,
  network text not null,
  remote_id text not null,
  handle text,
  name text,
  bio text,
  place text,
  url text,
  avatar text,
  moved_to text,
  refusals jsonb not null default '[]',
  -- When the network last told us; null: we know only that this profile exists. And when it was last asked, whatever it said.
  told_at timestamptz,
  asked_at timestamptz,
  -- False: what it refuses changed, and what was stored before is not dealt with yet.
  heeded boolean not null default true,
  gone_at timestamptz,
  gone_why text check (gone_why in ('deleted', 'suspended', 'deactivated', 'blocked-us', 'erased')),
  created_at timestamptz not null default now(),
  unique (network, remote_id)
);
create index profile_unheeded on profile(id) where not heeded;
create index profile_told on profile(network, told_at) where gone_at is null;

create table thread(
  id uuid primary key,
  merged_into uuid references thread,
  posts int not null default 0,
  last_post_at timestamptz,
  created_at timestamptz not null default now()
);
create index thread_merged on thread(merged_into) where merged_into is not null;

create table post(
  id uuid primary key,
  network text not null,
  remote_id text not null,
  thread_id uuid not null references thread,
  parent_id uuid references post,
  -- False: a reference only; something answers or quotes it and we know no more than its key.
  known boolean not null default false,
  version text,
  url text,
  posted_at timestamptz,
  heard_at timestamptz,
  edited_at timestamptz,
  -- When its network was last asked whether it is there as it is, and when it is asked next.
  asked_at timestamptz,
  ask_at timestamptz,
  author_id uuid references profile,
  text text,
  html text,
  lang text,
  audience text check (audience in ('public', 'unlisted', 'addressed', 'members')),
  tags text[] not null default '{}',
  mentions text[] not null default '{}',
  quotes text[] not null default '{}',
  link jsonb,
  media jsonb not null default '[]',
  replies int,
  refusals jsonb not null default '[]',
  classified_by text[] not null default '{}',
  search tsvector,
  gone_at timestamptz,
  gone_why text check (gone_why in ('deleted', 'hidden', 'author-gone', 'refused', 'expired', 'erased')),
  unique (network, remote_id),
  constraint known_is_whole check (not known or (posted_at is not null and (text is not null or gone_at is not null))),
  constraint gone_is_empty check (gone_at is null or (text is null and html is null and search is null and link is null and media = '[]'))
);
create index post_thread on post(thread_id, posted_at);
create index post_parent on post(parent_id) where parent_id is not null;
create index post_author on post(author_id, posted_at);
create index post_search on post using gin (search);
create index post_to_ask on post(ask_at) where ask_at is not null and gone_at is null;

create table post_alias(
  network text not null,
  host text not null,
  local_id text not null,
  post_id uuid not null references post on delete cascade,
  primary key (network, host, local_id)
);
create index post_alias_post on post_alias(post_id);

-- The same for people: a server that tells no global id of them tells its own.
create table profile_alias(
  network text not null,
  host text not null,
  local_id text not null,
  profile_id uuid not null references profile on delete cascade,
  primary key (network, host, local_id)
);
create index profile_alias_profile on profile_alias(profile_id);

create table finding(
  id uuid primary key,
  post_id uuid not null references post on delete cascade,
  classifier text not null,
  version text not null,
  label text not null,
  score float8 not null check (score between 0 and 1),
  -- Offsets [start, end) in UTF-16 units of post.text, flat: {s1, e1, s2, e2, …}.
  spans int[] not null default '{}',
  -- A service area: such a finding holds for that library only.
  place uuid references library on delete cascade,
  restated text,
  made_at timestamptz not null default now(),
  unique nulls not distinct (post_id, classifier, label, place)
);

-- Keyed hashes of what must not come in (again). Survives erasure.
create table suppression(
  hash bytea primary key,
  kind text not null check (kind in ('profile', 'post', 'gone-post')),
  at timestamptz not null default now(),
  until timestamptz
);
create index suppression_until on suppression(until) where until is not null;
create index suppression_for_ever on suppression(kind) where until is null;

-- What labels mean for how long a post is kept, as the classifiers of this installation declare it.
create table label_keeping(
  label text primary key,
  keeps text check (keeps in ('short', 'sensitive')),
  need boolean not null
);

-- That somebody was erased: when, by whom, how much of what. Not who.
create table erasure(
  id uuid primary key,
  at timestamptz not null default now(),
  by_actor uuid references actor,
  counts jsonb not null
);

-- ── inherited: what a library sets up and those below it use ────────────────────────────────────────────────────

create table account(
  id uuid primary key,
  library_id uuid not null references library,
  plugin text not null,
  name text not null check (length(name) between 1 and 200),
  settings jsonb not null default '{}',
  state text not null default 'on' check (state in ('on', 'off')),
  health text not null default 'new' check (health in ('new', 'well', 'troubled', 'sign-in-again', 'failed')),
  health_words text,
  health_since timestamptz not null default now(),
  profile_id uuid references profile,
  -- host:port or CIDR that the installation's administrator allowed although they are private.
  allowed_addresses text[] not null default '{}',
  -- Follows changed since the channels were planned; set by the trigger follow_changes_plan.
  plan_stale boolean not null default true,
  -- What was wrong with the last plan, for staff.
  plan_words text,
  -- When the plugin was last asked who we are there.
  identified_at timestamptz,
  -- When one of those whom its streams should bring was last asked for directly, and how often that was done.
  canary_at timestamptz,
  canary_turn int not null default 0,
  -- How many conversations somebody began with it in private that nobody opened on the network yet, where they are opened, and since when so many.
  waiting int check (waiting > 0),
  waiting_url text,
  waiting_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid references actor,
  removed_at timestamptz,
  unique (id, library_id)
);
create index account_library on account(library_id);
create index account_unplanned on account(id) where plan_stale;

create table account_secret(
  account_id uuid primary key references account on delete cascade,
  sealed bytea not null,
  version int not null default 1,
  changed_at timestamptz not null default now()
);

-- Signing in on a network's own page, under way: what the plugin wants to see again, sealed, for the person who began it. Taken once.
create table account_sign_in(
  hash bytea primary key,
  account_id uuid not null references account on delete cascade,
  actor_id uuid not null references actor on delete cascade,
  sealed bytea not null,
  until timestamptz not null
);
create unique index account_sign_in_once on account_sign_in(account_id, actor_id);

create table plugin_store(
  account_id uuid not null references account on delete cascade,
  key text not null check (length(key) <= 512),
  value jsonb not null,
  changed_at timestamptz not null default now(),
  primary key (account_id, key)
);

create table channel(
  id uuid primary key,
  account_id uuid not null,
  library_id uuid not null,
  key text not null,
  mode text not null check (mode in ('poll', 'stream')),
  pulse_ms int not null,
  targets jsonb not null default '[]',
  retarget text not null default 'reopen' check (retarget in ('live', 'reopen')),
  -- Rises when targets, mode or pulse change: whoever reads the channel compares it at each heart-beat.
  plan_version int not null default 1,
  cursor jsonb,
  -- The fencing token: rises with every taking of the lease; a commit names the token that it holds.
  lease_token bigint not null default 0,
  lease_holder text,
  lease_until timestamptz,
  next_at timestamptz not null default now(),
  failures int not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'reading', 'backing-off', 'paused', 'quarantined', 'stopped')),
  state_words text,
  state_since timestamptz not null default now(),
  heard_from timestamptz,
  heard_until timestamptz,
  last_event_at timestamptz,
  -- Of a stream: since when direct looks find what it does not bring, and until when they found that it brings what is said.
  blind_since timestamptz,
  proven_until timestamptz,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  unique (account_id, key),
  unique (id, library_id),
  foreign key (account_id, library_id) references account(id, library_id) on delete cascade
);
create index channel_due on channel(next_at) where removed_at is null and state not in ('quarantined', 'stopped');

create table coverage_gap(
  id uuid primary key,
  channel_id uuid not null,
  library_id uuid not null,
  gap_from timestamptz,
  gap_to timestamptz not null,
  why text not null,
  state text not null default 'open' check (state in ('open', 'partly-closed', 'closed', 'lost')),
  -- Why it is not closed, as the network, or we, say.
  words text,
  noted_at timestamptz not null default now(),
  -- Asking for what is missing: how far among the channel's targets, what it brought, when it is tried next, and who is at it.
  targets_done int not null default 0,
  posts int not null default 0,
  tries int not null default 0,
  try_at timestamptz not null default now(),
  lease_token bigint not null default 0,
  lease_holder text,
  lease_until timestamptz,
  foreign key (channel_id, library_id) references channel(id, library_id) on delete cascade
);
create index coverage_gap_channel on coverage_gap(channel_id, gap_to);
create index coverage_gap_open on coverage_gap(try_at) where state = 'open';

create table dead_letter(
  id uuid primary key,
  channel_id uuid not null,
  library_id uuid not null,
  why text not null,
  digest text not null,
  times int not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  unique (channel_id, digest),
  foreign key (channel_id, library_id) references channel(id, library_id) on delete cascade
);

-- What became of the events, counted by day: kept, unmatched, refused by purpose, suppressed, unreadable.
create table channel_count(
  channel_id uuid not null,
  library_id uuid not null,
  day date not null,
  outcome text not null,
  times bigint not null,
  primary key (channel_id, day, outcome),
  foreign key (channel_id, library_id) references channel(id, library_id) on delete cascade
);

-- The same of what no channel brought: threads that were looked at again, webhooks without a channel.
create table account_count(
  account_id uuid not null,
  library_id uuid not null,
  day date not null,
  outcome text not null,
  times bigint not null,
  primary key (account_id, day, outcome),
  foreign key (account_id, library_id) references account(id, library_id) on delete cascade
);

-- What was not kept because its author refuses, or one of our own lists does: how it was heard, and what decided. By keyed hashes, as those of
-- suppression, of the post, its address and its author; no words and no names, for thirty days. Whoever asks why is told from here. A row for each
-- post that is refused, which may be most of a hashtag's: it points at account and channel without foreign keys, each of which is a query a row.
create table not_kept(
  post bytea not null,
  account_id uuid not null,
  channel_id uuid,
  address bytea,
  author bytea,
  cause text not null check (cause in ('addressed', 'followed', 'thread', 'search')),
  -- Of the refusal that decided; null: one of our own lists did.
  purpose text check (purpose in ('keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer')),
  sign text check (length(sign) <= 200),
  at timestamptz not null,
  primary key (post, account_id),
  constraint a_refusal_has_its_sign check ((purpose is null) = (sign is null))
);
create index not_kept_address on not_kept(address) where address is not null;
create index not_kept_author on not_kept(author) where author is not null;
create index not_kept_ageing on not_kept(at);

create table service_area(
  id uuid primary key,
  library_id uuid not null references library on delete cascade,
  kind text not null check (kind in ('name', 'alias', 'postcode', 'hashtag')),
  value text not null check (length(value) between 1 and 200),
  unique (library_id, kind, value)
);

-- How many days a library keeps what it heard, by what it is; what it does not set is set by those above it, else by the program.
create table retention_policy(
  library_id uuid not null references library,
  kind text not null check (kind in ('context', 'no-need', 'need', 'sensitive', 'brought-in', 'answered', 'answered-words')),
  days int not null check (days between 1 and 36525),
  set_by uuid references actor,
  set_at timestamptz not null default now(),
  primary key (library_id, kind)
);

create table follow_list(
  id uuid primary key,
  library_id uuid not null references library,
  name text not null check (length(name) between 1 and 200),
  description text,
  -- Of which other libraries' lists it was made: names and times, the latest last.
  sources jsonb not null default '[]',
  created_by uuid references actor,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  unique (id, library_id)
);
create unique index follow_list_name on follow_list(library_id, lower(name)) where removed_at is null;

create table follow(
  id uuid primary key,
  library_id uuid not null,
  list_id uuid not null,
  -- The account by which it is heard.
  account_id uuid not null references account,
  kind text not null check (kind in ('profile', 'hashtag', 'feed', 'list', 'search', 'timeline', 'mentions')),
  network text not null,
  key text not null check (octet_length(key) between 1 and 2048),
  label text not null,
  reason text not null check (length(reason) between 1 and 500),
  category text not null check (category in ('organisation', 'business', 'community-leader', 'media', 'person', 'other')),
  added_by uuid references actor,
  added_at timestamptz not null default now(),
  review_on date,
  -- It is not shown for review before this day, whatever speaks for it.
  quiet_until date,
  keep_days int check (keep_days > 0),
  -- From a file or an archive: not heard as it was said.
  brought_in boolean not null default false,
  removed_at timestamptz,
  -- Matching asks what changed since it last read.
  changed_xid xid8 not null default pg_current_xact_id(),
  unique (id, library_id),
  foreign key (list_id, library_id) references follow_list(id, library_id)
);
create unique index follow_once on follow(list_id, kind, network, key) where removed_at is null;
create index follow_account on follow(account_id) where removed_at is null;
create index follow_changed on follow(changed_xid);

create function mark_changed() returns trigger language plpgsql as $$
begin
  new.changed_xid := pg_current_xact_id();
  return new;
end $$;
create trigger mark_changed before update on follow for each row execute function mark_changed();

-- Takes the account's row whether or not it is stale already: a planner that has cleared the mark must wait for us, or we for it.
create function follow_changes_plan() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update account set plan_stale = true where id in (select a.id from account a where a.id in (select c.account_id from changed c) order by a.id for update);
  return null;
end $$;
create trigger follow_added after insert on follow referencing new table as changed for each statement execute function follow_changes_plan();
create trigger follow_changed after update on follow referencing new table as changed for each statement execute function follow_changes_plan();

-- The days before a follow began, brought in as history. Made with the follow, and apart from it: what becomes of it changes no rule.
create table follow_history(
  follow_id uuid primary key,
  library_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'partly', 'unavailable')),
  since timestamptz not null,
  until timestamptz not null,
  posts int not null default 0,
  -- Why not all of it came.
  words text,
  tries int not null default 0,
  try_at timestamptz not null default now(),
  lease_token bigint not null default 0,
  lease_holder text,
  lease_until timestamptz,
  foreign key (follow_id, library_id) references follow(id, library_id) on delete cascade
);
create index follow_history_waiting on follow_history(try_at) where state = 'waiting';
-- A timeline is only a way to hear: what it brings must match by itself, and it has no history of its own.
create function begin_follow_history() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into follow_history(follow_id, library_id, since, until)
    select id, library_id, added_at - interval '7 days', added_at from added where kind <> 'timeline';
  return null;
end $$;
create trigger begin_follow_history after insert on follow referencing new table as added for each statement execute function begin_follow_history();

-- What to look for in what is heard. It lets nothing in: it raises what came in, or narrows what a follow or a list lets in; `poll`: a network
-- looks for it, by a follow of kind `search`, and what that brings is narrowed by it as well.
create table saved_search(
  id uuid primary key,
  library_id uuid not null references library,
  name text not null check (length(name) between 1 and 200),
  text text not null check (length(text) between 1 and 20000),
  does text not null check (does in ('raise', 'narrow', 'poll')),
  reason text not null check (length(reason) between 1 and 500),
  category text not null check (category in ('topic', 'place', 'event', 'service', 'other')),
  -- Of `poll`: the follow by which a network is asked.
  poll_id uuid,
  created_by uuid references actor,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  removed_at timestamptz,
  -- As it was before its last change, which can be undone.
  before jsonb,
  changed_xid xid8 not null default pg_current_xact_id(),
  unique (id, library_id),
  foreign key (poll_id, library_id) references follow(id, library_id),
  constraint polled_by_a_follow check ((does = 'poll') = (poll_id is not null))
);
create unique index saved_search_name on saved_search(library_id, lower(name)) where removed_at is null;
create index saved_search_changed on saved_search(changed_xid);
create trigger mark_changed before update on saved_search for each row execute function mark_changed();

-- What comes in by this follow, or by this list, must be found by that search.
create table narrowing(
  id uuid primary key,
  library_id uuid not null,
  search_id uuid not null,
  list_id uuid,
  follow_id uuid,
  foreign key (search_id, library_id) references saved_search(id, library_id),
  foreign key (list_id, library_id) references follow_list(id, library_id),
  foreign key (follow_id, library_id) references follow(id, library_id),
  constraint narrows_one check (num_nonnulls(list_id, follow_id) = 1),
  unique nulls not distinct (search_id, list_id, follow_id)
);
create index narrowing_list on narrowing(list_id) where list_id is not null;
create index narrowing_follow on narrowing(follow_id) where follow_id is not null;

-- What somebody decided when a follow was reviewed, and how it was before: so that it can be undone.
create table follow_decision(
  id uuid primary key,
  library_id uuid not null,
  follow_id uuid not null,
  kind text not null check (kind in ('keep', 'snooze', 'remove')),
  -- Both as they were: {"reviewOn", "quietUntil"}, days or null.
  before jsonb not null,
  by_actor uuid not null references actor,
  at timestamptz not null default now(),
  undone_at timestamptz,
  foreign key (follow_id, library_id) references follow(id, library_id)
);
create index follow_decision_follow on follow_decision(follow_id, at);

-- A removed account hears nothing more: what was followed by it ends with it, in the same transaction.
create function account_ends_follows() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update follow set removed_at = new.removed_at where account_id = new.id and removed_at is null;
  return null;
end $$;
create trigger account_removed after update of removed_at on account for each row
  when (old.removed_at is null and new.removed_at is not null) execute function account_ends_follows();

-- Whom a library, and those below it, do not hear, or do not write to.
create table do_not_list(
  id uuid primary key,
  library_id uuid not null references library,
  act text not null check (act in ('hear', 'contact')),
  target text not null check (target in ('profile', 'host', 'bio-word')),
  profile_id uuid references profile,
  value text check (length(value) between 1 and 200),
  reason text not null check (reason in ('asked-us', 'spam', 'off-topic-always', 'not-a-resident', 'harassment-of-others', 'automated', 'duplicate-account')),
  -- Null: they said so themselves.
  by_actor uuid references actor,
  at timestamptz not null default now(),
  lifted_at timestamptz,
  lifted_by uuid references actor,
  constraint names_one check ((target = 'profile') = (profile_id is not null) and (target = 'profile') = (value is null)),
  constraint somebody_decided check (by_actor is not null or reason = 'asked-us')
);
create unique index do_not_list_once on do_not_list(library_id, act, target, coalesce(value, profile_id::text)) where lifted_at is null;
create index do_not_list_profile on do_not_list(profile_id) where profile_id is not null;

-- ── owned: what one library does ────────────────────────────────────────────────────────────────────────────────

-- A document, or a network's list, on its way into a follow list: received, read, each line looked up in the background, shown, applied.
-- Lines and parts go when it is thirty days old; what is left says where a list came from.
create table follow_import(
  id uuid primary key,
  library_id uuid not null,
  list_id uuid not null,
  state text not null default 'receiving' check (state in ('receiving', 'looking-up', 'ready', 'applying', 'applied', 'discarded')),
  -- In the order in which they are asked.
  account_ids uuid[] not null default '{}',
  format text check (format in ('lines', 'csv', 'opml', 'json', 'network')),
  encoding text,
  name text check (length(name) <= 300),
  source jsonb,
  -- What holds for each line that says nothing else.
  reason text check (length(reason) between 1 and 500),
  category text check (category in ('organisation', 'business', 'community-leader', 'media', 'person', 'other')),
  review_on date,
  keep_days int check (keep_days > 0),
  -- Why it waits.
  state_words text,
  next_at timestamptz not null default now(),
  -- The fencing token: rises with every taking of the lease; what is looked up is written by its holder alone.
  lease_token bigint not null default 0,
  lease_holder text,
  lease_until timestamptz,
  -- While it is applying: by whom, and how many lines were gone through, which is written beside the transaction that adds them.
  applied_by uuid references actor,
  lines_applied int not null default 0,
  made_by uuid references actor,
  made_at timestamptz not null default now(),
  ended_at timestamptz,
  version int not null default 1,
  unique (id, library_id),
  foreign key (list_id, library_id) references follow_list(id, library_id)
);
create index follow_import_list on follow_import(list_id, made_at);
create index follow_import_ageing on follow_import(made_at);
create table follow_import_part(
  import_id uuid not null,
  library_id uuid not null,
  part int not null,
  content bytea not null,
  primary key (import_id, part),
  foreign key (import_id, library_id) references follow_import(id, library_id) on delete cascade
);
create table follow_import_line(
  import_id uuid not null,
  library_id uuid not null,
  -- Its place among the entries, from 1; `line` is where it stands in the document, which several may share.
  entry int not null,
  line int not null,
  text text not null,
  label text,
  reason text,
  category text,
  review_on date,
  keep_days int,
  -- Of what the document names outright: kind, network, key, label.
  given jsonb,
  -- Of an import that is applied, 'will-add' and 'moved' were added.
  outcome text not null default 'waiting' check (outcome in ('waiting', 'will-add', 'moved', 'already-there', 'several', 'refused')),
  why text,
  cure text,
  account_id uuid references account,
  -- What to choose from, of 'several'.
  targets jsonb not null default '[]',
  -- The one target: what it would be, or is, as a follow.
  kind text,
  network text,
  key text,
  target_label text,
  follow_id uuid,
  -- The only index: what is looked up is found by going on from entry to entry, and each line is written twice.
  primary key (import_id, entry),
  foreign key (import_id, library_id) references follow_import(id, library_id) on delete cascade
);

-- A list kept on a network, with which a follow list is kept in step.
create table bound_list(
  id uuid primary key,
  library_id uuid not null,
  list_id uuid not null,
  -- Which sees it, and hears who is on it.
  account_id uuid not null references account,
  remote_id text not null check (length(remote_id) between 1 and 2048),
  name text not null,
  applies text not null check (applies in ('waits', 'by-itself')),
  every_hours int not null check (every_hours between 1 and 720),
  -- Of whoever comes.
  reason text not null check (length(reason) between 1 and 500),
  category text not null check (category in ('organisation', 'business', 'community-leader', 'media', 'person', 'other')),
  review_on date,
  keep_days int check (keep_days > 0),
  state text not null default 'on' check (state in ('on', 'stopped', 'ended')),
  -- Why it stopped, or could not be read the last time.
  state_words text,
  failures int not null default 0,
  looked_at timestamptz,
  look_at timestamptz not null default now(),
  made_by uuid references actor,
  made_at timestamptz not null default now(),
  unique (id, library_id),
  foreign key (list_id, library_id) references follow_list(id, library_id)
);
create unique index bound_list_once on bound_list(list_id, account_id, remote_id) where state <> 'ended';
create index bound_list_due on bound_list(look_at) where state = 'on';

-- Who is on it and was dealt with: as which follow, or null where somebody said no. Whoever leaves it is forgotten.
create table bound_member(
  bound_id uuid not null,
  library_id uuid not null,
  kind text not null,
  network text not null,
  key text not null,
  follow_id uuid references follow,
  primary key (bound_id, kind, network, key),
  foreign key (bound_id, library_id) references bound_list(id, library_id) on delete cascade
);
create index bound_member_follow on bound_member(follow_id) where follow_id is not null;

-- What a look at it found to be otherwise, and what became of that.
create table bound_change(
  id uuid primary key,
  library_id uuid not null,
  bound_id uuid not null,
  state text not null default 'looking-up' check (state in ('looking-up', 'waiting', 'held', 'nothing', 'applied', 'declined', 'undone', 'superseded')),
  -- Who came, line by line.
  import_id uuid,
  words text,
  came int not null,
  went int not null,
  found_at timestamptz not null default now(),
  decided_by uuid references actor,
  decided_at timestamptz,
  unique (id, library_id),
  foreign key (bound_id, library_id) references bound_list(id, library_id) on delete cascade,
  foreign key (import_id, library_id) references follow_import(id, library_id)
);
create index bound_change_found on bound_change(bound_id, found_at);
create unique index bound_change_open on bound_change(bound_id) where state in ('looking-up', 'waiting', 'held');

-- The follows of those who went, and the decisions that ended them.
create table bound_leaving(
  change_id uuid not null,
  library_id uuid not null,
  follow_id uuid not null references follow,
  decision_id uuid references follow_decision,
  primary key (change_id, follow_id),
  foreign key (change_id, library_id) references bound_change(id, library_id) on delete cascade
);

-- A follow list that is shown on a network: as a list of its own there, on one that is there, or by really following.
create table published_list(
  id uuid primary key,
  library_id uuid not null,
  list_id uuid not null,
  account_id uuid not null references account,
  -- Null until the list is made.
  remote_id text check (length(remote_id) between 1 and 2048),
  -- Made by us: it ends with this, and whoever is put on it elsewhere goes again.
  own boolean not null,
  name text not null,
  public boolean not null,
  told boolean not null,
  includes text not null check (includes in ('organisations', 'everybody')),
  state text not null default 'on' check (state in ('on', 'stopped', 'ending', 'ended')),
  state_words text,
  failures int not null default 0,
  -- When the network was asked first to make it.
  asked_at timestamptz,
  compared_at timestamptz,
  try_at timestamptz not null default now(),
  made_by uuid references actor,
  made_at timestamptz not null default now(),
  unique (id, library_id),
  foreign key (list_id, library_id) references follow_list(id, library_id),
  -- Never people, where anybody can see them.
  constraint public_without_people check (not public or includes = 'organisations')
);
create unique index published_list_once on published_list(list_id, account_id, coalesce(remote_id, '')) where state <> 'ended';
create index published_list_due on published_list(try_at) where state in ('on', 'ending');

-- What was asked of the network, written before it is asked; `there`: they were on it before, and stay when this ends.
create table published_member(
  published_id uuid not null,
  library_id uuid not null,
  network text not null,
  key text not null,
  label text not null,
  state text not null check (state in ('adding', 'on', 'asked', 'refused', 'there', 'taken-off', 'removing')),
  words text,
  changed_at timestamptz not null default now(),
  primary key (published_id, network, key),
  foreign key (published_id, library_id) references published_list(id, library_id) on delete cascade
);
-- What is shown elsewhere is compared as soon as it changes.
create function follow_changes_published() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update published_list set try_at = now() where list_id in (select list_id from changed) and state = 'on' and try_at > now();
  return null;
end $$;
create trigger follow_added_published after insert on follow referencing new table as changed for each statement execute function follow_changes_published();
create trigger follow_changed_published after update on follow referencing new table as changed for each statement execute function follow_changes_published();

-- What stays of conversations that went: how many there were, without anybody in them. By the day on which they were opened.
create table past_count(
  library_id uuid not null references library,
  day date not null,
  kept_as text not null,
  state text not null,
  conversations int not null,
  posts int not null,
  primary key (library_id, day, kept_as, state)
);

create table conversation(
  id uuid primary key,
  library_id uuid not null references library,
  thread_id uuid not null references thread,
  state text not null default 'open' check (state in ('open', 'answered', 'closed')),
  waiting_on text check (waiting_on in ('us', 'author', 'colleague')),
  until timestamptz,
  assignee_id uuid references actor,
  hidden_at timestamptz,
  -- Stored and still: log weight + event time / tau. Reasons are data; their words are made at reading.
  rank float8 not null default 0,
  reasons jsonb not null default '[]',
  top_post_id uuid references post,
  opened_at timestamptz not null default now(),
  last_post_at timestamptz not null,
  waiting_since timestamptz,
  -- By the library's retention: as what it is kept, until when, and until when the words of others in it are. All null: it changed since, and
  -- is to be worked out again; words_until alone null: they are gone.
  kept_as text check (kept_as in ('context', 'no-need', 'need', 'sensitive', 'brought-in', 'answered')),
  keep_until timestamptz,
  words_until timestamptz,
  merged_into uuid references conversation,
  version int not null default 1,
  changed_xid xid8 not null default pg_current_xact_id()
);
create unique index conversation_once on conversation(library_id, thread_id) where merged_into is null;
create index conversation_rank on conversation(library_id, state, rank desc, id desc) where merged_into is null and hidden_at is null;
create index conversation_newest on conversation(library_id, last_post_at desc, id desc) where merged_into is null and hidden_at is null;
create index conversation_waiting on conversation(library_id, waiting_since, id) where merged_into is null and hidden_at is null and waiting_since is not null;
create index conversation_assignee on conversation(assignee_id, library_id) where assignee_id is not null;
create index conversation_thread on conversation(thread_id);
create index conversation_unkept on conversation(id) where keep_until is null and merged_into is null;
create index conversation_keep_until on conversation(keep_until) where merged_into is null;
create index conversation_words_until on conversation(words_until) where merged_into is null and words_until < keep_until;
create index conversation_changed on conversation(library_id, changed_xid);
-- Last of its indexes: before the first ANALYZE the planner takes the youngest of equals, and the checks of foreign keys on (id, library_id)
-- would go through all of a library's conversations by one of the others (0.37 ms a row at 2,000 conversations, 2026-11-25).
alter table conversation add unique (id, library_id);

create function step_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.changed_xid := pg_current_xact_id();
  new.keep_until := null;
  return new;
end $$;
-- Not for what retention works out: that is no change of the conversation.
create trigger step_version before update of version, thread_id, state, waiting_on, until, assignee_id, hidden_at, rank, reasons, top_post_id, last_post_at, waiting_since, merged_into
  on conversation for each row execute function step_version();

create table hearing(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  post_id uuid not null references post,
  cause text not null check (cause in ('addressed', 'followed', 'thread', 'search')),
  follow_id uuid references follow,
  -- Why this library, of those that the follow's list serves.
  routed_by jsonb,
  at timestamptz not null default now(),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create unique index hearing_once on hearing(conversation_id, cause, follow_id) nulls not distinct;
create index hearing_follow on hearing(follow_id) where follow_id is not null;
create index hearing_post on hearing(post_id);
-- What a follow let in is kept otherwise once it ends, or is kept for another time.
create function follow_changes_keeping() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update conversation c set keep_until = null from hearing h join now_is n on n.id = h.follow_id join was w on w.id = n.id
    where h.conversation_id = c.id and c.keep_until is not null and (w.removed_at, w.keep_days) is distinct from (n.removed_at, n.keep_days);
  return null;
end $$;
create trigger follow_kept after update on follow referencing old table as was new table as now_is for each statement execute function follow_changes_keeping();
create function follow_list_changes_keeping() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update conversation c set keep_until = null from hearing h join follow f on f.id = h.follow_id where f.list_id = new.id and h.conversation_id = c.id and c.keep_until is not null;
  return null;
end $$;
create trigger follow_list_kept after update of removed_at on follow_list for each row when (old.removed_at is distinct from new.removed_at) execute function follow_list_changes_keeping();

-- Saved searches, of the library or of one above it, that raised a conversation.
create table search_match(
  conversation_id uuid not null,
  library_id uuid not null,
  post_id uuid not null references post on delete cascade,
  search_id uuid not null references saved_search,
  at timestamptz not null default now(),
  primary key (conversation_id, post_id, search_id),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index search_match_search on search_match(search_id, at);
create index search_match_post on search_match(post_id);

-- What a library does not want to be offered again as something to follow.
create table follow_dismissal(
  library_id uuid not null references library,
  kind text not null,
  network text not null,
  key text not null,
  by_actor uuid not null references actor,
  at timestamptz not null default now(),
  primary key (library_id, kind, network, key)
);
-- What other libraries of the same consortium follow and this one does not: how many, and neither which nor why. Never a person.
create function followed_elsewhere(of_library uuid) returns table(kind text, network text, key text, label text, libraries int)
  language sql stable security definer set search_path = public, pg_temp as $$
  select f.kind, f.network, f.key, min(f.label), count(distinct f.library_id)::int
  from follow f join library b on b.id = f.library_id
  where of_library in (select scope()) and b.root_id = (select o.root_id from library o where o.id = of_library) and f.removed_at is null
    and f.library_id not in (select ancestor_id from library_line where library_id = of_library)
    and ((f.kind in ('profile', 'feed') and f.category in ('organisation', 'business', 'media')) or (f.kind = 'hashtag' and f.category not in ('person', 'community-leader')))
    and (f.kind <> 'feed' or f.key ~* '^https?://')
  group by f.kind, f.network, f.key $$;

-- How many posts a follow brought to a library, by day (UTC). Outlives them: what is forgotten was still heard.
create table follow_day(
  follow_id uuid not null references follow,
  library_id uuid not null references library,
  day date not null,
  heard int not null,
  last_at timestamptz not null,
  primary key (follow_id, library_id, day)
);
-- In the order of the key, so that two batches do not wait for each other in a ring. Hearings that moved with a merged conversation are older than this transaction.
create function count_hearings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into follow_day as d (follow_id, library_id, day, heard, last_at)
    select follow_id, library_id, (now() at time zone 'utc')::date, count(distinct post_id), now() from added where follow_id is not null and at = now() group by follow_id, library_id order by follow_id, library_id
    on conflict (follow_id, library_id, day) do update set heard = d.heard + excluded.heard, last_at = excluded.last_at;
  return null;
end $$;
create trigger count_hearings after insert on hearing referencing new table as added for each statement execute function count_hearings();
-- Of conversations that a follow brought before: one for each further post.
create function count_heard(follows uuid[], libraries uuid[]) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into follow_day as d (follow_id, library_id, day, heard, last_at)
    select follow_id, library_id, (now() at time zone 'utc')::date, count(*), now() from unnest(follows, libraries) as told(follow_id, library_id) group by follow_id, library_id order by follow_id, library_id
    on conflict (follow_id, library_id, day) do update set heard = d.heard + excluded.heard, last_at = excluded.last_at $$;

create table note(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  author_id uuid not null references actor,
  body text not null check (length(body) between 1 and 20000),
  mentions uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index note_conversation on note(conversation_id, created_at);

create table timeline(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  kind text not null check (kind in ('opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown',
    'tagged', 'untagged', 'noted', 'marked', 'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back')),
  actor_id uuid references actor,
  at timestamptz not null default now(),
  detail jsonb not null default '{}',
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index timeline_conversation on timeline(conversation_id, at);

create table tag(
  conversation_id uuid not null,
  library_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  added_by uuid not null references actor,
  added_at timestamptz not null default now(),
  primary key (conversation_id, name),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index tag_name on tag(library_id, name);

create table finding_mark(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  post_id uuid not null references post on delete cascade,
  label text not null,
  "right" boolean not null,
  by_actor uuid not null references actor,
  at timestamptz not null default now(),
  unique (library_id, post_id, label),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);

create table outcome(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  kind text not null check (kind in ('helped', 'referred', 'not-for-us', 'no-reaction', 'withdrawn')),
  unmet_need text check (length(unmet_need) <= 500),
  by_actor uuid not null references actor,
  at timestamptz not null default now(),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index outcome_conversation on outcome(conversation_id, at);

create table reply(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null references account,
  to_post_id uuid not null references post,
  -- One idempotency key for one text on its way: another only where the text changed after a try that published nothing.
  key uuid not null unique,
  text text not null check (length(text) between 1 and 20000),
  lang text not null default 'en',
  state text not null default 'draft' check (state in ('draft', 'in_review', 'approved', 'sending', 'sent', 'failed', 'unknown', 'withdrawn')),
  drafted_by uuid not null references actor,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  approved_by uuid,
  approved_kind text check (approved_kind = 'person'),
  approved_text text,
  approved_at timestamptz,
  due_at timestamptz,
  first_tried_at timestamptz,
  tries int not null default 0,
  -- Of a try with this key nobody but a person could tell that it published nothing: the network is asked again before another.
  unproven boolean not null default false,
  lease_until timestamptz,
  sent_at timestamptz,
  sent_ref jsonb,
  sent_post_id uuid references post,
  -- When our post is to be given its place in the thread, or again; null: it has one, or needs none.
  place_due timestamptz,
  failure_kind text,
  failure_words text,
  version int not null default 1,
  foreign key (approved_by, approved_kind) references actor(id, kind),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade,
  constraint no_send_without_a_person check (state in ('draft', 'in_review', 'withdrawn')
    or (approved_by is not null and approved_kind is not null and approved_text is not null and approved_text = text)),
  constraint sent_is_proven check (state <> 'sent' or (sent_at is not null and sent_ref is not null))
);
create index reply_conversation on reply(conversation_id, created_at);
create index reply_due on reply(due_at) where state in ('approved', 'sending');
create index reply_unplaced on reply(place_due) where place_due is not null;

-- What the outbox has to do, over all libraries: ids only, and the system actor as which each is done. One reply at a time leaves from an
-- account, so of each account the one that waits longest, and none while another is on its way.
create function account_is_sending(of_account uuid, at timestamptz) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from reply where account_id = of_account and state = 'sending' and lease_until > at) $$;
create function due_replies(at timestamptz, most int) returns table(reply_id uuid, account_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select d.id, d.account_id, y.actor_id from (
    select distinct on (r.account_id) r.id, r.account_id, r.library_id, coalesce(r.lease_until, r.due_at) as since from reply r
    where ((r.state = 'approved' and r.due_at <= at) or (r.state = 'sending' and r.lease_until <= at)) and not account_is_sending(r.account_id, at)
    order by r.account_id, coalesce(r.lease_until, r.due_at), r.id) d join system_actor y on y.library_id = d.library_id
  order by d.since, d.id limit most $$;
create function next_reply_due() returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
  select least((select min(case state when 'approved' then due_at else lease_until end) from reply where state in ('approved', 'sending')),
    (select min(place_due) from reply where place_due is not null)) $$;
-- Sent, and not yet in its thread.
create function unplaced_replies(at timestamptz, most int) returns table(reply_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select r.id, y.actor_id from reply r join system_actor y on y.library_id = r.library_id where r.place_due <= at order by r.place_due, r.id limit most $$;

-- What lines of lists say is kept for thirty days after they came: long enough to look at a report again.
create function forget_follow_imports() returns void language sql security definer set search_path = public, pg_temp as $$
  delete from follow_import_line l using follow_import i where i.id = l.import_id and i.made_at < now() - interval '30 days';
  delete from follow_import_part p using follow_import i where i.id = p.import_id and i.made_at < now() - interval '30 days';
  update follow_import set state = 'discarded', ended_at = now() where made_at < now() - interval '30 days' and state in ('receiving', 'looking-up', 'ready', 'applying') $$;

-- Lists on networks that are to be looked at again, by accounts that are on.
create function due_bound_lists(most int) returns table(bound_id uuid, library_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select b.id, b.library_id, y.actor_id from bound_list b join account a on a.id = b.account_id join system_actor y on y.library_id = b.library_id
  where b.state = 'on' and b.look_at <= now() and a.state = 'on' order by b.look_at, b.id limit most $$;
-- Lists shown on networks that are to be compared, or gone on with.
create function due_published_lists(most int) returns table(published_id uuid, library_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.library_id, y.actor_id from published_list p join account a on a.id = p.account_id join system_actor y on y.library_id = p.library_id
  where p.state in ('on', 'ending') and p.try_at <= now() and a.state = 'on' order by p.try_at, p.id limit most $$;

-- Which of these keyed hashes must not come in, and whether for ever. It is asked in the transaction that stores by its answer: whoever erases
-- somebody waits until that ended, and whoever asks meanwhile waits for the erasure. Volatile, so that the answer is of after the waiting.
create function suppressed_now(hashes bytea[]) returns table(hash bytea, for_ever boolean)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('erasure', 0));
  return query select s.hash, s.until is null from suppression s where s.hash = any(hashes) and (s.until is null or s.until > now());
end $$;

-- Two rows turned out to be one post, which one host named by its own id and another by the network's: all that points at the one points at the
-- other from then on. For a transaction that has locked both threads.
create function join_posts(loser uuid, survivor uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from post where id in (loser, survivor) order by id for update;
  update thread t set posts = t.posts - 1 from post l, post s where l.id = loser and s.id = survivor and l.known and s.known and t.id = l.thread_id;
  update post set parent_id = survivor where parent_id = loser and id <> survivor;
  update post s set parent_id = coalesce(nullif(s.parent_id, loser), nullif(l.parent_id, survivor)) from post l where s.id = survivor and l.id = loser;
  update post_alias set post_id = survivor where post_id = loser;
  update hearing set post_id = survivor where post_id = loser;
  update conversation set top_post_id = survivor where top_post_id = loser;
  update reply set to_post_id = survivor where to_post_id = loser;
  update reply set sent_post_id = survivor where sent_post_id = loser;
  update advice set from_post_id = survivor where from_post_id = loser;
  update finding_mark m set post_id = survivor where m.post_id = loser
    and not exists (select 1 from finding_mark o where o.post_id = survivor and o.library_id = m.library_id and o.label = m.label);
  update search_match m set post_id = survivor where m.post_id = loser
    and not exists (select 1 from search_match o where o.post_id = survivor and o.conversation_id = m.conversation_id and o.search_id = m.search_id);
  -- What was found in its words goes with them.
  delete from post where id = loser;
end $$;

-- The same for two rows of one person. What they said under either name is asked again whether they still let us keep it.
create function join_profiles(loser uuid, survivor uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from profile where id in (loser, survivor) order by id for update;
  update profile_alias set profile_id = survivor where profile_id = loser;
  update post set author_id = survivor where author_id = loser;
  update account set profile_id = survivor, plan_stale = true where profile_id = loser;
  update do_not_list d set profile_id = survivor where d.profile_id = loser and (d.lifted_at is not null
    or not exists (select 1 from do_not_list o where o.profile_id = survivor and o.library_id = d.library_id and o.act = d.act and o.lifted_at is null));
  delete from do_not_list where profile_id = loser;
  update profile set heeded = false where id = survivor;
  delete from profile where id = loser;
end $$;

-- What a library did with a conversation that went into another moves with it. An approval on either side is void: its giver has not read the whole.
create function merge_conversation_work(loser uuid, survivor uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare of_library uuid;
begin
  select library_id into strict of_library from conversation where id = survivor;
  if of_library is distinct from (select library_id from conversation where id = loser) then
    raise exception 'conversations of two libraries do not merge' using errcode = 'restrict_violation';
  end if;
  insert into timeline(id, library_id, conversation_id, kind, detail)
    select gen_random_uuid(), library_id, survivor, 'approval-voided', jsonb_build_object('reply', id)
    from reply where conversation_id in (loser, survivor) and state = 'approved';
  update reply set state = 'draft', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, version = version + 1, changed_at = now()
    where conversation_id in (loser, survivor) and state = 'approved';
  update note set conversation_id = survivor where conversation_id = loser;
  update timeline set conversation_id = survivor where conversation_id = loser;
  update outcome set conversation_id = survivor where conversation_id = loser;
  update finding_mark set conversation_id = survivor where conversation_id = loser;
  update reply set conversation_id = survivor where conversation_id = loser;
  delete from advice a using advice b where a.conversation_id = loser and b.conversation_id = survivor and a.need = b.need;
  update advice set conversation_id = survivor where conversation_id = loser;
  update suggestion set conversation_id = survivor where conversation_id = loser;
  update advisor_press set conversation_id = survivor where conversation_id = loser;
  insert into tag(conversation_id, library_id, name, added_by, added_at)
    select survivor, library_id, name, added_by, added_at from tag where conversation_id = loser on conflict do nothing;
  delete from tag where conversation_id = loser;
end $$;

-- One advisor, asked about one need of one conversation, and how it fared.
create table advice(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null references account,
  -- A few words of what somebody looks for, without who does.
  need text not null check (length(need) between 1 and 500),
  lang text,
  near text,
  -- Where the need was taken from; null: staff said it.
  from_post_id uuid references post,
  state text not null default 'asking' check (state in ('asking', 'answered', 'failed')),
  -- Why it failed, for staff.
  words text,
  asked_by uuid references actor,
  asked_at timestamptz not null default now(),
  ended_at timestamptz,
  keep_until timestamptz,
  unique (id, library_id),
  unique (conversation_id, need, account_id),
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade
);
create index advice_conversation on advice(conversation_id, asked_at);
create index advice_from_post on advice(from_post_id) where from_post_id is not null;

create table suggestion(
  id uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  advice_id uuid not null,
  title text not null,
  cite text not null,
  summary text,
  cover text,
  identifiers jsonb not null default '[]',
  -- The identifiers, spelled in one way, by which suggestions are told to be of one resource.
  keys text[] not null default '{}',
  availability text,
  availability_at timestamptz,
  starts timestamptz,
  -- From 1, in its advisor's own order.
  place int not null check (place > 0),
  -- Somebody else found the same resource before: it is shown once, there.
  same_as uuid references suggestion on delete set null,
  -- Of all that is found for the need; see advising/join-suggestions.ts.
  rank float8 not null,
  -- That of its advice: what was asked last stands first.
  asked_at timestamptz not null,
  found_at timestamptz not null default now(),
  keep_until timestamptz,
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade,
  foreign key (advice_id, library_id) references advice(id, library_id) on delete cascade,
  constraint availability_has_a_time check ((availability is null) = (availability_at is null))
);
create index suggestion_conversation on suggestion(conversation_id, asked_at desc, rank desc, id desc);
create index suggestion_advice on suggestion(advice_id);
create index suggestion_same on suggestion(same_as) where same_as is not null;

-- A button of an advisor that a person pressed: once, by its key.
create table advisor_press(
  key uuid primary key,
  library_id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null references account,
  action text not null,
  need text not null check (length(need) between 1 and 500),
  state text not null default 'pressing' check (state in ('pressing', 'done', 'failed')),
  url text,
  words text,
  pressed_by uuid not null references actor,
  pressed_at timestamptz not null default now(),
  keep_until timestamptz,
  foreign key (conversation_id, library_id) references conversation(id, library_id) on delete cascade,
  constraint done_can_be_seen check ((state = 'done') = (url is not null))
);
create index advisor_press_conversation on advisor_press(conversation_id, pressed_at);

create table audit(
  id uuid primary key,
  library_id uuid not null references library,
  actor_id uuid references actor,
  action text not null,
  subject_kind text not null,
  subject_id text,
  at timestamptz not null default now(),
  detail jsonb not null default '{}'
);
create index audit_library on audit(library_id, at desc, id desc);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on audit for each row execute function refuse_change();

-- A job knows its library; as whom it acts there is told before it has acted.
create function system_actor_of(library uuid) returns uuid language sql stable security definer set search_path = public, pg_temp as $$
  select actor_id from system_actor where library_id = library $$;

-- The last change of each thing that hints tell of, for whoever was away: ids only, for 30 days. A conversation says itself when it changed
-- (changed_xid), and comes here when it is deleted.
create table change(
  library_id uuid not null,
  kind text not null,
  id uuid not null,
  version int,
  -- Whether those below the library are told as well.
  inherited boolean not null,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  primary key (library_id, kind, id)
);
create index change_xid on change(library_id, xid);
create index change_at on change(at);
create function note_changes(changes jsonb) returns void language sql security definer set search_path = public, pg_temp as $$
  delete from change where ctid = any(array(select ctid from change where at < now() - interval '30 days' limit 20 for update skip locked));
  insert into change(library_id, kind, id, version, inherited)
    select library, kind, id, version, inherited from jsonb_to_recordset(changes) c(library uuid, kind text, id uuid, version int, inherited boolean) order by library, kind, id
    on conflict (library_id, kind, id) do update set version = excluded.version, xid = excluded.xid, at = excluded.at;
$$;
create function note_deleted_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform note_changes(coalesce(jsonb_agg(jsonb_build_object('library', library_id, 'kind', 'conversation', 'id', id, 'inherited', false)), '[]')) from gone;
  return null;
end $$;
create trigger note_deleted after delete on conversation referencing old table as gone for each statement execute function note_deleted_conversations();

-- Who answers a thread, over all libraries: insert … on conflict do nothing is an atomic "we take it".
create table thread_claim(
  thread_id uuid primary key references thread,
  library_id uuid not null references library,
  claimed_by uuid not null references actor,
  claimed_at timestamptz not null default now(),
  answered_at timestamptz
);

-- What an advisor keeps to search in. Searches see one generation of its documents, whole: the newest that was written to its end.
create table plugin_index(
  account_id uuid primary key references account on delete cascade,
  generation int not null default 0,
  -- Of the generation that is shown.
  lang text not null default '',
  -- Rises with each replacing that begins: only the newest of them may write and be shown.
  writing int not null default 0,
  replaced_at timestamptz
);
create table plugin_index_document(
  account_id uuid not null references plugin_index on delete cascade,
  generation int not null,
  -- SHA-256 of the plugin's id of it, which may be longer than an index takes.
  key bytea not null,
  words tsvector not null,
  suggestion jsonb not null,
  primary key (account_id, generation, key)
);
create index plugin_index_words on plugin_index_document using gin (words);

-- When an advisor brings its index up to date again, and who does so now. A lease that is not renewed ends.
create table advisor_refresh(
  account_id uuid primary key references account on delete cascade,
  due_at timestamptz not null,
  lease_token uuid,
  lease_holder text,
  lease_until timestamptz,
  failures int not null default 0,
  failure_words text,
  refreshed_at timestamptz
);

-- Processes that hold leases on work, each of which renews its row while it lives. A lease whose holder has none, or one that has run out, is free.
create table working_process(
  holder text primary key,
  alive_until timestamptz not null
);
create function holder_is_gone(of_lease text) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select of_lease is not null and not exists (select 1 from working_process where holder = of_lease and alive_until > now()) $$;

-- Rate budgets of hosts and of accounts there, shared by all processes. A pause ends at paused_until.
create table host_budget(
  host text not null,
  account_id uuid not null references account on delete cascade,
  tokens float8 not null,
  refilled_at timestamptz not null default now(),
  paused_until timestamptz,
  -- Until then what nobody waits for is not asked: the host said that little is left.
  quiet_until timestamptz,
  failures int not null default 0,
  open_until timestamptz,
  primary key (host, account_id)
);

-- When a thread is looked at again: townspeople answer under what is followed, and no stream of those followed brings their answers.
create table thread_look(
  thread_id uuid primary key references thread on delete cascade,
  -- Who asks: the account that brought its newest post.
  account_id uuid not null references account on delete cascade,
  -- From when the waits between looks are counted: its newest post.
  since timestamptz not null,
  -- Null: it has lived.
  next_at timestamptz,
  -- Since when a look is owed that could not be made.
  due_since timestamptz,
  -- Everything that was said in it before has been asked for.
  seen_at timestamptz,
  -- Post id → its replies, as the network counted them at the last look.
  counts jsonb not null default '{}',
  -- Rises with every taking: a look that was overtaken writes nothing down.
  lease_token bigint not null default 0,
  lease_holder text,
  lease_until timestamptz
);
create index thread_look_due on thread_look(next_at) where next_at is not null;
create index thread_look_account on thread_look(account_id);

-- What goes is looked for by whatever may point at it: without these each post that goes reads whole tables.
create index conversation_merged on conversation(merged_into) where merged_into is not null;
create index conversation_top_post on conversation(top_post_id) where top_post_id is not null;
create index reply_to_post on reply(to_post_id);
create index reply_sent_post on reply(sent_post_id) where sent_post_id is not null;
create index finding_mark_post on finding_mark(post_id);
create index finding_mark_conversation on finding_mark(conversation_id);

insert into table_kind(kind, table_name) values ('inherited', 'retention_policy'), ('owned', 'past_count'), ('platform', 'label_keeping');
insert into table_kind(kind, table_name)
  select 'world', unnest(array['profile', 'thread', 'thread_look', 'post', 'post_alias', 'profile_alias', 'finding', 'suppression', 'not_kept']) union all
  select 'inherited', unnest(array['account', 'channel', 'coverage_gap', 'dead_letter', 'channel_count', 'account_count', 'service_area', 'follow_list', 'follow', 'follow_history', 'saved_search', 'narrowing', 'do_not_list']) union all
  select 'owned', unnest(array['follow_import', 'follow_import_part', 'follow_import_line', 'follow_decision', 'follow_day', 'follow_dismissal', 'bound_list', 'bound_member', 'bound_change', 'bound_leaving', 'published_list', 'published_member']) union all
  select 'owned', unnest(array['conversation', 'hearing', 'search_match', 'note', 'timeline', 'tag', 'finding_mark', 'outcome', 'reply', 'advice', 'suggestion', 'advisor_press', 'audit']) union all
  select 'platform', unnest(array['table_kind', 'installation', 'library', 'library_line', 'actor', 'person', 'token', 'system_actor', 'actor_role', 'actor_scope',
    'session', 'sign_in_attempt', 'password_link', 'account_secret', 'account_sign_in', 'plugin_store', 'plugin_index', 'plugin_index_document', 'advisor_refresh', 'change', 'thread_claim', 'working_process', 'host_budget', 'erasure', 'migrations']);

-- ── views of the world: plain, so that the planner keeps its indexes ─────────────────────────────────────────────

create view heard_post as
  select p.*, c.id as conversation_id, c.library_id
  from post p join conversation c using (thread_id)
  where c.library_id in (select scope()) and c.merged_into is null;
-- What single hosts call a post: whoever answers it needs that.
create view heard_post_alias as
  select a.post_id, a.network, a.host, a.local_id, c.library_id
  from post_alias a join post p on p.id = a.post_id join conversation c using (thread_id)
  where c.library_id in (select scope()) and c.merged_into is null;
create view heard_profile as
  select r.* from profile r
  where exists (select 1 from post p join conversation c using (thread_id) where p.author_id = r.id and c.library_id in (select scope()))
     or exists (select 1 from account a where a.profile_id = r.id and a.library_id in (select scope_up() union select scope()))
     or exists (select 1 from do_not_list d where d.profile_id = r.id and d.library_id in (select scope_up() union select scope()));
create view heard_thread as
  select t.*, c.library_id, c.id as conversation_id, w.seen_at as replies_seen_at
  from thread t join conversation c on c.thread_id = t.id left join thread_look w on w.thread_id = t.id
  where c.library_id in (select scope()) and c.merged_into is null;
-- Until when every look was made that was due, over the threads that an account asks for.
create view heard_replies as
  select a.id as account_id, a.library_id,
    (select coalesce(min(coalesce(w.due_since, w.next_at)) filter (where w.due_since is not null or w.next_at < now()), max(w.seen_at)) from thread_look w where w.account_id = a.id) as seen_until
  from account a where a.library_id in (select scope() union select scope_up());
create view heard_finding as
  select f.*, c.library_id, c.id as conversation_id from finding f join post p on p.id = f.post_id join conversation c using (thread_id)
  where c.library_id in (select scope()) and c.merged_into is null and (f.place is null or f.place = c.library_id);

-- What came of what follows brought, a row for each conversation and follow; read under the reader's own rights.
create view heard_by_follow with (security_invoker = true) as
  select h.follow_id, c.library_id, c.id as conversation_id, c.opened_at,
    c.reasons @> '[{"kind": "finding"}]' or c.reasons @> '[{"kind": "addressed"}]' as needs,
    c.state = 'answered' or exists (select 1 from reply r where r.conversation_id = c.id and r.library_id = c.library_id and r.state = 'sent') as answered,
    exists (select 1 from outcome o where o.conversation_id = c.id and o.library_id = c.library_id and o.kind in ('helped', 'referred')) as helped,
    exists (select 1 from outcome o where o.conversation_id = c.id and o.library_id = c.library_id and o.kind = 'not-for-us') as not_for_us
  from hearing h join conversation c on c.id = h.conversation_id and c.library_id = h.library_id and c.merged_into is null
  where h.follow_id is not null and c.library_id in (select scope());

-- ── sign-in: before an actor is known, through functions that return one row for one secret ─────────────────────

create function sign_in_person(of_email text) returns table(actor_id uuid, password_hash text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select p.actor_id, p.password_hash from person p join actor a on a.id = p.actor_id
  where lower(p.email) = lower(of_email) and a.deactivated_at is null $$;
create function session_actor(of_hash bytea) returns table(session_id uuid, actor_id uuid, expires_at timestamptz)
  language sql security definer set search_path = public, pg_temp as $$
  select s.id, s.actor_id, s.expires_at from session s join actor a on a.id = s.actor_id
  where s.hash = of_hash and s.revoked_at is null and s.expires_at > now() and a.deactivated_at is null $$;
-- last_used_at is true to the minute: a busy token does not write a row for every request.
create function token_actor(of_hash bytea) returns table(actor_id uuid, scopes text[], library_id uuid)
  language sql security definer set search_path = public, pg_temp as $$
  update token t set last_used_at = now() where t.hash = of_hash and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
  select t.actor_id, t.scopes, t.library_id from token t join actor a on a.id = t.actor_id
  where t.hash = of_hash and t.revoked_at is null and t.expires_at > now() and a.deactivated_at is null $$;

-- Takes one attempt to sign in under each of these keys, or says how many seconds to wait. The first `free` failures of an hour cost nothing,
-- then the wait doubles up to `longest`; an attempt that has to wait is not counted, so that hammering locks nobody out for ever.
create function take_sign_in_attempt(keys text[], free int[], longest int[]) returns int
  language plpgsql security definer set search_path = public, pg_temp as $$
declare wait int := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (select k from unnest(keys) k order by k) k;
  select coalesce(max(ceil(extract(epoch from last + make_interval(secs => least(most, 2 ^ least(failures - granted, 20))) - now()))), 0)::int into wait
    from (select k.free granted, k.longest most, count(*) failures, max(a.at) as last
          from unnest(keys, free, longest) k(key, free, longest) join sign_in_attempt a on a.key = k.key and a.at > now() - interval '1 hour'
          group by k.key, k.free, k.longest) f
    where failures >= granted;
  if wait > 0 then return wait; end if;
  insert into sign_in_attempt(key) select unnest(keys);
  return 0;
end $$;
-- A success forgives the failures under the key that names both account and address, and with them what is too old to count.
create function forget_sign_in_attempts(of_keys text[]) returns void language sql security definer set search_path = public, pg_temp as $$
  delete from sign_in_attempt where key = any(of_keys) or at < now() - interval '1 day' $$;

-- A password by a link: once, within its time. Ends every session that the old password opened.
create function take_password_link(link bytea, new_password_hash text) returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
declare whose uuid;
begin
  update password_link l set used_at = now() from actor a
    where l.hash = link and l.used_at is null and l.until > now() and a.id = l.actor_id and a.deactivated_at is null
    returning l.actor_id into whose;
  if whose is null then return null; end if;
  update person set password_hash = new_password_hash where actor_id = whose;
  update session set revoked_at = now() where actor_id = whose and revoked_at is null;
  return whose;
end $$;

-- Offers the one-time link, only while nobody can sign in. The newest link is the one that holds.
create function offer_setup(setup bytea, until timestamptz) returns boolean language sql security definer set search_path = public, pg_temp as $$
  update installation set setup_hash = setup, setup_until = until where not exists (select 1 from person) returning true $$;

-- The first administrator, once: only while the installation has no person, and with the one-time link's hash.
create function found_installation(setup bytea, new_library uuid, library_name text, library_handle text, library_kind text,
    new_actor uuid, person_name text, person_email text, new_password_hash text, new_system_actor uuid) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from installation where setup_hash = setup and setup_until > now() for update;
  if not found or exists (select 1 from person) then return false; end if;
  insert into library(id, root_id, kind, name, handle) values (new_library, new_library, library_kind, library_name, library_handle);
  insert into actor(id, kind) values (new_actor, 'person'), (new_system_actor, 'system');
  insert into person(actor_id, email, name, password_hash) values (new_actor, person_email, person_name, new_password_hash);
  insert into system_actor(actor_id, library_id) values (new_system_actor, new_library);
  insert into actor_role(actor_id, library_id, role) values (new_actor, new_library, 'administrator'), (new_system_actor, new_library, 'librarian');
  update installation set setup_hash = null, setup_until = null;
  return true;
end $$;

-- Text configuration of a language tag; stored posts and questions use the same. Accents are folded before (docs/architecture.md).
create function search_config(lang text) returns regconfig language sql immutable parallel safe as $$
  select (case split_part(lower(coalesce(lang, '')), '-', 1)
    when 'en' then 'pg_catalog.english' when 'es' then 'pg_catalog.spanish' when 'fr' then 'pg_catalog.french' when 'de' then 'pg_catalog.german'
    when 'pt' then 'pg_catalog.portuguese' when 'it' then 'pg_catalog.italian' when 'nl' then 'pg_catalog.dutch' when 'sv' then 'pg_catalog.swedish'
    when 'da' then 'pg_catalog.danish' when 'no' then 'pg_catalog.norwegian' when 'nb' then 'pg_catalog.norwegian' when 'fi' then 'pg_catalog.finnish'
    when 'hu' then 'pg_catalog.hungarian' when 'ro' then 'pg_catalog.romanian' when 'ru' then 'pg_catalog.russian' when 'tr' then 'pg_catalog.turkish'
    when 'el' then 'pg_catalog.greek' when 'ar' then 'pg_catalog.arabic' else 'pg_catalog.simple' end)::regconfig $$;

-- ── grants and policies ─────────────────────────────────────────────────────────────────────────────────────────

revoke all on all tables in schema public from public;
revoke all on all functions in schema public from public;
revoke create on schema public from public;
grant usage on schema public to earshot_app, earshot_worker, earshot_listener;
grant execute on function actor_id(), scope(), scope_acting(), scope_administered(), administered_actors(), scope_up(), scope_roots(), visible_actors(), search_config(text), role_weight(text), host_of(text)
  to earshot_app, earshot_worker, earshot_listener;
grant execute on function sign_in_person(text), session_actor(bytea), token_actor(bytea), take_sign_in_attempt(text[], int[], int[]),
  forget_sign_in_attempts(text[]), take_password_link(bytea, text), offer_setup(bytea, timestamptz),
  found_installation(bytea, uuid, text, text, text, uuid, text, text, text, uuid) to earshot_app;
grant execute on function note_changes(jsonb) to earshot_app, earshot_worker, earshot_listener, earshot_keeper;
grant execute on function merge_conversation_work(uuid, uuid), count_heard(uuid[], uuid[]) to earshot_listener;
grant execute on function due_replies(timestamptz, int), unplaced_replies(timestamptz, int), next_reply_due(), account_is_sending(uuid, timestamptz), system_actor_of(uuid) to earshot_worker;
grant execute on function forget_follow_imports(), due_bound_lists(int), due_published_lists(int) to earshot_worker;
grant execute on function holder_is_gone(text) to earshot_worker, earshot_listener;
grant execute on function suppressed_now(bytea[]) to earshot_app, earshot_worker, earshot_listener;

-- Owned and inherited tables get the same two policies; the catalogue test reads table_kind and checks it.
do $$
declare t record;
begin
  for t in select table_name, kind from table_kind where kind in ('owned', 'inherited') loop
    execute format('alter table %I enable row level security', t.table_name);
    execute format('create policy own on %I for select to earshot_app, earshot_worker using (library_id in (select scope()))', t.table_name);
    execute format('create policy own_insert on %I for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting()))', t.table_name);
    execute format('create policy own_update on %I for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()))', t.table_name);
    execute format('create policy own_delete on %I for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()))', t.table_name);
    if t.kind = 'inherited' then
      execute format('create policy inherited on %I for select to earshot_app, earshot_worker using (library_id in (select scope_up()))', t.table_name);
    end if;
  end loop;
end $$;

grant select, insert, update on conversation, hearing, note, timeline, finding_mark, reply, account, channel, coverage_gap, dead_letter, service_area, follow_list, follow, saved_search, do_not_list
  to earshot_app, earshot_worker;
grant select, insert, delete on narrowing to earshot_app, earshot_worker;
grant select on search_match to earshot_app, earshot_worker;
grant select, insert on outcome, audit to earshot_app, earshot_worker;
grant select, insert, update on follow_import, bound_list, bound_change, bound_leaving to earshot_app, earshot_worker;
grant select, insert, update on published_list to earshot_app, earshot_worker;
grant select, insert, update, delete on bound_member, published_member to earshot_app, earshot_worker;
grant select, insert, update, delete on follow_import_line, follow_import_part to earshot_app, earshot_worker;
grant select, insert, update on follow_decision to earshot_app, earshot_worker;
grant select, insert, delete on follow_dismissal to earshot_app;
grant execute on function followed_elsewhere(uuid) to earshot_app;
grant select on follow_day, heard_by_follow to earshot_app, earshot_worker;
grant select, insert, delete on tag to earshot_app, earshot_worker;
grant select, insert, update, delete on advice, suggestion to earshot_app, earshot_worker;
grant select, insert, update on advisor_press to earshot_app, earshot_worker;
grant delete on service_area, finding_mark to earshot_app;
grant select on channel_count, account_count, follow_history to earshot_app, earshot_worker;
grant select on heard_post, heard_post_alias, heard_profile, heard_thread, heard_replies, heard_finding to earshot_app, earshot_worker;

-- The listener hears for all libraries, and knows nothing of notes, replies and staff.
grant select, insert, update on profile, thread, post, post_alias, profile_alias, suppression, not_kept to earshot_listener;
grant execute on function join_posts(uuid, uuid), join_profiles(uuid, uuid) to earshot_listener;
grant select, insert, update, delete on thread_look, finding, channel, coverage_gap, dead_letter, channel_count, account_count to earshot_listener;
grant select, insert, update on conversation, hearing, thread_claim to earshot_listener;
grant select, insert, delete on search_match to earshot_listener;
grant insert on timeline to earshot_listener;
-- Whoever asks a library to stop is listed by the listener itself.
grant insert on do_not_list, audit to earshot_listener;
grant delete on thread_claim to earshot_listener;
grant select on finding_mark to earshot_listener;
grant select, update on follow_history to earshot_listener;
grant select, insert, update, delete on working_process to earshot_listener;
grant delete on suppression to earshot_listener;
grant select, update on account to earshot_listener;
grant select on follow_list, follow, saved_search, narrowing, service_area, do_not_list, library, library_line to earshot_listener;
do $$
declare t text;
begin
  foreach t in array array['conversation', 'hearing', 'search_match', 'timeline', 'account', 'channel', 'coverage_gap', 'dead_letter', 'channel_count', 'account_count', 'follow_list', 'follow', 'follow_history', 'saved_search', 'narrowing', 'service_area', 'do_not_list', 'finding_mark', 'audit'] loop
    execute format('create policy listens on %I for all to earshot_listener using (true) with check (true)', t);
  end loop;
end $$;

-- The keeper forgets for all libraries: it reaches whatever may hold words, and adds nothing but what it has to tell of it.
do $$
declare t record;
begin
  for t in select table_name, kind from table_kind where kind in ('world', 'owned', 'inherited') loop
    execute format('grant select, update, delete on %I to earshot_keeper', t.table_name);
    if t.kind <> 'world' then execute format('create policy keeps on %I for all to earshot_keeper using (true) with check (true)', t.table_name); end if;
  end loop;
end $$;
revoke update, delete on audit from earshot_keeper;
grant insert on timeline, suppression, audit to earshot_keeper;
grant select, insert on erasure to earshot_keeper;
grant select, insert, update, delete on label_keeping to earshot_keeper;
grant insert on past_count to earshot_keeper;
grant select, insert, update, delete on retention_policy to earshot_app;
grant select on past_count to earshot_app;
grant execute on function search_config(text) to earshot_keeper;
grant select on library_line, system_actor, actor_scope to earshot_keeper;

grant select, insert, update, delete on plugin_store, plugin_index, plugin_index_document, advisor_refresh, host_budget to earshot_worker, earshot_listener;
grant select, insert, update on account_secret to earshot_worker, earshot_listener;
grant select, insert, delete on account_sign_in to earshot_listener;
-- The application writes secrets and cannot read them.
grant insert, select (account_id, version, changed_at), update (sealed, version, changed_at) on account_secret to earshot_app;

-- Platform tables have policies of their own.
alter table change enable row level security;
create policy told on change for select to earshot_app using (library_id in (select scope()) or (inherited and library_id in (select scope_up())));
grant select on change to earshot_app;

alter table library enable row level security;
create policy kin on library for select to earshot_app, earshot_worker using (root_id in (select scope_roots()));
create policy founded on library for insert to earshot_app with check (parent_id in (select scope_administered()));
create policy kept on library for update to earshot_app using (id in (select scope_administered())) with check (id in (select scope_administered()));
create policy listens on library for select to earshot_listener, earshot_keeper using (true);
grant select, insert, update (name, languages, time_zone) on library to earshot_app;
grant select on library to earshot_worker, earshot_keeper;
grant select on library_line to earshot_app, earshot_worker;

alter table actor enable row level security;
create policy seen on actor for select to earshot_app, earshot_worker using (id in (select visible_actors()));
create policy made on actor for insert to earshot_app with check (exists (select 1 from scope_administered()));
create policy kept on actor for update to earshot_app using (id in (select administered_actors())) with check (id in (select administered_actors()));
grant select, insert, update (deactivated_at) on actor to earshot_app;
grant select on actor to earshot_worker;

alter table person enable row level security;
create policy seen on person for select to earshot_app, earshot_worker using (actor_id in (select visible_actors()));
create policy made on person for insert to earshot_app with check (exists (select 1 from scope_administered()));
create policy own on person for update to earshot_app using (actor_id = actor_id()) with check (actor_id = actor_id());
grant select (actor_id, kind, email, name, created_at), insert, update (name, password_hash) on person to earshot_app;
grant select (actor_id, kind, name) on person to earshot_worker;

alter table token enable row level security;
create policy own on token for select to earshot_app using (library_id in (select scope_administered()) or created_by = actor_id() or actor_id = actor_id());
create policy made on token for insert to earshot_app with check (library_id in (select scope_acting()) and created_by = actor_id());
create policy kept on token for update to earshot_app using (library_id in (select scope_administered()) or created_by = actor_id())
  with check (library_id in (select scope_administered()) or created_by = actor_id());
grant select (actor_id, kind, library_id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at), insert, update (revoked_at) on token to earshot_app;

alter table system_actor enable row level security;
create policy seen on system_actor for select to earshot_app, earshot_worker using (library_id in (select scope() union select scope_up()));
create policy keeps on system_actor for select to earshot_keeper using (true);
create policy made on system_actor for insert to earshot_app with check (library_id in (select scope_administered()));
grant select, insert on system_actor to earshot_app;
grant select on system_actor to earshot_worker;

alter table actor_role enable row level security;
create policy seen on actor_role for select to earshot_app using (library_id in (select scope() union select scope_up()));
create policy granted on actor_role for all to earshot_app using (library_id in (select scope_administered())) with check (library_id in (select scope_administered()));
grant select, insert, update (role), delete on actor_role to earshot_app;
alter table actor_scope enable row level security;
create policy seen on actor_scope for select to earshot_app, earshot_worker using (library_id in (select scope() union select scope_up()));
create policy keeps on actor_scope for select to earshot_keeper using (true);
grant select on actor_scope to earshot_app, earshot_worker;

alter table session enable row level security;
create policy own on session for all to earshot_app using (actor_id = actor_id()) with check (actor_id = actor_id());
grant select (id, actor_id, created_at, last_seen_at, expires_at, revoked_at), insert, update (last_seen_at, revoked_at, expires_at) on session to earshot_app;
alter table password_link enable row level security;
create policy made on password_link for insert to earshot_app with check (made_by = actor_id() and actor_id in (select administered_actors()));
grant insert on password_link to earshot_app;
grant select (id, created_at) on installation to earshot_app;
grant select on table_kind to earshot_app, earshot_worker, earshot_listener;

alter table thread_claim enable row level security;
create policy heard on thread_claim for select to earshot_app, earshot_worker
  using (exists (select 1 from conversation c where c.thread_id = thread_claim.thread_id));
create policy take on thread_claim for insert to earshot_app, earshot_worker with check (library_id in (select scope_acting())
  and exists (select 1 from conversation c where c.thread_id = thread_claim.thread_id and c.library_id = thread_claim.library_id));
create policy keep on thread_claim for update to earshot_app, earshot_worker using (library_id in (select scope_acting())) with check (library_id in (select scope_acting()));
create policy release on thread_claim for delete to earshot_app, earshot_worker using (library_id in (select scope_acting()));
create policy listens on thread_claim for all to earshot_listener, earshot_keeper using (true) with check (true);
grant select, insert, update (answered_at), delete on thread_claim to earshot_app, earshot_worker;
grant select, delete on thread_claim to earshot_keeper;
