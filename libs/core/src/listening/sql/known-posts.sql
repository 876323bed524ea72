-- What is stored of the posts with these keys, which libraries have a conversation on their threads, and for which cause they are heard themselves:
-- what was handed over, as it was heard before.
select p.id, p.network, p.remote_id, p.thread_id, p.known, p.version, p.gone_at is not null as gone,
  a.network as author_network, a.remote_id as author_remote_id,
  (select heard_cause(h.cause, h.routed_by) from hearing h
   where h.post_id = p.id order by array_position(array['addressed', 'brought-in', 'followed', 'thread', 'search'], heard_cause(h.cause, h.routed_by)) limit 1) as cause,
  coalesce((select array_agg(c.library_id) from conversation c where c.thread_id = p.thread_id and c.merged_into is null), '{}') as libraries
from unnest($1::text[], $2::text[]) as asked(network, remote_id)
join post p using (network, remote_id)
left join profile a on a.id = p.author_id
