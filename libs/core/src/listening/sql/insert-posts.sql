-- New posts and references, in the order of their keys, so that writers of the same keys never wait in a ring.
-- A key that another transaction inserted meanwhile is not returned: the caller starts again and finds it.
insert into post(id, network, remote_id, thread_id, known)
select id, network, remote_id, thread_id, false
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) as new(id, network, remote_id, thread_id)
order by network, remote_id
on conflict (network, remote_id) do nothing
returning id
