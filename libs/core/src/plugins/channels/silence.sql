-- Of each account that listens: since when it has heard nothing (`since`; of one that never heard anything since it began, and `heard` is false), and whether
-- that is too long. A stream is heard all the time, a poll as often as it looks: three times that is late, and an hour is never. `blind`: for an hour now
-- it has not brought what direct looks find, though it was opened anew.
select a.id, a.library_id as "libraryId", left(a.name, 60) as name, a.health, c.since, c.heard,
  now() - c.since > greatest(interval '1 hour', 3 * c.pulse_ms * interval '1 millisecond') as late, coalesce(c.blind_since < now() - interval '1 hour', false) as blind
from account a cross join lateral (
  select coalesce(max(heard_until), min(created_at)) as since, count(heard_until) > 0 as heard, min(pulse_ms) as pulse_ms, min(blind_since) as blind_since
  from channel where account_id = a.id and removed_at is null) c
where a.removed_at is null and a.state = 'on' and c.since is not null and a.library_id not in (select stopped_libraries('listening'))
