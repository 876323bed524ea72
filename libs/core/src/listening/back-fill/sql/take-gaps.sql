-- Takes gaps whose missing posts may still be had, the latest first, of accounts that can ask now.
-- Of one that nobody knows the beginning of, what can be asked for begins with the channel's coverage, or seven days before its end.
update coverage_gap g set lease_token = g.lease_token + 1, lease_holder = $5, lease_until = $2
from (
  select g.id, c.account_id, a.plugin, c.targets, coalesce(g.gap_from, c.heard_from, g.gap_to - interval '7 days') as since
  from coverage_gap g join channel c on c.id = g.channel_id join account a on a.id = c.account_id
  where g.state = 'open' and g.try_at <= $1 and (g.lease_until is null or g.lease_until <= $1 or holder_is_gone(g.lease_holder))
    and c.removed_at is null and a.state = 'on' and a.removed_at is null and a.plugin = any($4::text[]) and a.library_id not in (select stopped('listening'))
  order by g.gap_to desc limit $3 for update of g skip locked
) due
where g.id = due.id
returning g.id, g.lease_token::text as token, due.account_id as "accountId", g.library_id as "libraryId", due.plugin, g.channel_id as "channelId", due.targets, g.targets_done as "targetsDone",
  due.since, g.gap_to as until, g.noted_at as "notedAt", g.posts, g.tries
