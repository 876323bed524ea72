-- One of those whom an account follows by its streams, another one each turn, and the stretch of time of which its channel claims to have heard
-- everything: since its last gap, whatever became of that, because what was asked for afterwards did not come by the stream.
-- Each second turn it is one who posted within a week: of those who say nothing nothing is to be learned.
-- The stretch is worked out of the one who is chosen: an account may follow thousands, and of all of them it took seconds.
with target as materialized (
  select c.id as channel_id, c.account_id, c.heard_from, c.heard_until, c.proven_until, t.value as target
  from channel c cross join jsonb_array_elements(c.targets) t
  where c.account_id = $1 and c.removed_at is null and c.mode = 'stream' and c.state in ('reading', 'waiting') and c.heard_until is not null and t.value ->> 'kind' = 'profile'
), lively as materialized (
  select target.* from target where $4 % 2 = 1 and exists (
    select 1 from profile p join post on post.author_id = p.id and post.posted_at > $3::timestamptz - interval '7 days'
    where p.network = any($5::text[]) and p.remote_id = target.target ->> 'key'
  )
), candidate as materialized (
  select * from lively union all select * from target where not exists (select 1 from lively)
), chosen as (
  select * from candidate order by channel_id, target ->> 'key' offset $4 / 2 % greatest(1, (select count(*) from candidate)) limit 1
)
select c.channel_id as "channelId", c.target, least(c.heard_until, $3) as until,
  greatest($2, c.heard_from, c.proven_until, (select max(g.gap_to) from coverage_gap g where g.channel_id = c.channel_id),
    -- Whoever is followed since a moment ago is on the stream since then; what they said before comes in as history.
    (select min(f.added_at) from follow f where f.account_id = c.account_id and f.kind = 'profile' and f.key = c.target ->> 'key' and f.removed_at is null) + interval '1 minute') as since
from chosen c
