-- One of those whom an account follows by its streams, another one each turn, and the stretch of time of which its channel claims to have heard
-- everything: since its last gap, whatever became of that, because what was asked for afterwards did not come by the stream.
-- Each second turn it is one who posted within a week: of those who say nothing nothing is to be learned.
with target as (
  select c.id as channel_id, t.value as target, c.heard_until, c.mode,
    greatest($2, c.heard_from, c.proven_until, (select max(g.gap_to) from coverage_gap g where g.channel_id = c.id),
      -- Whoever is followed since a moment ago is on the stream since then; what they said before comes in as history.
      (select min(f.added_at) from follow f where f.account_id = c.account_id and f.kind = 'profile' and f.key = t.value ->> 'key' and f.removed_at is null) + interval '1 minute') as since
  from channel c cross join jsonb_array_elements(c.targets) t
  where c.account_id = $1 and c.removed_at is null and c.mode = 'stream' and c.state in ('reading', 'waiting') and c.heard_until is not null and t.value ->> 'kind' = 'profile'
), candidate as (
  select target.*, exists (
    select 1 from profile p join post on post.author_id = p.id and post.posted_at > $3::timestamptz - interval '7 days'
    where p.network = any($5::text[]) and p.remote_id = target.target ->> 'key'
  ) as lively
  from target
), wanted as (
  select *, count(*) over () as all from candidate where $4 % 2 = 0 or lively or not exists (select 1 from candidate where lively)
)
select channel_id as "channelId", target, since, least(heard_until, $3) as until from wanted
order by channel_id, target ->> 'key' offset $4 / 2 % greatest(1, (select max(wanted.all) from wanted)) limit 1
