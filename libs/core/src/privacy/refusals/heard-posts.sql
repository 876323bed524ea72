-- What these people ($1) said and is stored, with what they refuse, and by which cause it is heard at all: the strongest of all libraries.
-- A thread's later posts have no hearing of their own: they are heard because the thread is.
select p.id, p.thread_id as "threadId", r.refusals || p.refusals as refusals,
  case
    when exists (
      select 1 from account a join profile us on us.id = a.profile_id
      where a.removed_at is null and (us.network || ' ' || us.remote_id = any(p.mentions) or exists (select 1 from post q where q.id = p.parent_id and q.author_id = us.id)))
      then 'addressed'
    when exists (
      select 1 from follow f join follow_list l on l.id = f.list_id
      where f.removed_at is null and l.removed_at is null and f.kind = 'profile' and f.network = r.network
        and (f.key = r.remote_id or f.key in (select n.host || '/' || n.local_id from profile_alias n where n.profile_id = r.id)))
      or 'followed' = any(heard.causes)
      then 'followed'
    when 'search' = any(heard.causes) and not 'thread' = any(heard.causes)
      then 'search'
    else 'thread'
  end as cause
from profile r join post p on p.author_id = r.id
  -- What was handed over is heard as it was before.
  cross join lateral (select array(select heard_cause(h.cause, h.routed_by) from hearing h where h.post_id = p.id) as causes) heard
where r.id = any($1::uuid[]) and p.known and p.gone_at is null
order by p.id
for update of p
