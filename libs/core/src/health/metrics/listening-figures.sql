-- How listening does over all libraries, in numbers alone. Seconds are by the database's clock.
with alive as (
  select c.state, c.heard_until, c.next_at, c.lease_until, c.blind_since, c.library_id
  from channel c join account a on a.id = c.account_id where c.removed_at is null and a.removed_at is null and a.state = 'on'
)
select
  (select coalesce(jsonb_agg(h), '[]') from (select health, count(*)::int as count from account where removed_at is null and state = 'on' group by health) h) as accounts,
  (select coalesce(jsonb_agg(s), '[]') from (
    select state, count(*)::int as count, max(greatest(extract(epoch from now() - heard_until), 0))::float8 as lag from alive group by state) s) as channels,
  (select count(*) filter (where blind_since is not null)::int from alive) as blind,
  (select count(*)::int from alive where state not in ('quarantined', 'stopped') and next_at < now() - interval '5 minutes' and (lease_until is null or lease_until < now())
    and library_id not in (select stopped_libraries('listening'))) as late,
  gap.count as gaps, gap.oldest as "oldestGap",
  (select count(*)::int from follow_history where state = 'waiting') as histories,
  (select count(*)::int from thread_look where due_since is not null) as looks,
  (select count(*)::int from dead_letter where last_at > now() - interval '7 days') as letters,
  (select coalesce(jsonb_agg(s), '[]') from (select what, count(*)::int as count from stop where resumed_at is null group by what) s) as stops
from (select count(*)::int as count, coalesce(max(extract(epoch from now() - g.noted_at)), 0)::float8 as oldest
  from coverage_gap g join channel c on c.id = g.channel_id where g.state = 'open' and c.removed_at is null) gap
