-- Sessions of other clients than a browser: by a secret that the client sends itself, in a header, which no other site can make a browser do.

alter table session add column kind text not null default 'browser' check (kind in ('browser', 'client'));
-- What the client is called, by whoever signs in with it, to tell it apart in the list.
alter table session add column client text check (length(client) between 1 and 100);
alter table session add constraint client_is_named check ((kind = 'client') = (client is not null));
grant select (kind, client) on session to earshot_app;

-- A cookie signs in as a browser alone, also at a process of the version before.
create or replace function session_actor(of_hash bytea) returns table(session_id uuid, actor_id uuid, expires_at timestamptz)
  language sql security definer set search_path = public, pg_temp as $$
  select s.id, s.actor_id, s.expires_at from session s join actor a on a.id = s.actor_id
  where s.hash = of_hash and s.kind = 'browser' and s.revoked_at is null and s.expires_at > now() and a.deactivated_at is null $$;
-- last_seen_at is true to five minutes, and expires_at stays as it was: nothing prolongs it.
create function client_session_actor(of_hash bytea, used boolean) returns table(session_id uuid, actor_id uuid)
  language sql security definer set search_path = public, pg_temp as $$
  update session s set last_seen_at = now() where used and s.hash = of_hash and s.kind = 'client' and s.revoked_at is null and s.expires_at > now() and s.last_seen_at < now() - interval '5 minutes';
  select s.id, s.actor_id from session s join actor a on a.id = s.actor_id
  where s.hash = of_hash and s.kind = 'client' and s.revoked_at is null and s.expires_at > now() and a.deactivated_at is null $$;
revoke all on function client_session_actor(bytea, boolean) from public;
grant execute on function client_session_actor(bytea, boolean) to earshot_app;
