-- The author of a post ($1 network, $2 its id there), and what speaks for and against answering them from an account ($3).
select r.network, r.remote_id as "remoteId", array(select n.host || '/' || n.local_id from profile_alias n where n.profile_id = r.id) as "otherNames",
  (select jsonb_build_object('host', n.host, 'id', n.local_id) from profile_alias n where n.profile_id = r.id order by n.host limit 1) as local, r.handle, r.url, r.bio, r.told_at as "toldAt", r.gone_at is not null as gone, p.refusals || r.refusals as refusals,
  greatest(p.asked_at, p.heard_at, p.edited_at) as "askedAt", p.gone_at is not null as "postGone",
  exists (
    select 1 from account a join profile us on us.id = a.profile_id
    where a.removed_at is null and (us.network || ' ' || us.remote_id = any(p.mentions) or exists (select 1 from post q where q.id = p.parent_id and q.author_id = us.id))) as addressed,
  coalesce((
    select jsonb_agg((select jsonb_agg(l.ancestor_id order by l.distance) from library_line l where l.library_id = c.library_id))
    from conversation c join account a on a.id = $3 join library_line up on up.library_id = c.library_id and up.ancestor_id = a.library_id
    where c.thread_id = p.thread_id and c.merged_into is null), '[]') as lines
from post p join profile r on r.id = p.author_id
where p.network = $1 and p.remote_id = $2
