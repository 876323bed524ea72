-- Takes what is due and held by nobody. skip locked: two processes that look at once share the channels instead of waiting for each other.
update channel c set
  lease_token = c.lease_token + 1,
  lease_holder = $1,
  lease_until = now() + $2 * interval '1 millisecond',
  state = 'reading',
  state_since = now()
from (
  select ch.id, a.plugin, a.health
  from channel ch join account a on a.id = ch.account_id
  where ch.removed_at is null and ch.state not in ('quarantined', 'stopped') and ch.next_at <= now()
    and ch.mode = $3 and (ch.lease_until is null or ch.lease_until < now())
    and a.state = 'on' and a.removed_at is null and a.plugin = any($4::text[])
  order by ch.next_at
  limit $5
  for update of ch skip locked
) due
where c.id = due.id
returning c.id as "channelId", c.account_id as "accountId", c.library_id as "libraryId", due.plugin, c.lease_token::text as token,
  c.key, c.mode, c.pulse_ms as "pulseMs", c.targets, c.retarget, c.cursor, c.failures, c.heard_until as "heardUntil", c.blind_since is not null as blind,
  c.plan_version as "planVersion", due.health as "accountHealth"
