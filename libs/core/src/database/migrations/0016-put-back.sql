-- By what a database is known to be another than the one that ran the last time, and when it last heard that something was sent: what was put back from
-- a backup knows nothing of what was sent since.
alter table installation add column cluster text, add column last_sent_at timestamptz;

create function note_sent(at timestamptz) returns void language sql security definer set search_path = public, pg_temp as $$
  update installation set last_sent_at = greatest(last_sent_at, at) $$;
revoke all on function note_sent(timestamptz) from public;
grant execute on function note_sent(timestamptz) to earshot_worker;
