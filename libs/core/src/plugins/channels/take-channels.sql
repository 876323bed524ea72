-- Takes what is due and held by nobody. skip locked: two processes that look at once share the channels instead of waiting for each other.
-- The places go round: an account gets its next one when every other with something due has as many. Else one whose network lets it ask little
-- holds all places, each waiting for its turn there, and nobody else is heard.
update channel c set
  lease_token = c.lease_token + 1,
  lease_holder = $1,
  lease_until = now() + $2 * interval '1 millisecond',
  state = 'reading',
  state_since = now()
from (
  select ch.id, fair.plugin, fair.health
  from (
    select d.id, d.next_at, a.plugin, a.health, coalesce(h.places, 0) + row_number() over (partition by d.account_id order by d.next_at, d.id) as place
    from channel d join account a on a.id = d.account_id
    left join (select account_id, count(*) as places from channel where mode = $3 and lease_until >= now() group by account_id) h on h.account_id = d.account_id
    where d.removed_at is null and d.state not in ('quarantined', 'stopped') and d.next_at <= now()
      and d.mode = $3 and (d.lease_until is null or d.lease_until < now())
      and a.state = 'on' and a.removed_at is null and a.plugin = any($4::text[]) and d.library_id not in (select stopped('listening'))
  ) fair join channel ch on ch.id = fair.id
  -- Again, of the row as it is once it is locked: another process may have taken it since.
  where ch.removed_at is null and (ch.lease_until is null or ch.lease_until < now())
  order by fair.place, fair.next_at
  limit $5
  for update of ch skip locked
) due
where c.id = due.id
returning c.id as "channelId", c.account_id as "accountId", c.library_id as "libraryId", due.plugin, c.lease_token::text as token,
  c.key, c.mode, c.pulse_ms as "pulseMs", c.targets, c.retarget, c.cursor, c.failures, c.heard_until as "heardUntil", c.blind_since is not null as blind,
  c.plan_version as "planVersion", due.health as "accountHealth"
