-- Takes accounts whose streams are due for a direct look. The mark is set at the taking: whatever comes of it, the next one is as far away.
update account a set canary_at = $1, canary_turn = a.canary_turn + 1
from (
  select o.id from account o
  where o.library_id not in (select stopped('listening')) and o.state = 'on' and o.removed_at is null and o.health <> 'sign-in-again' and o.plugin = any($3::text[]) and (o.canary_at is null or o.canary_at <= $2)
    and exists (select 1 from channel c where c.account_id = o.id and c.removed_at is null and c.mode = 'stream' and c.state in ('reading', 'waiting') and c.heard_until is not null)
  order by o.canary_at nulls first limit $4 for update skip locked
) due
where a.id = due.id
returning a.id as "accountId", a.library_id as "libraryId", a.plugin, a.canary_turn as turn
