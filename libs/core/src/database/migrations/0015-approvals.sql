-- When a library's staff would rather not write, by its own clock, and how it signs. Empty: whenever, and not at all.
alter table reply_policy add column quiet_from time, add column quiet_until time,
  add column signature text check (length(signature) between 1 and 100),
  add constraint quiet_is_a_span check ((quiet_from is null) = (quiet_until is null) and (quiet_from is null or quiet_from <> quiet_until));

-- What is done to a reply that is out.
alter table timeline drop constraint timeline_kind_check;
alter table timeline add constraint timeline_kind_check check (kind in ('opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown',
  'tagged', 'untagged', 'noted', 'marked', 'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back', 'amended', 'removed', 'liked', 'boosted'));

-- As the one of a single reply, which a process of the version before asks. `but`: those that are not counted.
create function contact_with_author(of_post uuid, of_library uuid, but uuid[], since timestamptz) returns table(addressed boolean, at timestamptz, library_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select post_addresses_us(p.id), last.at, last.library_id
  from post p left join lateral (
    select coalesce(r.sent_at, r.approved_at) as at, r.library_id
    from post q join reply r on r.to_post_id = q.id join library theirs on theirs.id = r.library_id
    where q.author_id = p.author_id and theirs.root_id = (select root_id from library where id = of_library) and r.id <> all(but)
      and r.state in ('approved', 'sending', 'sent', 'unknown') and coalesce(r.sent_at, r.approved_at) > since and not post_addresses_us(q.id)
    order by 1 desc limit 1) last on true
  where p.id = of_post and of_library in (select scope()) and exists (select 1 from conversation c where c.thread_id = p.thread_id and c.library_id = of_library) $$;
create or replace function contact_with_author(of_post uuid, of_library uuid, but uuid, since timestamptz) returns table(addressed boolean, at timestamptz, library_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select * from contact_with_author(of_post, of_library, array[coalesce(but, of_post)], since) $$;
revoke all on function contact_with_author(uuid, uuid, uuid[], timestamptz) from public;
grant execute on function contact_with_author(uuid, uuid, uuid[], timestamptz) to earshot_app;
