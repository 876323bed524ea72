-- Takes follows whose last days are still to come in, once their account has a channel for them.
update follow_history h set lease_token = h.lease_token + 1, lease_holder = $5, lease_until = $2
from (
  select h.follow_id, f.account_id, a.plugin, c.id as channel_id, jsonb_build_array(jsonb_build_object('kind', f.kind, 'key', f.key, 'label', f.label)) as targets
  from follow_history h join follow f on f.id = h.follow_id join follow_list l on l.id = f.list_id join account a on a.id = f.account_id
  join channel c on c.account_id = a.id and c.removed_at is null and c.targets @> jsonb_build_array(jsonb_build_object('kind', f.kind, 'key', f.key))
  where h.state = 'waiting' and h.try_at <= $1 and (h.lease_until is null or h.lease_until <= $1 or holder_is_gone(h.lease_holder))
    and f.removed_at is null and l.removed_at is null and a.state = 'on' and a.removed_at is null and a.plugin = any($4::text[])
    and a.library_id not in (select stopped('listening'))
  order by h.try_at limit $3 for update of h skip locked
) due
where h.follow_id = due.follow_id
returning h.follow_id as id, h.lease_token::text as token, due.account_id as "accountId", h.library_id as "libraryId", due.plugin, due.channel_id as "channelId", due.targets, 0 as "targetsDone",
  h.since, h.until, h.until as "notedAt", h.posts, h.tries
